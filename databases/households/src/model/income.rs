//! Net income per head by the four classes, with two totals.
//!
//! National statistics count reimbursed medical bills as transfer income; the question "can this household live
//! without help?" must not, or a long illness looks like wealth. So every kind of receipt says in which of the two
//! totals it stands, and what is left out of the poverty total is named with its reason.

use kernel::Money;

/// 四类收入.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncomeClass {
    Wage,
    Operating,
    Property,
    Transfer,
}

impl IncomeClass {
    pub const ALL: [IncomeClass; 4] = [
        IncomeClass::Wage,
        IncomeClass::Operating,
        IncomeClass::Property,
        IncomeClass::Transfer,
    ];

    pub fn title(self) -> &'static str {
        match self {
            IncomeClass::Wage => "工资性收入",
            IncomeClass::Operating => "生产经营性收入",
            IncomeClass::Property => "财产性收入",
            IncomeClass::Transfer => "转移性收入",
        }
    }
}

/// In which totals a receipt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    Both,
    /// Statistics only; the text says why the poverty total leaves it out.
    StatOnly(&'static str),
    Neither(&'static str),
}

/// A kind of receipt.
#[derive(Debug, PartialEq, Eq)]
pub struct IncomeKind {
    pub id: &'static str,
    pub class: IncomeClass,
    pub title: &'static str,
    pub counts: Counts,
}

impl IncomeKind {
    pub fn of(id: &str) -> Option<&'static IncomeKind> {
        KINDS.iter().find(|kind| kind.id == id)
    }

    /// Costs are subtracted, so they have to be stated, be it as zero.
    pub fn needs_cost(&self) -> bool {
        self.class == IncomeClass::Operating && self.counts == Counts::Both
    }
}

const fn kind(id: &'static str, class: IncomeClass, title: &'static str, counts: Counts) -> IncomeKind {
    IncomeKind {
        id,
        class,
        title,
        counts,
    }
}

use Counts::{Both, Neither, StatOnly};
use IncomeClass::{Operating, Property, Transfer, Wage};

/// All kinds, in the order of the forms.
pub const KINDS: &[IncomeKind] = &[
    kind("wage_local", Wage, "本地务工", Both),
    kind("wage_away", Wage, "外出务工", Both),
    kind("wage_post", Wage, "公益岗位", Both),
    kind("wage_odd", Wage, "零工", Both),
    kind("op_crop", Operating, "种植", Both),
    kind("op_animal", Operating, "养殖", Both),
    kind("op_forest", Operating, "林业", Both),
    kind("op_trade", Operating, "二三产业", Both),
    kind("prop_land", Property, "土地流转", Both),
    kind("prop_dividend", Property, "资产收益分红", Both),
    kind("prop_rent", Property, "租金", Both),
    kind("prop_interest", Property, "利息", Both),
    kind(
        "prop_sale",
        Property,
        "变卖财产",
        Neither("变卖财产是一次性的，不是持续收入"),
    ),
    kind("tr_subsistence", Transfer, "低保金", Both),
    kind("tr_destitute", Transfer, "特困供养金", Both),
    kind("tr_pension", Transfer, "养老金", Both),
    kind("tr_farm", Transfer, "农业补贴", Both),
    kind("tr_ecology", Transfer, "生态补偿", Both),
    kind("tr_disability", Transfer, "残疾人补贴", Both),
    kind("tr_aged", Transfer, "高龄津贴", Both),
    kind("tr_birth", Transfer, "计划生育奖补", Both),
    kind("tr_support", Transfer, "赡养费", Both),
    kind("tr_other", Transfer, "其他长期政策补贴", Both),
    kind(
        "tr_medical",
        Transfer,
        "医疗费报销",
        StatOnly("医疗费报销是看病支出的补偿，没有增加生活来源"),
    ),
    kind("tr_relief", Transfer, "一次性救助", StatOnly("一次性救助不能持续")),
    kind("tr_gift", Transfer, "实物慰问", StatOnly("实物慰问不能持续")),
    kind(
        "tr_house",
        Transfer,
        "建房改造补助",
        Neither("建房补助已用于住房，不是生活收入"),
    ),
    kind("tr_loan", Transfer, "借款、贷款", Neither("借款须归还，不是收入")),
];

/// One receipt of a household in the period that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomeItem {
    pub kind: &'static IncomeKind,
    pub gross: Money,
    pub cost: Money,
    /// Left out by the assessor, with the reason; a kind that does not count can never be counted in.
    pub excluded: Option<String>,
}

/// What the poverty total leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub title: &'static str,
    pub amount: Money,
    pub reason: String,
}

