//! Whether all money is seen and well kept: sources, coverage, checks, evaluations, and the ledgers of special funds.

mod activity;
mod basis;
mod catalogue;
mod coverage;
mod evaluation;
mod integrated;
mod special;
mod upper;

pub use activity::{ACTIVITY_KINDS, Activity, NewActivity, activities, answer, record};
pub use basis::{EvaluationBases, EvaluationBasis, EvaluationBasisPart, basis};
pub use catalogue::{Kind, Source, collected, kinds};
pub use coverage::{Coverage, Line, coverage};
pub use evaluation::{Evaluation, ITEMS, NewEvaluation, confirm, evaluation, evaluations, save};
pub(crate) use integrated::may_disburse;
pub use integrated::{Integrated, NewChange, ceiling, change_subject, integrated, report_progress};
pub use special::{FUNDS, NewEntry, SpecialEntry, balances, enter, entries};
pub use upper::{NewUpper, Standing, Upper, enter_upper, uppers};

use kernel::{AppError, AppResult};

/// A text of so many characters, or what is wrong with it.
fn sized(text: &str, field: &str, least: usize, most: usize) -> AppResult<String> {
    let text = text.trim();
    if (least..=most).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(AppError::invalid(format!("{field}应为 {least} 至 {most} 字。")))
}
