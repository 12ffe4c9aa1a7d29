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

/// 致贫原因, in words: offices number them differently.
pub const CAUSES: [&str; 14] = [
    "因病",
    "因残",
    "因学",
    "因灾",
    "缺土地",
    "缺水",
    "缺技术",
    "缺劳力",
    "缺资金",
    "交通条件落后",
    "自身发展动力不足",
    "因婚",
    "因丧",
    "其他",
];

/// 风险类型.
pub const RISKS: [&str; 11] = [
    "因病",
    "因学",
    "因残",
    "因灾",
    "因意外",
    "产业失败",
    "就业不稳",
    "缺劳力",
    "住房",
    "饮水",
    "其他",
];

/// 识别标准.
pub const STANDARDS: [(i64, &str); 3] = [(1, "国家标准"), (2, "省定标准"), (3, "市定标准")];

/// 健康状况.
pub const HEALTH: [&str; 4] = ["健康", "长期慢性病", "患有大病", "残疾"];

/// 劳动能力.
pub const LABOUR: [&str; 5] = ["普通劳动力", "技能劳动力", "弱/半劳动力", "丧失劳动力", "无劳动力"];

/// 在校状况.
pub const STUDENT: [&str; 11] = [
    "非在校",
    "学龄前",
    "幼儿园",
    "小学",
    "初中",
    "普高",
    "中职",
    "大专",
    "本科",
    "研究生",
    "辍学",
];

/// 与户主关系 as the form offers them.
pub const KIN_CHOICES: [&str; 18] = [
    "02", "10", "11", "12", "20", "30", "28", "38", "41", "42", "43", "44", "51", "52", "61", "62", "97", "99",
];

/// 帮扶措施类别.
pub const MEASURES: [&str; 10] = [
    "产业", "就业", "教育", "健康", "住房", "兜底", "金融", "结对", "慈善", "智力",
];

/// 生产生活条件: name, title, unit or choice.
pub const CONDITIONS: [(&str, &str, &str); 14] = [
    ("area_arable", "耕地面积", "亩"),
    ("area_forest", "林地面积", "亩"),
    ("house_area", "住房面积", "平方米"),
    ("house_year", "建房年份", "年"),
    ("structure", "房屋结构", ""),
    ("house_grade", "房屋等级", "A/B/C/D"),
    ("water_safe", "饮水安全", "是/否"),
    ("power_life", "生活用电", "是/否"),
    ("toilet", "卫生厕所", "是/否"),
    ("fuel", "主要燃料", ""),
    ("road_type", "入户路类型", ""),
    ("dist_main_road", "距村主干路", "米"),
    ("coop_member", "加入合作社", "是/否"),
    ("leader_driven", "带头人带动", "是/否"),
];

/// Where an application or a return came from.
pub const ORIGINS: [(&str, &str); 6] = [
    ("household", "本户申请"),
    ("village", "村里代为申请"),
    ("department", "部门推送"),
    ("report", "群众反映"),
    ("warning", "预警推送"),
    ("campaign", "年度动态调整"),
];

/// Title of a worded code.
pub fn word(list: &[(&'static str, &'static str)], id: &str) -> String {
    list.iter()
        .find(|(code, _)| *code == id)
        .map_or_else(|| id.to_owned(), |(_, title)| (*title).to_owned())
}

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

/// What [`kin_title`] says of a class without its digit; a template does not take these.
pub const KIN_CLASSES: [&str; 6] = ["孙辈", "父母", "祖辈", "兄弟姐妹", "其他", "未填"];

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
