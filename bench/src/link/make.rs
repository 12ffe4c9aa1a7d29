//! Files for the bench of linking: the register and five department rows for each of them as careless offices write them, with the
//! truth beside them. People come from the simulated county; the slips are drawn here, by rates written down here.

use std::{collections::HashMap, path::Path};

use kernel::{
    Date, IdNumber, IdStatus, KeyRing, RegionCode, RegionLevel,
    identity::check_char,
    period::{epoch_days, from_epoch_days, ymd},
};
use linkage::persons::NO_DAY;
use pinyin::ToPinyin;
use simulate::{Person, Scale, Spec};

use super::files::{Files, Rows, register};
use crate::Outcome;

/// Department rows for each person of the register.
const ROWS_PER_PERSON: usize = 5;

/// The same numbers from the same seed.
pub(super) struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}

/// Rows of one department's table; each is sorted by key, as snapshots are.
const PART_ROWS: usize = 1 << 19;

/// Writes `register.parquet`, `rows.parquet` and `truth.parquet`, for so many people at most. Only the population of the
/// simulated county is needed, and not what is planted in it.
pub(super) fn make(scale: Scale, most: usize, seed: u64, folder: &Path) -> Outcome<()> {
    let mut people = simulate::people(&Spec::huimin_2020(scale, seed));
    people.truncate(most);
    let ring = KeyRing::for_tests(seed);
    let places = register(&people, &ring, &folder.join("register.parquet"))?;
    let homophones = homophones(&people);
    let mut dice = Dice(seed);
    let mut rows = Rows::default();
    let mut files = Files::create(folder)?;
    for _ in 0..people.len() * ROWS_PER_PERSON {
        if rows.key.len() == PART_ROWS {
            files.write(std::mem::take(&mut rows))?;
        }
        let at = dice.below(people.len() as u64) as usize;
        // Four rows of ten are about people of elsewhere, who are named and born like people of here.
        match dice.below(10) < 6 {
            true => row(
                &mut rows,
                &mut dice,
                &ring,
                &people[at],
                places[at],
                &people,
                &homophones,
            ),
            false => {
                let stranger = stranger(&mut dice, &people);
                row(&mut rows, &mut dice, &ring, &stranger, -1, &people, &homophones);
            }
        }
    }
    files.write(rows)?;
    files.close()
}

fn row(
    rows: &mut Rows,
    dice: &mut Dice,
    ring: &KeyRing,
    person: &Person,
    index: i32,
    people: &[Person],
    homophones: &HashMap<char, Vec<char>>,
) {
    let right = person.id.expose();
    // Per ten thousand.
    let (class, number) = match dice.below(10_000) {
        0..320 => ("missing", String::new()),
        320..440 => ("one digit", one_digit(dice, right)),
        440..500 => ("swap", swapped(dice, right)),
        500..520 => ("two digits", {
            let once = one_digit(dice, right);
            one_digit(dice, &once)
        }),
        520..530 => ("lost", {
            let mut text = right.to_owned();
            text.remove(dice.below(17) as usize);
            text
        }),
        530..590 if person.birth.year() < 2000 => ("fifteen", format!("{}{}", &right[..6], &right[8..17])),
        590..610 if index >= 0 => ("misused", right.to_owned()),
        _ => ("exact", right.to_owned()),
    };
    let (key, status, kept) = match IdNumber::parse(&number) {
        Ok(parsed) => (ring.person_key(&parsed.number).0, parsed.status, String::new()),
        Err(_) if number.is_empty() => (0, IdStatus::Missing, number),
        Err(_) => (ring.other_document_key(&number).0, IdStatus::Invalid, number),
    };
    let name = match class {
        "misused" => stranger(dice, people).name.to_string(),
        _ => written(dice, &person.name, homophones),
    };
    let sex = match dice.below(1000) {
        0..100 => 0,
        100..103 => 3 - person.sex_code(),
        _ => person.sex_code(),
    };
    rows.id.push(kept);
    rows.key.push(key);
    rows.status.push(status as u8);
    rows.name.push(name);
    rows.birth.push(born(dice, person.birth).map_or(NO_DAY, epoch_days));
    rows.sex.push(sex);
    rows.region.push(lives(dice, person, index, people));
    // Three tables of ten (land, medical insurance, housing) name a relative.
    let named = index >= 0 && dice.below(10) < 3;
    rows.household
        .push(if named { i64::from(person.family) + 1 } else { 0 });
    rows.person.push(index);
    rows.class.push(class);
}

