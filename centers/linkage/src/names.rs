//! Chinese names, taken apart once and compared often.
//!
//! A name is cleaned (`kernel::name`), put into simplified characters and loses its dots. Transliterated names of
//! minorities have no surname: everything is given name, compared by edits, and a part alone counts as a part.

mod beside;
mod common;

use kernel::name;

pub(crate) use beside::Beside;
pub(crate) use common::short_surname;
use common::{basic, is_common};

use crate::{
    hanzi::{look_alike, near, near_as_surname, simplified, sound_alike, sound_near},
    hash::{Map, bytes, mix},
    measure::{Profile, edits, fewest_edits},
    texts::Texts,
};

/// How the surnames of two names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Surname {
    /// One of the two has none.
    Unknown = 0,
    Differs = 1,
    /// Similar shape or near sound.
    Alike = 2,
    /// Same sound, other character.
    Sounds = 3,
    Same = 4,
}

/// How the given names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Given {
    Unknown = 0,
    Differs = 1,
    /// One character of two, or most of a long name.
    Shares = 2,
    /// The same characters in another order, or one is a part of the other.
    Part = 3,
    /// Each character equal, of similar shape or of near sound; one edit in a long name.
    Alike = 4,
    /// Same sounds.
    Sounds = 5,
    Same = 6,
}

/// A name taken apart; characters stand in [`Names`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Hash of its plain spelling: simplified, without dots and blanks.
    pub(crate) spelling: u64,
    at: u32,
    len: u8,
    surname: u8,
    /// The surname where it is one character of the basic block, else 0.
    pub(crate) short_surname: u16,
    profile: Profile,
    /// Hashes for blocking and frequencies; 0 when the part is missing.
    pub(crate) surname_hash: u64,
    pub(crate) given_hash: u64,
    pub(crate) surname_sound: u64,
    pub(crate) given_sound: u64,
    /// The whole name by sound, dots or not.
    pub(crate) sound: u64,
    /// As of [`Sounds`].
    signs: [u32; 2],
}

/// A name by sound, as keys are made of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sounds {
    pub(crate) surname: u64,
    pub(crate) given: u64,
    pub(crate) whole: u64,
    /// The first and the last sign of the given name; of a single one that it is single, and which. 0 for none.
    pub(crate) signs: [u32; 2],
}

/// Stands for the sign that a given name of one lacks.
const SINGLE: u32 = u32::MAX;

impl Form {
    pub(crate) fn sounds(&self) -> Sounds {
        Sounds {
            surname: self.surname_sound,
            given: self.given_sound,
            whole: self.sound,
            signs: self.signs,
        }
    }
}

/// Names of transliterated form begin here: 欧阳 and two more make four.
const LONGEST_CHINESE: usize = 4;
const LONGEST: usize = 48;

/// Distinct names and their forms. Number 0 is the missing name.
///
/// Texts are known by their 64-bit hash alone: among a million names two share one with a chance below 1 in 30 million,
/// rarer than keys of numbers do, and a link needs more than a name.
pub(crate) struct Names {
    chars: Vec<char>,
    forms: Vec<Form>,
    seen: Map<u64, u32>,
}

impl Names {
    pub(crate) fn new() -> Names {
        let nothing = Form {
            spelling: 0,
            at: 0,
            len: 0,
            surname: 0,
            short_surname: 0,
            profile: Profile::default(),
            surname_hash: 0,
            given_hash: 0,
            surname_sound: 0,
            given_sound: 0,
            sound: 0,
            signs: [0; 2],
        };
        Names {
            chars: Vec::new(),
            forms: vec![nothing],
            seen: Map::default(),
        }
    }

    /// Room for the names of so many people, most of whom share theirs.
    pub(crate) fn with_room(people: usize) -> Names {
        let mut names = Names::new();
        names.seen.reserve(people / 4);
        names.forms.reserve(people / 4);
        names.chars.reserve(people);
        names
    }

    pub(crate) fn all(&mut self, texts: Texts<'_>) -> Vec<u32> {
        (0..texts.len()).map(|at| self.number_of(texts.bytes(at))).collect()
    }

