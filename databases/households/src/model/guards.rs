//! What a step needs beside the right state and the right person: votes, days of a notice, signatures, findings.

use access::Role;
use kernel::{AppError, AppResult, Date, period::parse_date};

use super::{
    exit::{ExitFacts, REFUSALS, Shortfall, shortfalls},
    flows::{Act, Kind},
    lines::Line,
    sign::{CONFIRMATIONS, Signed, Slot, may_sign, missing},
    terms,
};

/// Votes of a meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vote {
    pub due: i64,
    pub present: i64,
    pub agree: i64,
    pub against: i64,
    pub abstain: i64,
}

/// What a step brings.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    pub reason: String,
    /// Codes of [`REFUSALS`].
    pub codes: Vec<String>,
    pub basis: String,
    /// Day of the step; today when empty.
    pub on: Option<Date>,
    /// Who went to the home.
    pub people: Vec<String>,
    pub vote: Vote,
    pub slot: i64,
    pub signer: String,
    pub confirmed: Vec<String>,
    /// Why the income lasts.
    pub sustainability: String,
    /// Where a notice hangs.
    pub place: String,
    pub device: String,
    /// Programmes whose months are paid in arrears after a mistaken removal.
    pub arrears: String,
}

/// A notice that hangs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    pub on: Date,
    pub days: i64,
    pub open_objections: i64,
}

/// What is known when a step is asked for.
pub struct Facts<'a> {
    pub today: Date,
    /// Day of the step before.
    pub since: Option<Date>,
    pub role: Role,
    pub account: i64,
    pub unsigned_adults: Vec<String>,
    pub notice: Option<Posted>,
    pub exit: ExitFacts,
    pub line: Option<&'a Line>,
    pub slots: &'a [Slot],
    pub signed: &'a [Signed],
    /// The slot signs for the first time in this case.
    pub exited_on: Option<Date>,
    pub monitored_on: Option<Date>,
    pub income_items: usize,
}

/// Passes, or says everything that is missing.
pub fn check(kind: Kind, act: Act, facts: &Facts<'_>, brought: &Brought) -> AppResult<()> {
    if brought.on.is_some_and(|on| on > facts.today) {
        return Err(AppError::invalid("办理日期不能晚于今天。"));
    }
    // Papers are entered after the meetings were held: what counts is the day of the step, not of the typing.
    let day = brought.on.unwrap_or(facts.today);
    if let Some(since) = facts.since.filter(|since| day < *since) {
        return Err(AppError::invalid(format!("办理日期不能早于上一步的 {since}。")));
    }
    match act {
        Act::Survey | Act::Verify => survey(kind, act, facts, brought),
        Act::GroupReview => vote(brought.vote),
        Act::VillageReview => match kind {
            Kind::Exit | Kind::Return => vote(brought.vote),
            Kind::Clearing => conditions(facts, brought),
            _ => Ok(()),
        },
        Act::Compare => compared(facts),
        Act::Sign => {
            if kind == Kind::Exit {
                conditions(facts, brought)?;
            }
            signature(facts, brought)
        }
        Act::PostNotice if kind == Kind::Exit => all_signed(facts),
        Act::Remove => all_signed(facts),
        Act::TownReview => notice_is_over(facts, day),
        Act::CountyApprove => {
            if kind != Kind::Exit {
                notice_is_over(facts, day)?;
            }
            match kind {
                Kind::Identification | Kind::Monitoring | Kind::Return => no_red(facts),
                Kind::Exit => conditions(facts, brought),
                _ => Ok(()),
            }
        }
        Act::Apply if kind == Kind::Clearing => watched_long_enough(facts, day),
        Act::Close => consolidated(facts, day),
        Act::Veto | Act::Refuse if kind == Kind::Exit => coded(brought),
        _ => Ok(()),
    }
}

fn survey(kind: Kind, act: Act, facts: &Facts<'_>, brought: &Brought) -> AppResult<()> {
    let mut people: Vec<_> = brought.people.iter().map(|p| kernel::name::clean(p)).collect();
    people.sort_unstable();
    people.dedup();
    people.retain(|p| !p.is_empty());
    if people.len() < 2 {
        return Err(AppError::invalid("入户核查须两名以上工作人员，请写全姓名。"));
    }
    if act == Act::Survey && matches!(kind, Kind::Identification | Kind::Exit) && facts.income_items == 0 {
        return Err(AppError::invalid("还没有登记近十二个月的收入，请先在“收入”中登记。"));
    }
    Ok(())
}

pub(crate) fn vote(vote: Vote) -> AppResult<()> {
    let refuse = |text: &str| Err(AppError::invalid(text));
    if vote.due <= 0 || vote.present < 0 || vote.agree < 0 || vote.against < 0 || vote.abstain < 0 {
        return refuse("请填写应到、实到人数和票数。");
    }
    if vote.present > vote.due {
        return refuse("实到人数不能多于应到人数。");
    }
    if vote.agree + vote.against + vote.abstain != vote.present {
        return refuse("赞成、反对、弃权三项之和应等于实到人数。");
    }
    if vote.present * 2 <= vote.due {
        return refuse("到会人数没有过半，评议不成立。");
    }
    if vote.agree * 2 <= vote.present {
        return refuse("赞成票没有过半，不能通过；请退回或不予通过，并写明理由。");
    }
    Ok(())
}

fn compared(facts: &Facts<'_>) -> AppResult<()> {
    if !facts.unsigned_adults.is_empty() {
        return Err(AppError::conflict(format!(
            "还有成年成员没有签核对授权委托书：{}。签齐后才能比对。",
            facts.unsigned_adults.join("、")
        )));
    }
    no_red(facts)
}

