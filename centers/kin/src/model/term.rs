//! Chinese kin terms: the way between two people in one word where there is one, in a chain of words where not.

use std::{collections::HashMap, sync::LazyLock};

use super::step::{
    Sex,
    Step::{self, Cousin, Down, Mate, Other, Side, Up},
    joined,
};

static TERMS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    include_str!("../../data/terms.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect()
});

/// What the one at the end of the way is to the one at its beginning.
pub fn term(way: &[Step]) -> String {
    named(&joined(way))
}

/// As [`term`], of a way joined already.
fn named(way: &[Step]) -> String {
    if way.is_empty() {
        return "本人".to_owned();
    }
    if let Some(word) = one_word(way) {
        return word.to_owned();
    }
    // The longest beginning that has a word, then what the end is to that one.
    for length in (1..way.len()).rev() {
        if let Some(word) = one_word(&way[..length]) {
            return format!("{}的{}", word.split('（').next().unwrap_or(word), named(&way[length..]));
        }
    }
    "亲属".to_owned()
}

/// The word for a whole way; where age or sex says more than the words know, without it.
fn one_word(way: &[Step]) -> Option<&'static str> {
    let find = |age: bool, sex: bool| {
        let key: Vec<&str> = way.iter().map(|step| sign(*step, age, sex)).collect();
        TERMS.get(key.join(",").as_str()).copied()
    };
    find(true, true)
        .or_else(|| find(false, true))
        .or_else(|| find(false, false))
}

fn sign(step: Step, age: bool, sex: bool) -> &'static str {
    let known = if sex { step.sex() } else { Sex::Unknown };
    match (step, known) {
        (Up(_), Sex::Male) => "f",
        (Up(_), Sex::Female) => "m",
        (Up(_), _) => "p",
        (Down(_), Sex::Male) => "s",
        (Down(_), Sex::Female) => "d",
        (Down(_), _) => "c",
        (Mate(_), Sex::Male) => "h",
        (Mate(_), Sex::Female) => "w",
        (Mate(_), _) => "x",
        (Side(_, elder), Sex::Male) => match elder.filter(|_| age) {
            Some(true) => "ob",
            Some(false) => "lb",
            None => "xb",
        },
        (Side(_, elder), Sex::Female) => match elder.filter(|_| age) {
            Some(true) => "ox",
            Some(false) => "lx",
            None => "xx",
        },
        (Side(..), _) => "g",
        (Cousin, _) => "b",
        (Other, _) => "o",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::step::{reversed, way_of};

    fn way(codes: &[&str]) -> Vec<Step> {
        codes
            .iter()
            .flat_map(|code| way_of(code, Sex::Unknown).unwrap())
            .collect()
    }

    /// A code and its word, as the standard names them.
    #[test]
    fn every_code_of_the_standard_has_its_own_word() {
        let words = [
            ("11", "丈夫"),
            ("12", "妻子"),
            ("22", "儿子"),
            ("28", "女婿"),
            ("33", "女儿"),
            ("38", "儿媳"),
            ("41", "孙子"),
            ("42", "孙女"),
            ("43", "外孙子"),
            ("44", "外孙女"),
            ("51", "父亲"),
            ("52", "母亲"),
            ("53", "公公"),
            ("54", "婆婆"),
            ("55", "岳父"),
            ("56", "岳母"),
            ("61", "祖父"),
            ("64", "外祖母"),
            ("71", "哥哥"),
            ("72", "嫂子"),
            ("73", "弟弟"),
            ("74", "弟媳"),
            ("75", "姐姐"),
            ("76", "姐夫"),
            ("77", "妹妹"),
            ("78", "妹夫"),
            ("81", "伯父"),
            ("82", "伯母"),
            ("83", "叔父"),
            ("84", "婶母"),
            ("85", "舅父"),
            ("86", "舅母"),
            ("87", "姨父"),
            ("88", "姨母"),
            ("89", "姑父"),
            ("90", "姑母"),
            ("91", "堂兄弟姐妹"),
            ("92", "表兄弟姐妹"),
            ("93", "侄子"),
            ("94", "侄女"),
            ("95", "外甥"),
            ("96", "外甥女"),
            ("97", "其他亲属"),
        ];
        for (code, word) in words {
            assert_eq!(term(&way(&[code])), word, "{code}");
        }
        assert_eq!(way_of("99", Sex::Male), None, "no kin");
        assert_eq!(term(&way_of("10", Sex::Female).unwrap()), "妻子");
        assert_eq!(term(&way_of("70", Sex::Male).unwrap()), "兄弟");
    }

    #[test]
    fn two_and_three_steps_join_to_the_word_people_use() {
        let cases: [(&[&str], &str); 22] = [
            (&["30", "11"], "女婿"),
            (&["12", "51"], "岳父"),
            (&["51", "12"], "母亲"),
            (&["51", "22"], "兄弟"),
            (&["20", "52"], "妻子"),
            (&["12", "20"], "儿子"),
            (&["51", "51", "30"], "姑母"),
            (&["38", "51"], "亲家公（儿子的岳父）"),
            (&["28", "52"], "亲家母（女儿的婆婆）"),
            (&["12", "77", "11"], "连襟"),
            (&["11", "71", "12"], "妯娌（丈夫哥哥的妻子）"),
            (&["12", "73"], "小舅子（妻子的弟弟）"),
            (&["11", "75"], "大姑子（丈夫的姐姐）"),
            (&["52", "71", "30"], "舅表姐妹"),
            (&["51", "75", "20"], "姑表兄弟"),
            (&["73", "30", "11"], "侄女婿"),
            (&["75", "20", "12"], "外甥媳妇"),
            (&["20", "20", "20"], "曾孙"),
            (&["51", "51", "51"], "曾祖父"),
            (&["12", "73", "20"], "内侄"),
            (&["73", "71"], "兄弟"),
            (&["20", "77"], "女儿"),
        ];
        for (codes, word) in cases {
            assert_eq!(term(&way(codes)), word, "{codes:?}");
        }
    }

    #[test]
    fn a_way_without_a_word_of_its_own_is_told_as_a_chain() {
        assert_eq!(term(&way(&["28", "81"])), "亲家公的哥哥");
        assert_eq!(term(&way(&["92", "11"])), "表兄弟姐妹的丈夫");
        assert_eq!(term(&way(&["97", "20"])), "其他亲属的儿子");
    }

    #[test]
    fn the_way_back_names_the_other_one() {
        let back = |code: &str, origin: Sex| term(&reversed(&way_of(code, Sex::Unknown).unwrap(), origin));
        assert_eq!(back("51", Sex::Female), "女儿");
        assert_eq!(back("51", Sex::Unknown), "子女");
        assert_eq!(back("55", Sex::Male), "女婿");
        assert_eq!(back("28", Sex::Female), "岳母");
        assert_eq!(back("71", Sex::Male), "弟弟");
        assert_eq!(back("83", Sex::Female), "侄女");
        assert_eq!(back("85", Sex::Male), "外甥");
        assert_eq!(back("12", Sex::Unknown), "丈夫");
        assert_eq!(back("91", Sex::Male), "堂兄弟");
    }

    #[test]
    fn every_line_of_the_table_is_a_way_already_joined() {
        for (key, word) in TERMS.iter() {
            assert!(!word.is_empty() && key.split(',').count() <= 3, "{key} {word}");
        }
        assert!(TERMS.len() > 150, "{}", TERMS.len());
    }
}
