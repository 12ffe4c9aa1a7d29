//! Names of people as they are spread over surnames, sexes and birth decades.
//!
//! Surname weights follow the public tables (王 7.2 %, 李 7.0 %, 张 6.8 % …), in hundredths of a per mille.
//! A few surnames that pinyin tables misread (单 仇 曾 解 盖) are in on purpose, and a few minority names with a
//! middle dot, because every later stage must stand them.

use kernel::identity::Sex;

use crate::dice::Dice;

pub(crate) const SURNAMES: [(&str, u32); 96] = [
    ("王", 720),
    ("李", 700),
    ("张", 680),
    ("刘", 538),
    ("陈", 453),
    ("杨", 308),
    ("赵", 229),
    ("黄", 223),
    ("周", 212),
    ("吴", 205),
    ("徐", 166),
    ("孙", 154),
    ("胡", 131),
    ("朱", 126),
    ("高", 121),
    ("林", 118),
    ("何", 117),
    ("郭", 115),
    ("马", 129),
    ("罗", 86),
    ("梁", 84),
    ("宋", 81),
    ("郑", 78),
    ("谢", 72),
    ("韩", 68),
    ("唐", 65),
    ("冯", 64),
    ("于", 62),
    ("董", 61),
    ("萧", 59),
    ("程", 57),
    ("曹", 57),
    ("袁", 54),
    ("邓", 54),
    ("许", 54),
    ("傅", 51),
    ("沈", 50),
    ("曾", 50),
    ("彭", 49),
    ("吕", 47),
    ("苏", 46),
    ("卢", 46),
    ("蒋", 46),
    ("蔡", 46),
    ("贾", 42),
    ("丁", 41),
    ("魏", 40),
    ("薛", 40),
    ("叶", 40),
    ("阎", 40),
    ("余", 38),
    ("潘", 37),
    ("杜", 37),
    ("戴", 34),
    ("夏", 34),
    ("钟", 34),
    ("汪", 33),
    ("田", 33),
    ("任", 33),
    ("姜", 33),
    ("范", 32),
    ("方", 32),
    ("石", 31),
    ("姚", 31),
    ("谭", 30),
    ("廖", 30),
    ("邹", 29),
    ("熊", 29),
    ("金", 28),
    ("陆", 28),
    ("郝", 27),
    ("孔", 26),
    ("白", 26),
    ("崔", 26),
    ("康", 25),
    ("毛", 24),
    ("邱", 24),
    ("秦", 23),
    ("江", 22),
    ("史", 21),
    ("顾", 20),
    ("侯", 19),
    ("邵", 18),
    ("孟", 18),
    ("龙", 17),
    ("万", 17),
    ("段", 16),
    ("商", 14),
    ("齐", 14),
    ("翟", 13),
    ("解", 9),
    ("盖", 8),
    ("单", 8),
    ("仇", 5),
    ("欧阳", 6),
    ("上官", 3),
];

/// Given-name characters by birth decade (up to 1949, 50s … 2010s): men.
const MEN: [&str; 8] = [
    "德福贵荣兴祥玉春金元文长永振忠",
    "建国志明文军华光荣玉成清长永胜",
    "建军卫东红兵志强国庆文革永生海",
    "伟强勇军磊涛海波志刚建峰永辉林",
    "磊伟超勇涛鹏杰强波浩辉斌鑫亮飞",
    "浩宇鑫超杰磊帅鹏凯旭阳龙志文博",
    "子轩宇浩然博文俊豪泽天佑一鸣晨",
    "沐宸奕辰梓睿浩宇泽一诺亦航星辰",
];

/// The same for women.
const WOMEN: [&str; 8] = [
    "秀英兰芳玉桂花淑珍凤荣翠莲香云",
    "秀兰英玉芳桂花凤淑珍翠荣华梅香",
    "秀英红梅丽华玉芳桂兰爱霞春燕敏",
    "丽敏静燕艳霞红玲娟芳秀云英莉华",
    "静丽娜婷敏燕雪芳娟艳倩玲慧洁萍",
    "婷雪欣悦颖慧琳佳怡静文倩莹梦瑶",
    "子涵欣怡梓萱雨佳可馨诗语晨曦若",
    "一诺依沐梓熙语桐若汐芷苡沫念欣",
];

