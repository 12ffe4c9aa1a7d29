//! The 34 benefit policies of the county, 19 of them paid out to people.
//!
//! Kinds, cycles and name modes follow real programmes; rates are believable, not official.

/// How often a benefit is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycle {
    Quarter,
    HalfYear,
    Year,
    Once,
}

impl Cycle {
    pub fn name(self) -> &'static str {
        match self {
            Cycle::Quarter => "季",
            Cycle::HalfYear => "半年",
            Cycle::Year => "年",
            Cycle::Once => "一次",
        }
    }
}

/// Who the money goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayeeKind {
    Person,
    Household,
    Village,
    Project,
}

impl PayeeKind {
    pub fn name(self) -> &'static str {
        match self {
            PayeeKind::Person => "person",
            PayeeKind::Household => "household",
            PayeeKind::Village => "village",
            PayeeKind::Project => "project",
        }
    }
}

/// A policy with its rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Programme {
    /// `HN01` … `HN34`.
    pub code: &'static str,
    pub name: &'static str,
    /// Organisation code of the responsible department.
    pub dept: &'static str,
    /// 扶贫, 涉农 or 民生.
    pub fund_family: &'static str,
    pub unit: &'static str,
    /// Fen per unit and payment.
    pub rate_fen: i32,
    pub cycle: Cycle,
    pub payee: PayeeKind,
    /// Highest level the money comes from: 中央, 省, 市, 县.
    pub fund_level: &'static str,
    /// full, masked or none.
    pub public_name_mode: &'static str,
    /// Meant for people in need, so that cadres and the well-off have no place in it.
    pub targeted: bool,
    /// Paid to people (19 of 34).
    pub paid: bool,
    /// What was done with the money, in a sentence a citizen understands.
    pub what_done: &'static str,
    /// With what effect.
    pub effect: &'static str,
}

pub(crate) const LAND: u8 = 0;
pub(crate) const ALLOWANCE: u8 = 1;
pub(crate) const DESTITUTE: u8 = 2;
pub(crate) const DISABLED_LIVING: u8 = 3;
pub(crate) const DISABLED_CARE: u8 = 4;
pub(crate) const OLD_AGE: u8 = 5;
pub(crate) const MACHINES: u8 = 6;
pub(crate) const LIVESTOCK: u8 = 7;
pub(crate) const HOUSING: u8 = 8;
pub(crate) const VOCATIONAL: u8 = 9;
pub(crate) const STUDENTS: u8 = 10;
pub(crate) const FAMILY_PLANNING: u8 = 11;
pub(crate) const PUBLIC_POST: u8 = 12;
pub(crate) const RELIEF: u8 = 13;
pub(crate) const MEDICAL_AID: u8 = 14;
pub(crate) const ORPHANS: u8 = 15;
pub(crate) const INDUSTRY: u8 = 16;
pub(crate) const LOAN_INTEREST: u8 = 17;
pub(crate) const WINTER: u8 = 18;

use Cycle::{HalfYear, Once, Quarter, Year};
use PayeeKind::{Household, Person, Project, Village};

#[allow(clippy::too_many_arguments)]
const fn paid(
    code: &'static str,
    name: &'static str,
    dept: &'static str,
    fund_family: &'static str,
    unit: &'static str,
    rate_fen: i32,
    cycle: Cycle,
    payee: PayeeKind,
    fund_level: &'static str,
    public_name_mode: &'static str,
    targeted: bool,
    what_done: &'static str,
    effect: &'static str,
) -> Programme {
    Programme {
        code,
        name,
        dept,
        fund_family,
        unit,
        rate_fen,
        cycle,
        payee,
        fund_level,
        public_name_mode,
        targeted,
        paid: true,
        what_done,
        effect,
    }
}

const fn built(
    code: &'static str,
    name: &'static str,
    dept: &'static str,
    fund_family: &'static str,
    payee: PayeeKind,
    fund_level: &'static str,
    what_done: &'static str,
    effect: &'static str,
) -> Programme {
    Programme {
        code,
        name,
        dept,
        fund_family,
        unit: "项",
        rate_fen: 0,
        cycle: Once,
        payee,
        fund_level,
        public_name_mode: "full",
        targeted: false,
        paid: false,
        what_done,
        effect,
    }
}

