//! Why someone looks at what is kept from sight. Asked before it is shown; the answer goes on the record.

/// Why somebody asks for a readable ID number. The code goes on the record with their own words.
pub const PURPOSES: [(&str, &str); 5] = [
    ("verify", "核实疑点"),
    ("payment", "办理发放或更正"),
    ("discipline", "监督执纪"),
    ("audit", "审计检查"),
    ("request", "本人申请"),
];

const MIN_WORDS: usize = 4;
const MAX_WORDS: usize = 200;
/// So many digits are a number of someone, which the record must not hold.
const DIGITS_OF_A_NUMBER: usize = 15;

/// What is wrong with the code and with the words, if anything.
pub fn problems(code: &str, words: &str) -> (Option<&'static str>, Option<&'static str>) {
    let unknown = !PURPOSES.iter().any(|(c, _)| *c == code);
    (unknown.then_some("请选择用途。"), words_problem(words))
}

/// What is wrong with the words alone, where the page itself says what it is for.
pub fn words_problem(words: &str) -> Option<&'static str> {
    let length = words.trim().chars().count();
    if length < MIN_WORDS {
        Some("请写明用途，至少 4 个字。")
    } else if length > MAX_WORDS {
        Some("说明最多 200 个字。")
    } else if words.chars().filter(|c| c.is_numeric()).count() >= DIGITS_OF_A_NUMBER {
        Some("说明中请勿填写身份证号或银行账号。")
    } else {
        None
    }
}

/// As the record tells it: `核实疑点：村里有人反映`.
pub fn told(code: &str, words: &str) -> String {
    let title = PURPOSES
        .iter()
        .find(|(c, _)| *c == code)
        .map_or("其他", |(_, title)| title);
    format!("{title}：{}", words.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_is_chosen_and_told_in_words_without_anybodys_number() {
        assert_eq!(problems("verify", "村里有人反映"), (None, None));
        assert_eq!(told("verify", " 村里有人反映 "), "核实疑点：村里有人反映");
        assert!(problems("", "村里有人反映").0.is_some());
        assert_eq!(problems("audit", "看看").1, Some("请写明用途，至少 4 个字。"));
        assert_eq!(problems("audit", &"长".repeat(201)).1, Some("说明最多 200 个字。"));
        let number = "核对 371621102001001 的账号";
        assert_eq!(problems("audit", number).1, Some("说明中请勿填写身份证号或银行账号。"));
    }
}