const MINORITY_MEN: [&str; 6] = [
    "买买提·艾力",
    "阿卜杜拉·吐尔逊",
    "艾尔肯·玉素甫",
    "扎西·次仁",
    "巴特尔·苏和",
    "库尔班·依明",
];
const MINORITY_WOMEN: [&str; 6] = [
    "阿依古丽·吐尔逊",
    "古丽娜·买买提",
    "卓玛·央金",
    "热娜·艾力",
    "乌云·其其格",
    "帕提古丽·玉素甫",
];

/// A surname drawn by its share.
pub(crate) fn surname(dice: &mut Dice) -> usize {
    // The weights do not sum to 100 %: the table holds the commonest only.
    const TOTAL: u32 = {
        let mut sum = 0;
        let mut i = 0;
        while i < SURNAMES.len() {
            sum += SURNAMES[i].1;
            i += 1;
        }
        sum
    };
    let mut left = dice.below(TOTAL);
    for (i, (_, weight)) in SURNAMES.iter().enumerate() {
        if left < *weight {
            return i;
        }
        left -= weight;
    }
    0
}

/// A full name for someone of this surname, sex and birth year.
pub(crate) fn full_name(dice: &mut Dice, surname: usize, sex: Sex, birth_year: i32) -> Box<str> {
    if dice.below(2500) == 0 {
        let list = if sex == Sex::Male {
            &MINORITY_MEN
        } else {
            &MINORITY_WOMEN
        };
        return (*dice.pick(list)).into();
    }
    let decade = ((birth_year - 1940) / 10).clamp(0, 7) as usize;
    let pool = if sex == Sex::Male { MEN[decade] } else { WOMEN[decade] };
    let mut name = String::with_capacity(12);
    name.push_str(SURNAMES[surname].0);
    name.push(nth_char(dice, pool));
    // Single given names were fashionable from the seventies to the nineties.
    let single = if (3..=5).contains(&decade) { 38 } else { 12 };
    if !dice.percent(single) {
        name.push(nth_char(dice, pool));
    }
    name.into()
}

/// A name no one in the family of `avoid` bears: neither surname nor given name agrees.
pub(crate) fn foreign_name(dice: &mut Dice, avoid: &str) -> Box<str> {
    loop {
        let surname = surname(dice);
        let sex = if dice.percent(50) { Sex::Male } else { Sex::Female };
        let year = 1960 + dice.between(0, 30);
        let name = full_name(dice, surname, sex, year);
        if !kernel::name::agree(&name, avoid) {
            return name;
        }
    }
}

/// The name as a careless clerk types it: another given name character of similar shape, the surname right.
pub(crate) fn variant(dice: &mut Dice, name: &str) -> Box<str> {
    const LIKE: [(char, char); 14] = [
        ('英', '瑛'),
        ('兰', '蓝'),
        ('秀', '绣'),
        ('华', '花'),
        ('玉', '王'),
        ('军', '君'),
        ('志', '智'),
        ('伟', '玮'),
        ('芳', '方'),
        ('荣', '容'),
        ('建', '健'),
        ('文', '闻'),
        ('红', '洪'),
        ('宇', '羽'),
    ];
    let mut chars: Vec<char> = name.chars().collect();
    for i in (1..chars.len()).rev() {
        if let Some((_, other)) = LIKE.iter().find(|(c, _)| *c == chars[i]) {
            chars[i] = *other;
            return chars.into_iter().collect::<String>().into();
        }
    }
    if chars.len() > 3 {
        // Long minority names lose their dot.
        return name.replace('·', "").into();
    }
    let last = chars.len() - 1;
    chars[last] = *dice.pick(&['芝', '峰', '平', '生']);
    chars.into_iter().collect::<String>().into()
}

fn nth_char(dice: &mut Dice, pool: &str) -> char {
    // All pool characters take three bytes.
    let n = dice.below(pool.len() as u32 / 3) as usize;
    pool[n * 3..].chars().next().unwrap_or('华')
}