fn one_digit(dice: &mut Dice, right: &str) -> String {
    let mut bytes = right.as_bytes().to_vec();
    let at = dice.below(17) as usize;
    bytes[at] = b'0' + (bytes[at] - b'0' + 1 + dice.below(9) as u8) % 10;
    String::from_utf8(bytes).unwrap_or_default()
}

fn swapped(dice: &mut Dice, right: &str) -> String {
    let mut bytes = right.as_bytes().to_vec();
    let start = dice.below(16) as usize;
    if let Some(at) = (0..16)
        .map(|i| (start + i) % 16)
        .find(|at| bytes[*at] != bytes[*at + 1])
    {
        bytes.swap(at, at + 1);
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// 92 % as registered.
fn written(dice: &mut Dice, name: &str, homophones: &HashMap<char, Vec<char>>) -> String {
    const SHAPES: [(char, char); 12] = [
        ('伟', '炜'),
        ('芳', '房'),
        ('静', '净'),
        ('明', '朋'),
        ('未', '末'),
        ('林', '琳'),
        ('天', '夫'),
        ('玉', '王'),
        ('兰', '三'),
        ('文', '交'),
        ('军', '车'),
        ('国', '园'),
    ];
    const OLD: [(char, char); 12] = [
        ('张', '張'),
        ('刘', '劉'),
        ('陈', '陳'),
        ('杨', '楊'),
        ('赵', '趙'),
        ('国', '國'),
        ('华', '華'),
        ('兰', '蘭'),
        ('凤', '鳳'),
        ('丽', '麗'),
        ('军', '軍'),
        ('龙', '龍'),
    ];
    let mut chars: Vec<char> = name.chars().collect();
    let last = chars.len() - 1;
    let at = if last > 1 {
        1 + dice.below(last as u64) as usize
    } else {
        last
    };
    match dice.below(1000) {
        0..30 => {
            if let Some(others) = homophones.get(&chars[at]) {
                chars[at] = *dice.of(others);
            }
        }
        30..42 => replace(&mut chars, &SHAPES),
        42..50 => chars[at] = *dice.of(&['生', '芝', '平', '峰', '凯', '宁', '霖', '昊']),
        50..55 if last >= 2 => {
            chars.remove(at);
        }
        55..62 => replace(&mut chars, &OLD),
        62..65 if last == 2 => chars.swap(1, 2),
        65..75 => return chars.iter().flat_map(|c| [*c, '　']).collect(),
        75..80 if name.contains('·') => return name.replace('·', "．"),
        _ => {}
    }
    chars.into_iter().collect()
}

fn replace(chars: &mut [char], list: &[(char, char)]) {
    for c in chars.iter_mut() {
        if let Some((_, other)) = list.iter().find(|(from, _)| from == c) {
            *c = *other;
            return;
        }
    }
}

/// Nine rows of ten state a birth; of these 96.5 % the right one.
fn born(dice: &mut Dice, birth: Date) -> Option<Date> {
    let slip = match dice.below(1000) {
        0..100 => return None,
        100..114 => {
            let digits = format!("{:04}{:02}{:02}", birth.year(), u8::from(birth.month()), birth.day());
            let mut bytes = digits.into_bytes();
            let at = 2 + dice.below(6) as usize;
            bytes[at] = b'0' + dice.below(10) as u8;
            let number: u32 = String::from_utf8(bytes).ok()?.parse().ok()?;
            ymd(
                (number / 10_000) as i32,
                (number / 100 % 100) as u8,
                (number % 100) as u8,
            )
        }
        114..118 => ymd(birth.year(), birth.day(), u8::from(birth.month())),
        // Told by the old calendar.
        118..127 => from_epoch_days(epoch_days(birth) - 20 - dice.below(30) as i32),
        127..131 => ymd(birth.year(), 1, 1),
        _ => None,
    };
    Some(slip.unwrap_or(birth))
}

/// Nine of ten rows state a place, most the right village.
fn lives(dice: &mut Dice, person: &Person, index: i32, people: &[Person]) -> i64 {
    let other = |dice: &mut Dice| people[dice.below(people.len() as u64) as usize].region;
    if index < 0 {
        return match dice.below(10) {
            0 => 0,
            1..4 => other(dice).as_i64(),
            _ => 370_102_001_001_001 + dice.below(900) as i64 * 1_000_000,
        };
    }
    let at = |level| person.region.at(level).as_i64();
    match dice.below(1000) {
        0..90 => 0,
        90..170 => at(RegionLevel::Community),
        170..210 => at(RegionLevel::Town),
        210..240 => at(RegionLevel::County),
        240..275 => other(dice).as_i64(),
        _ => person.region.as_i64(),
    }
}

/// Somebody of another county: the name of one person here, the birth of another, a number of elsewhere.
fn stranger(dice: &mut Dice, people: &[Person]) -> Person {
    let count = people.len() as u64;
    let (a, b) = (&people[dice.below(count) as usize], &people[dice.below(count) as usize]);
    let prefix = *dice.of(&[370_102_u32, 370_211, 371_502, 110_108, 410_102, 130_983]);
    let first = format!(
        "{prefix}{:04}{:02}{:02}{:03}",
        b.birth.year(),
        u8::from(b.birth.month()),
        b.birth.day(),
        dice.below(1000)
    );
    let text = format!("{first}{}", check_char(&first).unwrap_or('0'));
    let mut person = b.clone();
    if let Ok(parsed) = IdNumber::parse(&text) {
        person.id = parsed.number;
    }
    person.name = a.name.clone();
    person.region = RegionCode::NATION;
    person
}

/// Characters of equal sound among those that occur in names here and some hundreds of common ones.
fn homophones(people: &[Person]) -> HashMap<char, Vec<char>> {
    const COMMON: &str = "\
        一丁七万三上下不与专世业东丝中丰丽义之乐九习书买云五亚交亦京亮人仁今介从代令任企伊伍众优会传伟佳使侠保信修倩健元先光兰兵其典\
        军农冠冬冰冲凡凤凯刚创利别力功劲勇勤北华卓南博卫印友双发叔口古可史叶合名君启周和咏品哲唯唱喜嘉园国圆坚坤城堂墨士声夏多天太夫\
        奇奕女好如妍妙姗娇娜娟婉婷婕媛嫣子孝学宁守安宏宗宝宣宪宫家容宽宾富寒寿小尔尚山岩岭峰崇川州工左巧平年广庆应康建开弘强彤彦彩影\
        心志怀思恒恩悦惠慧成才扬承振教敏文斌新方旭时昂昊昌明易星春昭晓晨晶景智曼朋望木朝术杉材杰松林枝枫柏柔柯标栋树根格桂桐梁梅梓梦\
        森楠欢欣正武民水永汉江池沙沛河波泉泊洁洋洪浩海涛润淑清渊温源溪滨漫澄灵灿炎炜炳烈烨焕焰然照熙燕爱爽牧玉玖玛环玲珊珍珠球理琦琪\
        琳琴琼瑛瑜瑞瑶璇璐生田甲申男畅登白百盈盛真睿石硕碧礼社祥福秀秋科程穆立竹笑管米素红纯纲线组细经结维绮绿缘罗美群翔翠翰耀聪胜胤\
        能自致航良色艳艺节芊芝芬花芳苏苑英茂茗茜草荣荷莉莎莲莹菊菲萌萍萱葵蒙蓉蓓蓝蔓蕊蕾薇虎虹蝶行衡裕西观言记诗诚语诺谊谦谷豪贝贞贤\
        贵赫超越路轩辉辰达迅远迪逸道邦郁采里重金鑫钊钢钧铁铃铭银锋锐锦镇长闯闻阳阿陆隆随雁雄雅雨雪雯雷震霄霏霖霜霞露青静韵顺颂颖飞馨\
        香马驰骏骥高鸣鸿鹃鹏鹤麒麟黎龙";
    let mut by_sound: HashMap<String, Vec<char>> = HashMap::new();
    let mut chars: Vec<char> = COMMON
        .chars()
        .chain(people.iter().take(50_000).flat_map(|p| p.name.chars()))
        .collect();
    chars.sort_unstable();
    chars.dedup();
    for c in chars {
        if let Some(reading) = c.to_pinyin() {
            by_sound.entry(reading.plain().to_owned()).or_default().push(c);
        }
    }
    let mut out = HashMap::new();
    for group in by_sound.values() {
        for c in group {
            let others: Vec<char> = group.iter().copied().filter(|other| other != c).collect();
            if !others.is_empty() {
                out.insert(*c, others);
            }
        }
    }
    out
}
