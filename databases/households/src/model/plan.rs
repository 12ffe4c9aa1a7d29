//! 一户一法、一村一策: the plan of a household or a village for a year. Each line answers the five questions
//! (干什么、资金在哪里、谁来实施、什么时间、何责任); the village meeting passes it, the town approves it.

use access::Role::{ResidentTeam, TownPoverty, VillageAdmin};
use kernel::{AppError, AppResult, Date, Money, period::parse_date};
use records::flow::{Flow, Needs, Step};
use serde::{Deserialize, Serialize};

records::codes! {
    /// Whom a plan is for.
    pub enum Target {
        Household = "household" "一户一法",
        Village = "village" "一村一策",
    }
}

records::codes! {
    /// Where a plan stands.
    pub enum PlanState {
        Draft = "draft" "起草中",
        Meeting = "village_meeting" "村级会议已通过",
        Approved = "town_approved" "镇级已批准",
    }
}

records::codes! {
    /// What is done with a plan.
    pub enum PlanAct {
        Meet = "meet" "村级会议通过",
        Approve = "approve" "镇级批准",
        SendBack = "send_back" "退回修改",
        Revise = "revise" "重新修订",
    }
}

use PlanState::*;

const CLEAR: Needs = Needs::NOTHING.not_concerned();

/// From the draft to the approval, and back for a revision.
pub const FLOW: Flow<PlanState, PlanAct> = Flow {
    name: "assistance-plan",
    title: "帮扶计划（一户一法、一村一策）",
    steps: &[
        Step {
            act: PlanAct::Meet,
            from: &[Draft],
            to: Meeting,
            by: &[VillageAdmin, ResidentTeam],
            needs: CLEAR.basis(),
            guard: "“五问”逐项填全；会议到会过半、赞成过半；户计划须本户同意",
        },
        Step {
            act: PlanAct::Approve,
            from: &[Meeting],
            to: Approved,
            by: &[TownPoverty],
            needs: CLEAR.second_person(),
            guard: "",
        },
        Step {
            act: PlanAct::SendBack,
            from: &[Meeting],
            to: Draft,
            by: &[TownPoverty, VillageAdmin],
            needs: CLEAR.reason(),
            guard: "",
        },
        Step {
            act: PlanAct::Revise,
            from: &[Approved],
            to: Draft,
            by: &[TownPoverty, VillageAdmin, ResidentTeam],
            needs: CLEAR.reason(),
            guard: "修订后重新开会、重新批准",
        },
    ],
};

/// The five questions, as they stand on paper.
pub const QUESTIONS: [&str; 5] = ["干什么", "资金在哪里", "谁来实施", "什么时间", "何责任"];
/// At most so many lines.
pub const MOST_LINES: usize = 12;

/// One thing that is to be done, with all five answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ::store::FromQueryResult)]
#[serde(default)]
pub struct PlanLine {
    pub what: String,
    /// Where the money comes from; 不需要资金 where none is needed.
    pub fund: String,
    pub amount_fen: i64,
    pub who: String,
    pub from_on: String,
    pub to_on: String,
    pub duty: String,
    /// The measure by which it is carried out, where one exists.
    pub measure_id: Option<i64>,
}

/// A line as it was typed.
#[derive(Clone, Debug, Default)]
pub struct TypedLine<'a> {
    pub what: &'a str,
    pub fund: &'a str,
    pub amount: &'a str,
    pub who: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub duty: &'a str,
    pub measure: &'a str,
}

/// The village meeting that passed a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meeting {
    pub on: String,
    pub due: i64,
    pub present: i64,
    pub agree: i64,
    pub against: i64,
    pub abstain: i64,
    pub basis: String,
    /// The household said yes to its own plan.
    pub household_agrees: bool,
}

/// A plan as it stands, and as each version in its history keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    pub target: String,
    pub subject: i64,
    pub region: i64,
    pub name: String,
    pub year: i64,
    pub aim: String,
    pub state: String,
    pub since_on: String,
    pub lines: Vec<PlanLine>,
    pub meeting: Option<Meeting>,
    #[serde(skip)]
    pub last_actor: Option<i64>,
}

/// Titles of the fields that differ between versions.
pub const FIELD_TITLES: [(&str, &str); 4] = [
    ("aim", "目标"),
    ("state", "状态"),
    ("lines", "计划内容"),
    ("meeting", "村级会议"),
];