/// Sums of one household over one period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncomeTotals {
    /// Gross by class, of what counts for poverty.
    pub by_class: [Money; 4],
    pub cost: Money,
    pub stat: Money,
    pub poverty: Money,
    pub left_out: Vec<LeftOut>,
    pub population: i64,
}

impl IncomeTotals {
    pub fn stat_per_head(&self) -> Money {
        per_head(self.stat, self.population)
    }

    /// What the lines are compared with.
    pub fn poverty_per_head(&self) -> Money {
        per_head(self.poverty, self.population)
    }

    pub fn of_class(&self, class: IncomeClass) -> Money {
        self.by_class[class as usize]
    }
}

/// `(wage + operating gross + property + transfer - operating cost) / population`, twice.
pub fn totals(items: &[IncomeItem], population: i64) -> IncomeTotals {
    let mut sums = IncomeTotals {
        population,
        ..IncomeTotals::default()
    };
    for item in items {
        let net = Money(item.gross.fen() - item.cost.fen());
        let reason = match (&item.excluded, item.kind.counts) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Counts::StatOnly(reason) | Counts::Neither(reason)) => Some(reason.to_owned()),
            (None, Counts::Both) => None,
        };
        if !matches!(item.kind.counts, Counts::Neither(_)) {
            sums.stat = Money(sums.stat.fen() + net.fen());
        }
        match reason {
            Some(reason) => sums.left_out.push(LeftOut {
                title: item.kind.title,
                amount: item.gross,
                reason,
            }),
            None => {
                let class = &mut sums.by_class[item.kind.class as usize];
                *class = Money(class.fen() + item.gross.fen());
                sums.cost = Money(sums.cost.fen() + item.cost.fen());
                sums.poverty = Money(sums.poverty.fen() + net.fen());
            }
        }
    }
    sums
}

/// Rounded down to the fen: a household never reaches a line by rounding.
fn per_head(total: Money, population: i64) -> Money {
    if population <= 0 {
        return Money::ZERO;
    }
    Money(total.fen().div_euclid(population))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, gross: i64, cost: i64) -> IncomeItem {
        IncomeItem {
            kind: IncomeKind::of(id).unwrap(),
            gross: Money::from_yuan(gross),
            cost: Money::from_yuan(cost),
            excluded: None,
        }
    }

    // accept: 000-95a, 000-95b, 000-95c, 000-95d
    #[test]
    fn income_is_counted_by_the_four_classes_less_operating_cost() {
        let items = [
            item("wage_away", 20_000, 0),
            item("op_crop", 6_000, 2_500),
            item("op_animal", 3_000, 1_000),
            item("prop_land", 800, 0),
            item("tr_pension", 1_200, 0),
        ];
        let sums = totals(&items, 4);
        assert_eq!(sums.of_class(IncomeClass::Operating), Money::from_yuan(9_000));
        assert_eq!(sums.of_class(IncomeClass::Wage), Money::from_yuan(20_000));
        assert_eq!(sums.of_class(IncomeClass::Property), Money::from_yuan(800));
        assert_eq!(sums.of_class(IncomeClass::Transfer), Money::from_yuan(1_200));
        assert_eq!(sums.cost, Money::from_yuan(3_500));
        assert_eq!(sums.poverty_per_head(), Money::from_yuan(6_875));
        assert_eq!(sums.stat, sums.poverty);
    }

    // accept: 000-93
    #[test]
    fn what_cannot_last_stands_in_the_statistics_only_or_nowhere() {
        let items = [
            item("wage_local", 5_000, 0),
            item("tr_medical", 12_000, 0),
            item("tr_loan", 50_000, 0),
        ];
        let sums = totals(&items, 2);
        assert_eq!(sums.stat_per_head(), Money::from_yuan(8_500));
        assert_eq!(sums.poverty_per_head(), Money::from_yuan(2_500));
        let named: Vec<_> = sums.left_out.iter().map(|l| l.title).collect();
        assert_eq!(named, ["医疗费报销", "借款、贷款"]);
    }

    #[test]
    fn an_assessor_can_leave_out_but_never_count_in() {
        let mut wage = item("wage_odd", 900, 0);
        wage.excluded = Some("只做了一次".into());
        let sums = totals(&[wage], 1);
        assert_eq!((sums.poverty, sums.stat), (Money::ZERO, Money::from_yuan(900)));
    }

    #[test]
    fn a_loss_stays_a_loss_and_nobody_is_rounded_up() {
        assert_eq!(totals(&[item("op_crop", 0, 10)], 3).poverty_per_head(), Money(-334));
        assert_eq!(totals(&[item("wage_odd", 10, 0)], 3).poverty_per_head(), Money(333));
        assert_eq!(totals(&[item("wage_odd", 10, 0)], 0).poverty_per_head(), Money::ZERO);
    }
}