    /// The number of a delivered name; every spelling of one name has the same.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        self.number_of(text.as_bytes())
    }

    /// The same for bytes, which are read as text when the name is a new one; what is no text is missing.
    pub(crate) fn number_of(&mut self, text: &[u8]) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let hash = bytes(text);
        if let Some(number) = self.seen.get(&hash) {
            return *number;
        }
        let (plain, long) = plain(std::str::from_utf8(text).unwrap_or_default());
        let (spelling, known_as) = spelled(&plain, long);
        let number = match self.seen.get(&known_as) {
            _ if spelling == 0 => 0,
            Some(number) => *number,
            None => self.take_apart(&plain, spelling, long),
        };
        if spelling != 0 && known_as != hash {
            self.seen.insert(known_as, number);
        }
        self.seen.insert(hash, number);
        number
    }

    fn take_apart(&mut self, plain: &str, spelling: u64, long: bool) -> u32 {
        let at = self.chars.len();
        self.chars.extend(plain.chars());
        let chars = &self.chars[at..];
        let surname = if long { 0 } else { name::surname(plain).chars().count() };
        let (head, tail) = chars.split_at(surname);
        let hash = |part: &[char]| part.iter().fold(0, |hash, c| mix(hash, u64::from(u32::from(*c))));
        let sound = |c: char, near: u16| {
            if near > 0 {
                u64::from(near)
            } else {
                u64::from(u32::from(c)) << 16
            }
        };
        self.forms.push(Form {
            spelling,
            at: at as u32,
            len: chars.len() as u8,
            surname: surname as u8,
            short_surname: head.first().filter(|_| surname == 1).map_or(0, |c| basic(*c)),
            profile: Profile::of(chars),
            surname_hash: hash(head),
            given_hash: hash(tail),
            surname_sound: head.iter().fold(0, |hash, c| mix(hash, sound(*c, near_as_surname(*c)))),
            given_sound: tail.iter().fold(0, |hash, c| mix(hash, sound(*c, near(*c)))),
            sound: chars.iter().fold(0, |hash, c| mix(hash, sound(*c, near(*c)))),
            signs: signs(tail),
        });
        (self.forms.len() - 1) as u32
    }

    pub(crate) fn form(&self, number: u32) -> &Form {
        &self.forms[number as usize]
    }

    fn parts(&self, form: &Form) -> (&[char], &[char]) {
        let from = form.at as usize;
        self.chars[from..from + form.len as usize].split_at(form.surname as usize)
    }

    pub(crate) fn len(&self) -> usize {
        self.forms.len()
    }

    /// Compares two names of this collection by their numbers.
    pub(crate) fn compare(&self, a: u32, b: u32) -> (Surname, Given) {
        self.compare_with(a, self, b)
    }

    /// Compares a name with one of another collection.
    pub(crate) fn compare_with(&self, a: u32, others: &Names, b: u32) -> (Surname, Given) {
        let (left, right) = (self.form(a), others.form(b));
        if left.len == 0 || right.len == 0 {
            return (Surname::Unknown, Given::Unknown);
        }
        // Equal hashes are equal parts, and most pairs need no look at the characters.
        let same_surname = left.surname_hash == right.surname_hash;
        let same_given = left.given_hash == right.given_hash;
        if same_surname && same_given {
            let surname = if left.surname == 0 {
                Surname::Unknown
            } else {
                Surname::Same
            };
            return (surname, Given::Same);
        }
        if left.surname == 0 || right.surname == 0 {
            let (whole_a, whole_b) = (self.whole(left), others.whole(right));
            return (Surname::Unknown, long(whole_a, whole_b, left.profile, right.profile));
        }
        let ((surname_a, given_a), (surname_b, given_b)) = (self.parts(left), others.parts(right));
        let surname = if same_surname {
            Surname::Same
        } else {
            surnames(surname_a, surname_b)
        };
        let given = if same_given {
            Given::Same
        } else {
            given(given_a, given_b)
        };
        (surname, given)
    }

    /// Whether one of two names of at least two characters stands within the other: `欧阳` of 欧阳明月.
    pub(crate) fn within(&self, a: u32, others: &Names, b: u32) -> bool {
        let (a, b) = (self.whole(self.form(a)), others.whole(others.form(b)));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        short.len() >= 2 && long.windows(short.len()).any(|part| part == short)
    }

    /// A name as text that is taken apart as it was.
    pub(crate) fn spelled_out(&self, number: u32) -> String {
        let form = self.form(number);
        let chars = self.whole(form);
        match form.surname == 0 && (2..=LONGEST_CHINESE).contains(&chars.len()) {
            // Only its dot says that a short name is transliterated.
            true => chars[..1].iter().chain(&['·']).chain(&chars[1..]).collect(),
            false => chars.iter().collect(),
        }
    }

    fn whole(&self, form: &Form) -> &[char] {
        &self.chars[form.at as usize..form.at as usize + form.len as usize]
    }
}

