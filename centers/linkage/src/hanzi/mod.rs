//! What makes two Chinese characters easy to confuse: the same sound, a near sound, a similar shape, the old form.
//!
//! One table over the basic block U+4E00..U+9FFF, made once. Sounds come from the `pinyin` crate, old forms from OpenCC's
//! character table, similar shapes from a short list of our own (`shapes.rs`).

mod shapes;

use std::{collections::HashMap, sync::LazyLock};

use pinyin::{ToPinyin, ToPinyinMulti};

const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;
const READINGS: usize = 3;
const TRADITIONAL: &str = include_str!("../../data/traditional.txt");

/// Readings of surnames that differ from the character's usual one.
const SURNAME_READINGS: [(char, &str); 22] = [
    ('单', "shan"),
    ('仇', "qiu"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('查', "zha"),
    ('翟', "zhai"),
    ('盖', "ge"),
    ('朴', "piao"),
    ('区', "ou"),
    ('员', "yun"),
    ('缪', "miao"),
    ('冼', "xian"),
    ('华', "hua"),
    ('任', "ren"),
    ('折', "she"),
    ('乐', "yue"),
    ('秘', "bi"),
    ('繁', "po"),
    ('黑', "he"),
    ('覃', "qin"),
    ('牟', "mu"),
    ('宁', "ning"),
];

/// A toneless syllable, 0 for characters without one.
pub(crate) type Syllable = u16;

#[derive(Clone, Copy, Default)]
struct Glyph {
    /// The simplified character, 0 for itself.
    simplified: u16,
    /// Readings, the usual one first; unused places are 0.
    readings: [Syllable; READINGS],
    /// The usual reading (as a surname the surname's) with sounds merged that dialects do not tell apart.
    near: Syllable,
    near_as_surname: Syllable,
    /// Number of the group of similar shapes, 0 for none.
    shape: u16,
}

static GLYPHS: LazyLock<Vec<Glyph>> = LazyLock::new(table);

/// The simplified form: 張 is 张. Characters without one stay.
pub(crate) fn simplified(c: char) -> char {
    match glyph(c) {
        Some(glyph) if glyph.simplified > 0 => char::from_u32(u32::from(glyph.simplified)).unwrap_or(c),
        _ => c,
    }
}

/// Whether the two share a reading: 明 and 名. Never for characters without one, not even with themselves.
pub(crate) fn sound_alike(a: char, b: char) -> bool {
    let (Some(a), Some(b)) = (glyph(a), glyph(b)) else {
        return false;
    };
    a.readings.iter().any(|sound| *sound > 0 && b.readings.contains(sound))
}

/// Whether their sounds differ only by what many dialects merge (zh/z, ch/c, sh/s, n/l, -ng/-n).
pub(crate) fn sound_near(a: char, b: char) -> bool {
    let (a, b) = (near(a), near(b));
    a > 0 && a == b
}

/// Whether they look alike: 晓 and 哓.
pub(crate) fn look_alike(a: char, b: char) -> bool {
    matches!((glyph(a), glyph(b)), (Some(a), Some(b)) if a.shape > 0 && a.shape == b.shape)
}

/// The syllable for blocking keys, sounds merged; other characters stand for themselves in a range of their own.
pub(crate) fn near(c: char) -> Syllable {
    glyph(c).map_or(0, |glyph| glyph.near)
}

/// The same for a character used as a surname.
pub(crate) fn near_as_surname(c: char) -> Syllable {
    glyph(c).map_or(0, |glyph| glyph.near_as_surname)
}

fn glyph(c: char) -> Option<&'static Glyph> {
    let code = u32::from(c);
    (FIRST..=LAST).contains(&code).then(|| &GLYPHS[(code - FIRST) as usize])
}

