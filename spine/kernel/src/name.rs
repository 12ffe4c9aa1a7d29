//! Names of people: how they are cleaned, compared and masked.

use crate::checks::half_width;

/// Two-character surnames, so that 欧阳明月 keeps 欧阳 when masked.
const COMPOUND_SURNAMES: [[char; 2]; 68] = [
    ['欧', '阳'],
    ['上', '官'],
    ['司', '马'],
    ['诸', '葛'],
    ['夏', '侯'],
    ['皇', '甫'],
    ['尉', '迟'],
    ['公', '孙'],
    ['慕', '容'],
    ['令', '狐'],
    ['长', '孙'],
    ['宇', '文'],
    ['司', '徒'],
    ['东', '方'],
    ['独', '孤'],
    ['南', '宫'],
    ['端', '木'],
    ['百', '里'],
    ['轩', '辕'],
    ['呼', '延'],
    ['闻', '人'],
    ['赫', '连'],
    ['澹', '台'],
    ['公', '冶'],
    ['濮', '阳'],
    ['淳', '于'],
    ['申', '屠'],
    ['太', '史'],
    ['仲', '孙'],
    ['钟', '离'],
    ['鲜', '于'],
    ['闾', '丘'],
    ['司', '空'],
    ['亓', '官'],
    ['万', '俟'],
    ['东', '郭'],
    ['南', '门'],
    ['西', '门'],
    ['羊', '舌'],
    ['微', '生'],
    ['梁', '丘'],
    ['左', '丘'],
    ['拓', '跋'],
    ['完', '颜'],
    ['纳', '兰'],
    ['第', '五'],
    ['巫', '马'],
    ['公', '西'],
    ['漆', '雕'],
    ['乐', '正'],
    ['公', '良'],
    ['段', '干'],
    ['谷', '梁'],
    ['宗', '政'],
    ['单', '于'],
    ['太', '叔'],
    ['子', '车'],
    ['颛', '孙'],
    ['东', '门'],
    ['司', '寇'],
    ['欧', '陽'],
    ['司', '馬'],
    ['諸', '葛'],
    ['東', '方'],
    ['尉', '遲'],
    ['長', '孫'],
    ['獨', '孤'],
    ['南', '宮'],
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
    let mut chars = name.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else {
        return name;
    };
    if let Some(second) = second
        && chars.next().is_some()
        && is_compound(first, second)
    {
        return &name[..first.len_utf8() + second.len_utf8()];
    }
    &name[..first.len_utf8()]
}

/// Whether two characters are one surname, like 欧阳.
pub fn is_compound(first: char, second: char) -> bool {
    COMPOUND_SURNAMES.iter().any(|[a, b]| (*a == first) & (*b == second))
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