/// The hash of a plain spelling, 0 for none, and what the name is known by: a transliterated name of four characters is not
/// the Chinese name of the same.
fn spelled(plain: &str, long: bool) -> (u64, u64) {
    let spelling = if plain.is_empty() { 0 } else { bytes(plain.as_bytes()) };
    (spelling, if long { mix(spelling, 1) } else { spelling })
}

/// Simplified, without dots and blanks, and whether it is a transliterated name, which has no surname.
fn plain(text: &str) -> (String, bool) {
    if is_common(text.as_bytes()) {
        return (text.chars().map(simplified).collect(), false);
    }
    let cleaned = name::clean(text);
    let plain: String = cleaned
        .chars()
        .filter(|c| *c != '·' && *c != ' ')
        .map(simplified)
        .flat_map(char::to_lowercase)
        .take(LONGEST)
        .collect();
    let count = plain.chars().count();
    (plain, cleaned.contains('·') || count > LONGEST_CHINESE || count == 1)
}

/// Signs of a given name by sound, as of [`Sounds`].
fn signs(given: &[char]) -> [u32; 2] {
    let sign = |c: &char| match near(*c) {
        0 => u32::from(*c) | 1 << 30,
        near => u32::from(near),
    };
    match given {
        [] => [0; 2],
        [one] => [SINGLE, sign(one)],
        [first, .., last] if sign(first) == sign(last) => [sign(first), 0],
        [first, .., last] => [sign(first), sign(last)],
    }
}

fn surnames(a: &[char], b: &[char]) -> Surname {
    if a == b {
        return Surname::Same;
    }
    if a.len() != b.len() {
        return Surname::Differs;
    }
    match sameness(a, b) {
        Some(true) => Surname::Sounds,
        Some(false) => Surname::Alike,
        None => Surname::Differs,
    }
}

fn given(a: &[char], b: &[char]) -> Given {
    if a == b {
        return Given::Same;
    }
    if a.len() == b.len() {
        match sameness(a, b) {
            Some(true) => return Given::Sounds,
            Some(false) => return Given::Alike,
            None => {}
        }
        if a.len() > 1 && a.iter().rev().eq(b.iter()) {
            return Given::Part;
        }
    }
    let common = a.iter().filter(|c| b.contains(c)).count();
    if common > 0 && common == a.len().min(b.len()) && a.len() != b.len() {
        Given::Part
    } else if common > 0 {
        Given::Shares
    } else {
        Given::Differs
    }
}

/// `Some(true)` when all characters sound alike, `Some(false)` when all sound alike or near or look alike.
fn sameness(a: &[char], b: &[char]) -> Option<bool> {
    let mut sounds = true;
    for (x, y) in a.iter().zip(b) {
        if x == y || sound_alike(*x, *y) {
            continue;
        }
        sounds = false;
        if !look_alike(*x, *y) && !sound_near(*x, *y) {
            return None;
        }
    }
    Some(sounds)
}

/// Transliterated names.
fn long(a: &[char], b: &[char], p: Profile, q: Profile) -> Given {
    if a == b {
        return Given::Same;
    }
    let shorter = a.len().min(b.len());
    let enough = shorter.max(2) / 2;
    if shorter >= 2 && (a.starts_with(b) || b.starts_with(a)) {
        return Given::Part;
    }
    if a.len() == b.len() && sameness(a, b) == Some(true) {
        return Given::Sounds;
    }
    if fewest_edits(p, q) as usize > enough {
        return Given::Differs;
    }
    match edits(a, b, enough) {
        1 if shorter >= 4 => Given::Alike,
        edits if edits <= shorter / 3 => Given::Shares,
        _ => Given::Differs,
    }
}