fn no_red(facts: &Facts<'_>) -> AppResult<()> {
    if facts.exit.open_red.is_empty() {
        return Ok(());
    }
    Err(AppError::conflict(format!(
        "比对发现的红色疑点尚未核实，核实清楚后再继续：{}。",
        facts.exit.open_red.join("；")
    )))
}

fn conditions(facts: &Facts<'_>, brought: &Brought) -> AppResult<()> {
    let mut exit = facts.exit.clone();
    if exit.sustainability.trim().is_empty() {
        exit.sustainability.clone_from(&brought.sustainability);
    }
    let found: Vec<Shortfall> = shortfalls(&exit, facts.line, facts.today);
    if found.is_empty() {
        return Ok(());
    }
    let texts: Vec<_> = found.into_iter().map(|s| s.text).collect();
    Err(AppError::conflict(format!(
        "退出条件还有 {} 项没有满足：{}",
        texts.len(),
        texts.join("")
    )))
}

fn signature(facts: &Facts<'_>, brought: &Brought) -> AppResult<()> {
    may_sign(facts.slots, facts.signed, brought.slot, facts.role, facts.account).map_err(AppError::conflict)?;
    if brought.signer.trim().is_empty() {
        return Err(AppError::invalid("请写签字人姓名。"));
    }
    let open: Vec<_> = CONFIRMATIONS
        .iter()
        .filter(|(id, _)| !brought.confirmed.iter().any(|c| c == id))
        .map(|(_, title)| *title)
        .collect();
    if !open.is_empty() {
        return Err(AppError::invalid(format!(
            "签字须逐项确认，还没有确认：{}。",
            open.join("、")
        )));
    }
    Ok(())
}

fn all_signed(facts: &Facts<'_>) -> AppResult<()> {
    let missing = missing(facts.slots, facts.signed);
    if missing.is_empty() {
        return Ok(());
    }
    Err(AppError::conflict(format!("五处签字还缺：{}。", missing.join("、"))))
}

fn notice_is_over(facts: &Facts<'_>, day: Date) -> AppResult<()> {
    let Some(notice) = &facts.notice else {
        return Err(AppError::conflict("还没有公示。"));
    };
    if notice.open_objections > 0 {
        return Err(AppError::conflict(format!(
            "有 {} 条异议没有答复，请先处理。",
            notice.open_objections
        )));
    }
    let over = terms::notice_over(notice.on, notice.days);
    if day < over {
        return Err(AppError::conflict(format!(
            "{} 开始公示，须满 {} 天，{over} 起才能办理。",
            notice.on, notice.days
        )));
    }
    Ok(())
}

fn watched_long_enough(facts: &Facts<'_>, day: Date) -> AppResult<()> {
    let Some(from) = facts.monitored_on else { return Ok(()) };
    let earliest = terms::plus_months(from, terms::MONITOR_MONTHS);
    if day < earliest {
        return Err(AppError::conflict(format!(
            "{from} 纳入监测，满 6 个月（{earliest}）后才能提出消除。"
        )));
    }
    Ok(())
}

fn consolidated(facts: &Facts<'_>, day: Date) -> AppResult<()> {
    let Some(exited) = facts.exited_on else {
        return Err(AppError::conflict("没有脱贫日期，不能销号。"));
    };
    let until = terms::consolidation_until(exited);
    if day < until {
        return Err(AppError::conflict(format!(
            "{exited} 脱贫，政策延续到 {until}，期满后才能销号。"
        )));
    }
    Ok(())
}

fn coded(brought: &Brought) -> AppResult<()> {
    if brought
        .codes
        .iter()
        .any(|code| REFUSALS.iter().any(|(id, _)| id == code))
    {
        return Ok(());
    }
    Err(AppError::invalid("请选择不予退出的原因。"))
}

/// Titles of refusal codes, in the order of the list.
pub fn titles_of(codes: &str) -> Vec<&'static str> {
    REFUSALS
        .iter()
        .filter(|(id, _)| codes.split(',').any(|code| code == *id))
        .map(|(_, title)| *title)
        .collect()
}

/// A day of a form: `None` when empty; refused before 1900 and when it is no day.
pub fn day(text: &str, label: &str) -> AppResult<Option<Date>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day = parse_date(text).filter(|day| (1900..=2200).contains(&day.year()));
    day.map(Some)
        .ok_or_else(|| AppError::invalid(format!("{label}：请填写 1900 年以后的日期，例如 2026-03-02。")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_needs_more_than_half_there_and_more_than_half_of_those_for_it() {
        let cast = |due, present, agree, against, abstain| {
            vote(Vote {
                due,
                present,
                agree,
                against,
                abstain,
            })
        };
        assert!(cast(30, 20, 15, 3, 2).is_ok());
        assert!(cast(30, 15, 15, 0, 0).unwrap_err().message.contains("到会"));
        assert!(cast(30, 20, 10, 10, 0).unwrap_err().message.contains("赞成票"));
        assert!(cast(30, 20, 15, 3, 1).unwrap_err().message.contains("之和"));
        assert!(cast(30, 31, 31, 0, 0).is_err() && cast(0, 0, 0, 0, 0).is_err());
    }

    #[test]
    fn days_before_1900_are_refused_with_the_field_named() {
        assert!(
            day("1899-12-31", "脱贫日期")
                .unwrap_err()
                .message
                .starts_with("脱贫日期")
        );
        assert!(day("2026-02-30", "x").is_err());
        assert_eq!(day(" ", "x").unwrap(), None);
    }
}