fn table() -> Vec<Glyph> {
    // A few hundred syllables stand for twenty thousand characters: each is merged once.
    let mut numbers: HashMap<String, Syllable> = HashMap::new();
    let mut number = |syllable: &str| {
        let next = numbers.len() as Syllable + 1;
        *numbers.entry(syllable.to_owned()).or_insert(next)
    };
    let mut known: HashMap<&'static str, (Syllable, Syllable)> = HashMap::new();
    let mut sounds = |syllable: &'static str| {
        let numbered = || (number(syllable), number(&merged(syllable)));
        *known.entry(syllable).or_insert_with(numbered)
    };
    let mut glyphs = vec![Glyph::default(); (LAST - FIRST + 1) as usize];
    for (code, glyph) in (FIRST..=LAST).zip(&mut glyphs) {
        let Some(c) = char::from_u32(code) else { continue };
        if let Some(usual) = c.to_pinyin() {
            (glyph.readings[0], glyph.near) = sounds(usual.plain());
            glyph.near_as_surname = glyph.near;
        }
        let mut filled = 1;
        for other in c.to_pinyin_multi().into_iter().flatten() {
            let (sound, _) = sounds(other.plain());
            if filled < READINGS && !glyph.readings.contains(&sound) {
                glyph.readings[filled] = sound;
                filled += 1;
            }
        }
    }
    let place = |c: char| u32::from(c).checked_sub(FIRST).map(|at| at as usize);
    for (c, reading) in SURNAME_READINGS {
        if let Some(glyph) = place(c).and_then(|at| glyphs.get_mut(at)) {
            let (sound, near) = sounds(reading);
            glyph.near_as_surname = near;
            if !glyph.readings.contains(&sound) {
                glyph.readings[READINGS - 1] = sound;
            }
        }
    }
    for line in TRADITIONAL.lines().filter(|line| !line.starts_with('#')) {
        let chars: Vec<char> = line.chars().collect();
        for pair in chars.chunks_exact(2) {
            if let Some(glyph) = place(pair[0]).and_then(|at| glyphs.get_mut(at)) {
                glyph.simplified = u32::from(pair[1]) as u16;
            }
        }
    }
    for (index, group) in shapes::GROUPS.iter().enumerate() {
        for c in group.chars() {
            if let Some(glyph) = place(c).and_then(|at| glyphs.get_mut(at)) {
                glyph.shape = index as u16 + 1;
            }
        }
    }
    glyphs
}

/// `zhang` and `zan` are one, so are `liu` and `niu`.
fn merged(syllable: &str) -> String {
    let mut text = syllable.to_owned();
    for (long, short) in [("zh", "z"), ("ch", "c"), ("sh", "s")] {
        if let Some(rest) = text.strip_prefix(long) {
            text = format!("{short}{rest}");
        }
    }
    if let Some(rest) = text.strip_prefix('l') {
        text = format!("n{rest}");
    }
    text.strip_suffix("ng").map_or(text.clone(), |head| format!("{head}n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_forms_become_simple_ones() {
        let simple: String = "張劉陳蕭鄧葉國榮張".chars().map(simplified).collect();
        assert_eq!(simple, "张刘陈萧邓叶国荣张");
        assert_eq!(simplified('张'), '张');
        assert_eq!(simplified('A'), 'A');
    }

    #[test]
    fn sounds_know_second_readings_and_surnames() {
        assert!(sound_alike('明', '名'));
        assert!(sound_alike('华', '花'));
        assert!(sound_alike('单', '山'), "as a surname 单 is shan");
        assert!(!sound_alike('明', '亮'));
        assert!(sound_near('张', '臧') && !sound_alike('张', '臧'));
        assert!(!sound_alike('·', '·'));
    }

    #[test]
    fn shapes_are_symmetric_and_no_character_stands_in_two_groups() {
        assert!(look_alike('晓', '哓') && look_alike('哓', '晓'));
        assert!(!look_alike('晓', '明'));
        let mut seen: Vec<char> = shapes::GROUPS.iter().flat_map(|group| group.chars()).collect();
        seen.sort_unstable();
        let repeated: Vec<char> = seen
            .windows(2)
            .filter(|two| two[0] == two[1])
            .map(|two| two[0])
            .collect();
        assert!(repeated.is_empty(), "{repeated:?}");
    }
}