/// Compares two names as delivered.
pub fn compare(a: &str, b: &str) -> (Surname, Given) {
    let mut names = Names::new();
    let (a, b) = (names.number(a), names.number(b));
    names.compare(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homophones_shapes_and_old_forms_are_told_from_strangers() {
        assert_eq!(compare("王小明", "王晓明"), (Surname::Same, Given::Sounds));
        assert_eq!(compare("張國榮", "张国荣"), (Surname::Same, Given::Same));
        assert_eq!(compare("王晓明", "王哓明"), (Surname::Same, Given::Sounds));
        assert_eq!(compare("李未", "李末"), (Surname::Same, Given::Alike));
        assert_eq!(compare("王小明", "汪小明"), (Surname::Sounds, Given::Same));
        assert_eq!(compare("王小明", "王明小"), (Surname::Same, Given::Part));
        assert_eq!(compare("王明", "王小明"), (Surname::Same, Given::Part));
        assert_eq!(compare("王小明", "王大明"), (Surname::Same, Given::Shares));
        assert_eq!(compare("王小明", "李建国"), (Surname::Differs, Given::Differs));
        assert_eq!(compare("", "李建国"), (Surname::Unknown, Given::Unknown));
    }

    #[test]
    fn compound_surnames_stay_whole() {
        assert_eq!(compare("欧阳明", "欧明"), (Surname::Differs, Given::Same));
        assert_eq!(compare("欧阳明月", "歐陽明月"), (Surname::Same, Given::Same));
        assert_eq!(compare("单田芳", "山田芳"), (Surname::Sounds, Given::Same));
    }

    #[test]
    fn a_surname_seen_at_a_glance_is_the_one_that_is_compared() {
        for name in [
            "王明",
            "張國榮",
            "欧阳明月",
            "欧阳",
            "单于明",
            "阿卜杜拉·买买提",
            "A明",
            "王",
            "王 明",
            "",
        ] {
            let mut names = Names::new();
            let number = names.number(name);
            let form = names.form(number);
            if let Some(seen) = short_surname(name.as_bytes()) {
                assert_eq!((seen, form.surname), (form.short_surname, 1), "{name}");
            }
        }
        assert_eq!(short_surname("張國榮".as_bytes()), Some('张' as u16));
        assert_eq!(short_surname("歐陽明月".as_bytes()), None);
        assert_eq!(short_surname("王　明".as_bytes()), None);
    }

    #[test]
    fn names_beside_the_register_have_its_numbers() {
        let mut known = Names::new();
        let zhang = known.number("张国荣");
        let mut names = Beside::new(&known);
        assert_eq!(names.number_of("張國榮".as_bytes()), zhang);
        assert_eq!(names.number_of("张　国荣".as_bytes()), zhang);
        assert_eq!(names.number_of(" ·".as_bytes()), 0);
        let other = names.number_of("章国荣".as_bytes());
        assert!(other > zhang && names.number_of("章國榮".as_bytes()) == other);
        assert_eq!(names.compare(other, zhang), (Surname::Sounds, Given::Same));
        assert_eq!(names.compare(zhang, zhang), (Surname::Same, Given::Same));
        assert!(!names.within(other, zhang));
    }

    #[test]
    fn names_with_middle_dots_agree_in_every_spelling() {
        for written in [
            "阿卜杜拉•买买提",
            "阿卜杜拉．买买提",
            "阿卜杜拉买买提",
            "阿卜杜拉・买买提 ",
        ] {
            assert_eq!(
                compare("阿卜杜拉·买买提", written),
                (Surname::Unknown, Given::Same),
                "{written}"
            );
        }
        assert_eq!(compare("阿卜杜拉·买买提", "阿布杜拉·买买提").1, Given::Sounds);
        assert_eq!(compare("阿卜杜拉·买买提", "阿卜杜拉").1, Given::Part);
        assert_eq!(compare("阿卜杜拉·买买提", "库尔班·依明").1, Given::Differs);
    }

    #[test]
    fn blanks_and_wide_letters_change_nothing() {
        assert_eq!(compare("张　三", " 张三"), (Surname::Same, Given::Same));
    }
}
