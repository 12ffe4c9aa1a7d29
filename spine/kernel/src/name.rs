//! Names of people: how they are cleaned, compared and masked.

use crate::checks::half_width;

/// Two-character surnames, so that 欧阳明月 keeps 欧阳 when masked.
const COMPOUND_SURNAMES: [&str; 68] = [
    "欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "东方",
    "独孤", "南宫", "端木", "百里", "轩辕", "呼延", "闻人", "赫连", "澹台", "公冶", "濮阳", "淳于", "申屠", "太史",
    "仲孙", "钟离", "鲜于", "闾丘", "司空", "亓官", "万俟", "东郭", "南门", "西门", "羊舌", "微生", "梁丘", "左丘",
    "拓跋", "完颜", "纳兰", "第五", "巫马", "公西", "漆雕", "乐正", "公良", "段干", "谷梁", "宗政", "单于", "太叔",
    "子车", "颛孙", "东门", "司寇", "欧陽", "司馬", "諸葛", "東方", "尉遲", "長孫", "獨孤", "南宮",
];

/// Longer names are refused at the edge.
pub const MAX_CHARS: usize = 50;

/// Trims, narrows full-width letters, unifies the middle dots of minority names and drops blanks between
/// Chinese characters (`张　三` is `张三`).
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars().map(half_width) {
        match c {
            '•' | '‧' | '∙' | '⋅' | '・' | '･' | '.' | '．' => out.push('·'),
            c if c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}' => {
                if out.chars().last().is_some_and(|l| l.is_ascii_alphanumeric()) {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.trim_end().to_owned()
}

/// The surname of a Chinese name: two characters for compound surnames, else the first.
pub fn surname(name: &str) -> &str {
    if let Some(compound) = COMPOUND_SURNAMES
        .iter()
        .find(|s| name.starts_with(**s) && name.len() > s.len())
    {
        return compound;
    }
    let end = name.char_indices().nth(1).map_or(name.len(), |(i, _)| i);
    &name[..end]
}

/// The name without its surname.
pub fn given_name(name: &str) -> &str {
    &name[surname(name).len()..]
}

/// Whether two cleaned names agree well enough that the same ID number means the same person:
/// surname or given name must agree (a misused number agrees in neither).
pub fn agree(a: &str, b: &str) -> bool {
    !a.is_empty()
        && !b.is_empty()
        && (a == b || surname(a) == surname(b) || (given_name(a) == given_name(b) && !given_name(a).is_empty()))
}

/// `张*三`, `张*`, `欧阳*明`: first and last character stay, two-character names keep the surname.
pub fn mask(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let head = surname(name);
    match chars.len() {
        0 => String::new(),
        1 => "*".to_owned(),
        _ if given_name(name).chars().count() <= 1 => format!("{head}*"),
        _ => format!("{head}*{}", chars[chars.len() - 1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_as_the_rules_say() {
        assert_eq!(mask("张老三"), "张*三");
        assert_eq!(mask("张三"), "张*");
        assert_eq!(mask("欧阳小明"), "欧阳*明");
        assert_eq!(mask("买买提·艾力"), "买*力");
    }

    #[test]
    fn cleans_blanks_and_dots() {
        assert_eq!(clean(" 张　三\u{feff}"), "张三");
        assert_eq!(clean("买买提•艾力"), "买买提·艾力");
    }

    #[test]
    fn a_misused_number_agrees_in_neither_part() {
        assert!(agree("张三", "张山"));
        assert!(agree("李三丰", "张三丰"));
        assert!(!agree("张三", "李四"));
        assert!(!agree("", "李四"));
    }
}