impl Plan {
    pub fn planned(&self) -> Money {
        Money(self.lines.iter().map(|line| line.amount_fen).sum())
    }
}

impl TypedLine<'_> {
    fn empty(&self) -> bool {
        [
            self.what,
            self.fund,
            self.amount,
            self.who,
            self.from,
            self.to,
            self.duty,
            self.measure,
        ]
        .iter()
        .all(|text| text.trim().is_empty())
    }

    /// The line with all five questions answered; `no` names it in what is refused. An empty line is none.
    ///
    /// # Errors
    /// Invalid with the line and the question named.
    pub fn read(&self, no: usize) -> AppResult<Option<PlanLine>> {
        if self.empty() {
            return Ok(None);
        }
        let text = |question: &str, typed: &str| -> AppResult<String> {
            let typed = typed.trim();
            if typed.is_empty() {
                return Err(AppError::invalid(format!("第 {no} 项“{question}”：请填写。")));
            }
            if typed.chars().count() > 200 {
                return Err(AppError::invalid(format!("第 {no} 项“{question}”：最多 200 个字。")));
            }
            Ok(typed.to_owned())
        };
        let day = |typed: &str| -> AppResult<Date> {
            parse_date(typed.trim())
                .filter(|day| (1900..=2100).contains(&day.year()))
                .ok_or_else(|| {
                    AppError::invalid(format!("第 {no} 项“什么时间”：请填写开始和结束日期（1900 年以后）。"))
                })
        };
        let what = text(QUESTIONS[0], self.what)?;
        let fund = text(QUESTIONS[1], self.fund)?;
        let amount = if self.amount.trim().is_empty() {
            Money::ZERO
        } else {
            Money::parse(self.amount).map_err(|e| AppError::invalid(format!("第 {no} 项“资金在哪里”金额：{e}。")))?
        };
        if amount.is_negative() {
            return Err(AppError::invalid(format!("第 {no} 项“资金在哪里”金额：不能是负数。")));
        }
        let who = text(QUESTIONS[2], self.who)?;
        let (from, to) = (day(self.from)?, day(self.to)?);
        if to < from {
            return Err(AppError::invalid(format!("第 {no} 项“什么时间”：结束不能早于开始。")));
        }
        Ok(Some(PlanLine {
            what,
            fund,
            amount_fen: amount.fen(),
            who,
            from_on: from.to_string(),
            to_on: to.to_string(),
            duty: text(QUESTIONS[4], self.duty)?,
            measure_id: self.measure.trim().parse().ok(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> TypedLine<'static> {
        TypedLine {
            what: "建蔬菜大棚一座",
            fund: "省精准帮扶资金",
            amount: "12000",
            who: "村合作社",
            from: "2026-03-01",
            to: "2026-06-30",
            duty: "第一书记王某负责，逾期由镇约谈",
            measure: "",
        }
    }

    #[test]
    fn a_line_that_leaves_one_question_open_is_refused_by_that_question() {
        let open: [(fn(&mut TypedLine<'static>), &str); 5] = [
            (|l| l.what = " ", "干什么"),
            (|l| l.fund = "", "资金在哪里"),
            (|l| l.who = "", "谁来实施"),
            (|l| l.to = "", "什么时间"),
            (|l| l.duty = "", "何责任"),
        ];
        for (change, question) in open {
            let mut typed = line();
            change(&mut typed);
            let refused = typed.read(3).unwrap_err().message;
            assert!(refused.contains("第 3 项") && refused.contains(question), "{refused}");
        }
        assert_eq!(line().read(1).unwrap().unwrap().amount_fen, 1_200_000);
        assert_eq!(TypedLine::default().read(1).unwrap(), None, "an empty line is none");
    }

    #[test]
    fn amounts_and_days_that_cannot_be_are_refused() {
        for (amount, says) in [
            ("-1", "负数"),
            ("1.234", "两位小数"),
            ("99999999999999999999", "超出范围"),
        ] {
            let refused = TypedLine { amount, ..line() }.read(1).unwrap_err().message;
            assert!(refused.contains(says), "{amount}: {refused}");
        }
        assert!(
            TypedLine {
                from: "1899-12-31",
                ..line()
            }
            .read(1)
            .is_err()
        );
        assert!(
            TypedLine {
                to: "2026-02-01",
                ..line()
            }
            .read(1)
            .is_err()
        );
    }
}
