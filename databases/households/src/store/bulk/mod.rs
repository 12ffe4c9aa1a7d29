//! One act for many households: first shown, with whom it leaves out and why, then carried out as shown, once.

mod carry_out;
mod kept;
mod propose;
mod undo;

pub use carry_out::carry_out;
pub use kept::{Done, count_done, done, done_one, lines};
use kernel::{AppError, AppResult, Date, Money};
pub use propose::{Line, Proposal, propose};
pub use undo::undo;

use super::campaign;
use crate::{HouseholdFilter, codes, model::terms};

/// At most so many households in one act.
pub const MOST_HOUSEHOLDS: i64 = 20_000;
/// At most so many ticked ones: a page of the list and some.
pub const MOST_TICKED: usize = 200;

/// Which households: those the list shows under a filter, or those ticked on it.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub filter: HouseholdFilter,
    /// Ids; empty for all under the filter.
    pub ticked: Vec<i64>,
    /// The choice in words, for the record.
    pub words: String,
}

/// What is done for each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One task of a campaign.
    Tasks { kind: String, period: String, due_on: Date },
    /// One measure or policy, as on the single form.
    Measure {
        policy: bool,
        kind: String,
        content: String,
        amount: Money,
        on: Date,
    },
}

impl Wanted {
    pub fn id(&self) -> &'static str {
        match self {
            Wanted::Tasks { .. } => "tasks",
            Wanted::Measure { .. } => "measure",
        }
    }

    /// In a line, as the record keeps it.
    pub fn title(&self) -> String {
        match self {
            Wanted::Tasks { kind, period, due_on } => {
                let kind = codes::word(&campaign::KINDS, kind);
                format!("布置采集任务：{period} {kind}，{due_on} 截止")
            }
            Wanted::Measure {
                policy,
                kind,
                content,
                amount,
                on,
            } => {
                let sort = if *policy { "享受政策" } else { "帮扶措施" };
                let amount = if amount.fen() == 0 {
                    String::new()
                } else {
                    format!("，每户 {amount} 元")
                };
                format!("登记{sort}：{kind}，{content}{amount}，{on}")
            }
        }
    }

    /// # Errors
    /// Invalid with the field named.
    pub fn check(&self, today: Date) -> AppResult<()> {
        match self {
            Wanted::Tasks { kind, period, due_on } => {
                if !campaign::KINDS.iter().any(|(id, _)| id == kind) {
                    return Err(AppError::invalid("采集类别：请选择。"));
                }
                if terms::months_of(period).is_none() {
                    return Err(AppError::invalid("期间：请写成 2026Q1 或 2026。"));
                }
                if *due_on < today {
                    return Err(AppError::invalid("截止日期：不能早于今天。"));
                }
            }
            Wanted::Measure {
                kind,
                content,
                amount,
                on,
                ..
            } => {
                if !codes::MEASURES.contains(&kind.as_str()) {
                    return Err(AppError::invalid("类别：请选择。"));
                }
                if content.trim().is_empty() {
                    return Err(AppError::invalid("内容：请填写。"));
                }
                if amount.is_negative() {
                    return Err(AppError::invalid("金额：不能是负数。"));
                }
                if *on > today {
                    return Err(AppError::invalid("日期：不能晚于今天。"));
                }
            }
        }
        Ok(())
    }
}

/// Why a household that was chosen is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    Removed,
    HasTask,
    HasSame,
    Own,
}

impl LeftOut {
    pub fn title(self) -> &'static str {
        match self {
            LeftOut::Removed => "已清退，不再办理",
            LeftOut::HasTask => "本期已有采集任务",
            LeftOut::HasSame => "已登记过同样的内容",
            LeftOut::Own => "经办人本人所在户，须回避",
        }
    }
}
