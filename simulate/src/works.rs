//! Projects as offices carry them through: argued, tendered, built, accepted, paid. One in good order from beginning to
//! end is made here; what is wrong with some of them is planted by the rules' cases, see `plants::projects`.

use kernel::{Date, Money, Month, RegionCode, checks::uscc_check_char};

use crate::{days, dice::Dice, names, spec::Spec, truth::Expected};

/// A contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    pub no: String,
    pub contractor: String,
    pub uscc: String,
    pub amount: Money,
    pub signed_on: Date,
}

/// A tender: `works`, `goods` or `services`; `open`, `invited` or `compared`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tender {
    pub kind: &'static str,
    pub method: &'static str,
    pub opened_on: Date,
    pub awarded_on: Option<Date>,
}

/// A bid, with what the platform of the tender noted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bid {
    pub bidder: String,
    pub uscc: String,
    pub price: Money,
    pub ip: String,
    pub mac: String,
    pub agent: String,
}

/// One round of acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// 1 village, 2 town, 3 county.
    pub level: u8,
    pub on: Date,
    pub passed: bool,
    pub team: &'static str,
    /// Villagers asked whether they are content.
    pub asked: u8,
}

/// A change of the contract, and when it was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alteration {
    pub amount: Money,
    pub approved_on: Option<Date>,
}

/// A text of the contract as it lies elsewhere: `filed`, `claim`, `kept`, `amend` or `lot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractText {
    pub kind: &'static str,
    pub no: String,
    pub contractor: String,
    pub uscc: String,
    pub amount: Money,
    pub signed_on: Date,
    /// Struck out as entered by mistake.
    pub voided_on: Option<Date>,
}

/// A line of the bill of quantities; quantities are hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceLine {
    pub item: &'static str,
    pub spec: String,
    pub unit: &'static str,
    pub quantity: i64,
    pub price: Money,
}

/// A project with all that was entered about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    pub id: i64,
    pub name: String,
    pub region: RegionCode,
    /// `infrastructure`, `service`, `carrier` or `direct`.
    pub mode: &'static str,
    pub owner: String,
    pub planned: Money,
    pub start_plan: Date,
    pub end_plan: Date,
    /// States as they were reached.
    pub steps: Vec<(&'static str, Date)>,
    pub tender: Option<Tender>,
    pub bids: Vec<Bid>,
    pub contract: Option<Contract>,
    pub alterations: Vec<Alteration>,
    pub payments: Vec<(Money, Date)>,
    pub milestones: Vec<Date>,
    pub reps: u8,
    pub acceptances: Vec<Acceptance>,
    /// Positions of households.
    pub beneficiaries: Vec<u32>,
    /// Excused by decision (容错免责).
    pub exempted_on: Option<Date>,
    pub site: String,
    pub content: String,
    /// Pictures: what the file is, and the day on which it was kept.
    pub photos: Vec<(u32, Date)>,
    /// Percent done, as reported beside the share of money that pays for it.
    pub progress: Vec<Progress>,
    pub texts: Vec<ContractText>,
    pub prices: Vec<PriceLine>,
}

/// A report on how far the works are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The share of money, see [`crate::FundShare`].
    pub share: i64,
    pub percent: u8,
    pub on: Date,
}

impl Work {
    /// The day a state was reached.
    pub(crate) fn at(&mut self, state: &str) -> Option<&mut Date> {
        let step = self.steps.iter_mut().find(|(s, _)| *s == state);
        step.map(|(_, day)| day)
    }

    /// Leaves out what came after this state and after that day.
    pub(crate) fn stop_before(&mut self, state: &str) {
        if let Some(at) = self.steps.iter().position(|(s, _)| *s == state) {
            let day = self.steps[at].1;
            self.steps.truncate(at);
            self.payments.retain(|(_, on)| *on < day);
            self.milestones.retain(|on| *on < day);
            self.acceptances.retain(|a| a.on < day);
        }
    }

    pub(crate) fn amount(&self) -> Money {
        self.contract.as_ref().map_or(Money::ZERO, |c| c.amount)
    }

    /// The day of the contract; without one, the day on which work should begin.
    pub fn signed_on_day(&self) -> Date {
        self.contract.as_ref().map_or(self.start_plan, |c| c.signed_on)
    }

    pub(crate) fn signed_on(&self) -> Date {
        self.contract.as_ref().map_or(Date::MIN, |c| c.signed_on)
    }
}

/// A planted case about a thing: what the comparison should say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThingTruth {
    pub rule: &'static str,
    pub expected: Expected,
    pub exception: &'static str,
    /// Kind and key as a finding names its subject, e.g. `project:1001`; of a batch its number, e.g. `fund:HN17-201907-…`.
    pub thing: String,
    /// Code of the programme, where the finding is about one.
    pub programme: &'static str,
    pub from: Month,
    pub to: Month,
}

/// The credit code of a firm that builds; its series is that of no department's random rows.
pub(crate) fn firm_code(number: u32) -> String {
    let first = format!("91371621MB{number:07}");
    let check = uscc_check_char(&first).unwrap_or('0');
    format!("{first}{check}")
}

/// Projects as they are made, and the truth about them.
pub(crate) struct Works {
    pub(crate) dice: Dice,
    pub(crate) done: Vec<Work>,
    pub(crate) truth: Vec<ThingTruth>,
    firms: u32,
    agents: std::collections::HashSet<Box<str>>,
}

const IDEAS: [&str; 8] = [
    "村内道路硬化",
    "饮水管网改造",
    "排水渠整治",
    "卫生室改造",
    "文化广场",
    "机井配套",
    "生产桥修建",
    "路灯安装",
];