#[rustfmt::skip] // A table: one policy an entry, effect on the second line.
pub const PROGRAMMES: [Programme; 34] = [
    paid("HN01", "耕地地力保护补贴", "agriculture", "涉农", "亩", 12_500, Year, Household, "中央", "full", false,
        "按确权面积直接补给种地农户。", "稳定粮食播种面积，秸秆还田率逐年提高。"),
    paid("HN02", "农村最低生活保障金", "civil_affairs", "民生", "人", 66_000, Quarter, Household, "中央", "full", true,
        "按家庭人均收入与低保标准的差额按季发放。", "困难家庭基本生活得到保障。"),
    paid("HN03", "特困人员供养金", "civil_affairs", "民生", "人", 190_000, Quarter, Person, "中央", "full", true,
        "为无劳动能力、无生活来源、无法定赡养人的老人等提供供养。", "特困人员应养尽养。"),
    paid("HN04", "困难残疾人生活补贴", "disabled_federation", "民生", "人", 33_000, Quarter, Person, "省", "masked", true,
        "补助困难残疾人的额外生活支出。", "困难残疾人生活负担减轻。"),
    paid("HN05", "重度残疾人护理补贴", "disabled_federation", "民生", "人", 30_000, Quarter, Person, "省", "masked", true,
        "补助重度残疾人的长期照护支出。", "重度残疾人得到照护。"),
    paid("HN06", "高龄津贴", "civil_affairs", "民生", "人", 15_000, Quarter, Person, "县", "full", false,
        "八十周岁以上老人按季发放。", "高龄老人普遍受惠。"),
    paid("HN07", "农机购置补贴", "agriculture", "涉农", "台", 480_000, Once, Person, "中央", "full", false,
        "购置目录内农业机械按比例补贴。", "主要农作物耕种收综合机械化率提高。"),
    paid("HN08", "家畜养殖补贴", "agriculture", "涉农", "头", 10_000, Once, Household, "省", "full", false,
        "能繁母猪和良种家畜按头补贴。", "生猪等家畜生产稳定。"),
    paid("HN09", "农村危房改造补助", "housing", "民生", "户", 1_400_000, Once, Household, "中央", "full", true,
        "C、D级危房经鉴定后修缮或重建，验收合格后补助到户。", "困难户住上安全房。"),
    paid("HN10", "雨露计划职业教育补助", "poverty_relief", "民生", "人", 150_000, HalfYear, Person, "省", "masked", true,
        "补助困难家庭子女接受中高等职业教育。", "一人学技能，全家有出路。"),
    paid("HN11", "家庭经济困难学生生活补助", "education", "民生", "人", 50_000, HalfYear, Person, "中央", "masked", true,
        "义务教育和高中阶段困难学生按学期补助。", "不让一个孩子因贫失学。"),
    paid("HN12", "计划生育家庭奖励扶助", "health", "民生", "人", 96_000, Year, Person, "中央", "full", false,
        "符合条件的农村计划生育家庭父母按年奖励。", "政策承诺兑现到人。"),
    paid("HN13", "公益性岗位补贴", "human_resources", "民生", "人", 150_000, Quarter, Person, "省", "full", false,
        "开发保洁、护林等岗位安置就业困难人员。", "就业困难人员有稳定收入。"),
    paid("HN14", "临时救助金", "civil_affairs", "民生", "户", 150_000, Once, Household, "县", "masked", true,
        "对突发困难家庭给予一次性救助。", "突发困难得到及时缓解。"),
    paid("HN15", "城乡医疗救助", "medical_security", "民生", "人", 170_000, Once, Person, "中央", "masked", true,
        "对困难群众住院自付费用按比例救助。", "困难群众看病负担减轻。"),
    paid("HN16", "孤儿基本生活费", "civil_affairs", "民生", "人", 330_000, Quarter, Person, "省", "none", true,
        "为孤儿和事实无人抚养儿童发放基本生活费。", "孩子们健康成长。"),
    paid("HN17", "产业帮扶到户补助", "poverty_relief", "扶贫", "户", 140_000, Year, Household, "省", "full", true,
        "扶持脱贫户和监测户发展种植、养殖、加工。", "户均经营收入增加。"),
    paid("HN18", "小额信贷贴息", "poverty_relief", "扶贫", "户", 110_000, Year, Household, "省", "full", true,
        "为发展生产的脱贫户贷款贴息。", "缓解发展生产缺资金的难题。"),
    paid("HN19", "冬春临时生活困难救助", "emergency", "民生", "户", 30_000, Once, Household, "中央", "full", true,
        "受灾群众冬春期间口粮、取暖等救助。", "受灾群众安全温暖过冬。"),
    built("HN20", "村级公益事业一事一议奖补", "agriculture", "涉农", Village, "省", "村民议定修路、路灯等小型公益项目，财政奖补。", "村内出行和照明改善。"),
    built("HN21", "高标准农田建设", "agriculture", "涉农", Project, "中央", "平整土地、配套灌排和田间道路。", "旱能浇、涝能排，亩均增产。"),
    built("HN22", "农村人居环境整治", "agriculture", "涉农", Project, "省", "清理垃圾、改造户厕、治理污水。", "村容村貌改善。"),
    built("HN23", "农村饮水安全巩固提升", "water", "民生", Project, "中央", "更新管网、提升水厂净化能力。", "自来水水质达标。"),
    built("HN24", "农村公路养护", "transport", "民生", Project, "省", "养护县乡村道路。", "村村通路况良好。"),
    built("HN25", "扶贫产业园区建设", "poverty_relief", "扶贫", Project, "省", "建设大棚和加工车间，收益分给村集体和脱贫户。", "带动脱贫户就业分红。"),
    built("HN26", "光伏扶贫电站", "poverty_relief", "扶贫", Village, "省", "建设村级光伏电站，发电收益归村集体。", "村集体有稳定收入。"),
    built("HN27", "薄弱学校改造", "education", "民生", Project, "中央", "维修校舍、更新教学设备。", "农村学校办学条件达标。"),
    built("HN28", "村卫生室标准化建设", "health", "民生", Project, "省", "新建和改造村卫生室。", "小病不出村。"),
    built("HN29", "农业保险保费补贴", "finance", "涉农", Project, "中央", "补贴小麦、玉米、棉花保险保费。", "受灾农户得到理赔。"),
    built("HN30", "农业技术推广", "agriculture", "涉农", Project, "中央", "示范良种良法，培训种植能手。", "良种覆盖率提高。"),
    built("HN31", "动物疫病强制免疫", "agriculture", "涉农", Project, "中央", "采购疫苗、组织春秋两季免疫。", "重大动物疫病有效防控。"),
    built("HN32", "村级组织运转经费", "finance", "民生", Village, "县", "保障村级组织办公和服务群众支出。", "村级组织有钱办事。"),
    built("HN33", "农村敬老院改造", "civil_affairs", "民生", Project, "省", "改造护理床位和消防设施。", "集中供养条件改善。"),
    built("HN34", "农村电商服务站", "commerce", "涉农", Project, "市", "建设村级电商服务站，培训经营者。", "农产品销路拓宽。"),
];
