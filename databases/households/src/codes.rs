//! Code lists of the register, with the words offices use for them.

/// 户状态.
pub const STATUSES: [(i64, &str); 6] = [
    (0, "未脱贫"),
    (1, "已脱贫"),
    (2, "预脱贫"),
    (3, "返贫"),
    (4, "清退"),
    (5, "风险监测"),
];

/// 户属性.
pub const ATTRS: [(i64, &str); 4] = [(1, "一般户"), (2, "低保户"), (3, "特困户"), (4, "低保贫困户")];

/// 监测类别.
pub const MONITOR_CLASSES: [(i64, &str); 3] = [(1, "脱贫不稳定户"), (2, "边缘易致贫户"), (3, "突发严重困难户")];

/// Why somebody asks for a readable ID number. The code goes on the record with their own words.
pub const PURPOSES: [(&str, &str); 5] = [
    ("verify", "核实疑点"),
    ("payment", "办理发放或更正"),
    ("discipline", "监督执纪"),
    ("audit", "审计检查"),
    ("request", "本人申请"),
];

/// The title of a code; the code itself when the list does not know it.
pub fn title(list: &[(i64, &'static str)], code: i64) -> String {
    list.iter()
        .find(|(c, _)| *c == code)
        .map_or_else(|| code.to_string(), |(_, title)| (*title).to_owned())
}

/// GB/T 2261.1.
pub fn sex_title(code: i64) -> &'static str {
    match code {
        1 => "男",
        2 => "女",
        9 => "未说明",
        _ => "未知",
    }
}

/// Relationship to the head (GB/T 4761); single digits of a class fall back to the class.
pub fn kin_title(code: &str) -> &'static str {
    const TITLES: [(u8, &str); 62] = [
        (1, "本人"),
        (2, "户主"),
        (10, "配偶"),
        (11, "夫"),
        (12, "妻"),
        (20, "子"),
        (21, "独生子"),
        (22, "长子"),
        (23, "次子"),
        (24, "三子"),
        (25, "四子"),
        (26, "五子"),
        (27, "养子或继子"),
        (28, "女婿"),
        (29, "其他儿子"),
        (30, "女"),
        (31, "独生女"),
        (32, "长女"),
        (33, "次女"),
        (34, "三女"),
        (35, "四女"),
        (36, "五女"),
        (37, "养女或继女"),
        (38, "儿媳"),
        (39, "其他女儿"),
        (41, "孙子"),
        (42, "孙女"),
        (43, "外孙子"),
        (44, "外孙女"),
        (45, "孙媳或外孙媳"),
        (46, "孙女婿或外孙女婿"),
        (47, "曾孙子"),
        (48, "曾孙女"),
        (51, "父亲"),
        (52, "母亲"),
        (53, "公公"),
        (54, "婆婆"),
        (55, "岳父"),
        (56, "岳母"),
        (57, "继父或养父"),
        (58, "继母或养母"),
        (61, "祖父"),
        (62, "祖母"),
        (63, "外祖父"),
        (64, "外祖母"),
        (71, "兄"),
        (72, "嫂"),
        (73, "弟"),
        (74, "弟媳"),
        (75, "姐"),
        (76, "姐夫"),
        (77, "妹"),
        (78, "妹夫"),
        (81, "伯父"),
        (82, "伯母"),
        (83, "叔父"),
        (84, "婶母"),
        (85, "舅父"),
        (93, "侄子"),
        (94, "侄女"),
        (97, "其他亲属"),
        (99, "非亲属"),
    ];
    let Ok(number) = code.trim().parse::<u8>() else {
        return "未填";
    };
    if let Some((_, title)) = TITLES.iter().find(|(c, _)| *c == number) {
        return title;
    }
    match number / 10 {
        2 => "子",
        3 => "女",
        4 => "孙辈",
        5 => "父母",
        6 => "祖辈",
        7 => "兄弟姐妹",
        _ => "其他",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kin_codes_have_their_standard_titles() {
        assert_eq!(
            ["02", "2", "10", "28", "49", "97", ""].map(kin_title),
            ["户主", "户主", "配偶", "女婿", "孙辈", "其他亲属", "未填"]
        );
    }
}