/// Days of a project in good order, counted from the signing of its contract.
const WAY: [(&str, i32); 13] = [
    ("demand", -230),
    ("argued", -200),
    ("library", -150),
    ("approved", -120),
    ("tender", -30),
    ("contracted", 0),
    ("building", 15),
    ("completed", 105),
    ("acc_village", 115),
    ("acc_town", 125),
    ("acc_county", 135),
    ("settled", 145),
    ("notice_post", 150),
];

impl Works {
    pub(crate) fn new(spec: &Spec) -> Works {
        Works {
            dice: Dice::new(spec.seed, "works"),
            done: Vec::new(),
            truth: Vec::new(),
            firms: 0,
            agents: std::collections::HashSet::new(),
        }
    }

    /// A firm of its own for every contract.
    pub(crate) fn next_firm(&mut self) -> u32 {
        self.firms += 1;
        self.firms
    }

    /// A name no other agent has. A city has more agents than there are names of its taste; what is taken too often gets
    /// the last character of one more name.
    pub(crate) fn next_agent(&mut self) -> String {
        const TRIES: usize = 64;
        let mut longer = String::new();
        loop {
            for _ in 0..TRIES {
                let surname = names::surname(&mut self.dice);
                let name = names::full_name(&mut self.dice, surname, kernel::identity::Sex::Male, 1975);
                let name = format!("{name}{longer}");
                if self.agents.insert(name.clone().into()) {
                    return name;
                }
            }
            let surname = names::surname(&mut self.dice);
            let more = names::full_name(&mut self.dice, surname, kernel::identity::Sex::Male, 1975);
            longer.extend(more.chars().last());
        }
    }

    /// A project in good order by this firm, finished and accepted.
    pub(crate) fn contract(
        &mut self,
        region: RegionCode,
        firm: u32,
        contractor: &str,
        signed_on: Date,
        open: bool,
    ) -> &mut Work {
        let id = 1_001 + self.done.len() as i64;
        let dice = &mut self.dice;
        let planned = Money::from_yuan(i64::from(dice.between(30, 90)) * 10_000);
        let low = Money(planned.fen() * i64::from(dice.between(9_000, 9_400)) / 10_000);
        let middle = Money(low.fen() * i64::from(dice.between(10_150, 10_250)) / 10_000);
        let high = Money(middle.fen() * i64::from(dice.between(10_280, 10_400)) / 10_000);
        let day = |offset: i32| days::plus(signed_on, offset);
        let idea = *dice.pick(&IDEAS);
        let rivals = [self.next_firm(), self.next_firm()];
        let bidders = [
            (firm, contractor.to_owned(), low),
            (rivals[0], format!("县第{}建筑队", rivals[0]), middle),
            (rivals[1], format!("县第{}建筑队", rivals[1]), high),
        ];
        let bids = bidders.map(|(number, bidder, price)| Bid {
            bidder,
            uscc: firm_code(number),
            price,
            ip: format!("10.{}.{}.{}", number / 60_000, number / 250 % 250, number % 250),
            mac: format!(
                "02:00:00:{:02x}:{:02x}:{:02x}",
                number >> 16,
                number >> 8 & 255,
                number & 255
            ),
            agent: self.next_agent(),
        });
        let share = |percent: i64| Money(low.fen() * percent / 100);
        let acceptance = |level, offset, team| Acceptance {
            level,
            on: day(offset),
            passed: true,
            team,
            asked: if level == 2 { 20 } else { 0 },
        };
        let name = format!("{idea}项目（{}号）", id - 1_000);
        self.done.push(Work {
            id,
            content: name.clone(),
            name,
            region,
            mode: "infrastructure",
            owner: format!(
                "第{}号村民委员会",
                region.at(kernel::RegionLevel::Community).as_i64() / 1_000 % 1_000
            ),
            planned,
            start_plan: day(10),
            end_plan: day(110),
            steps: WAY.iter().map(|(state, offset)| (*state, day(*offset))).collect(),
            tender: Some(Tender {
                kind: "works",
                method: if open { "open" } else { "compared" },
                opened_on: day(-30),
                awarded_on: Some(day(-10)),
            }),
            bids: bids.to_vec(),
            contract: Some(Contract {
                no: format!("合〔{}〕{}号", signed_on.year(), id - 1_000),
                contractor: contractor.to_owned(),
                uscc: firm_code(firm),
                amount: low,
                signed_on,
            }),
            alterations: Vec::new(),
            payments: vec![(share(40), day(16)), (share(50), day(110)), (share(7), day(146))],
            milestones: vec![day(15), day(60), day(105)],
            reps: 3,
            acceptances: vec![
                acceptance(1, 115, "村两委、民主理财小组、村民代表"),
                acceptance(2, 125, "驻村干部、农技站、财政所"),
                acceptance(3, 135, "县八部门验收组"),
            ],
            beneficiaries: Vec::new(),
            exempted_on: None,
            site: "村内".to_owned(),
            photos: Vec::new(),
            progress: Vec::new(),
            texts: Vec::new(),
            prices: Vec::new(),
        });
        let last = self.done.len() - 1;
        &mut self.done[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scale;

    #[test]
    fn names_of_agents_do_not_run_out() {
        let mut works = Works::new(&Spec::huimin_2020(Scale::Village, 1));
        let names: std::collections::HashSet<String> = (0..60_000).map(|_| works.next_agent()).collect();
        assert_eq!(names.len(), 60_000);
    }
}
