//! A visit (走访), from the plan to the household's answer and the sample.
//!
//! At the desk one form walks the first steps; each is a step of the same table, so that a phone can take them one
//! by one on the spot. Short stays and late entries are signals for a person to look at, never verdicts.

use access::Role;
use kernel::Timestamp;
use records::flow::{Flow, Needs, step};

use super::duty::Duty;

records::codes! {
    /// Where a visit stands.
    pub enum VisitState {
        Planned = "planned" "已计划",
        CheckedIn = "checked_in" "已签到",
        Recorded = "recorded" "已填写",
        CheckedOut = "checked_out" "已签退",
        Uploaded = "uploaded" "已提交",
        Disputed = "disputed" "农户有异议",
        Confirmed = "household_confirmed" "农户已确认",
        Sampled = "sampled" "已抽查",
        Cancelled = "cancelled" "已取消",
    }
}

records::codes! {
    /// What is done with a visit.
    pub enum VisitAct {
        CheckIn = "check_in" "签到",
        Record = "record" "填写走访内容",
        CheckOut = "check_out" "签退",
        Upload = "upload" "提交",
        Confirm = "confirm" "登记农户确认",
        Dispute = "dispute" "登记农户异议",
        Return = "return" "退回重填",
        Sample = "sample" "入户抽查",
        Cancel = "cancel" "取消计划",
    }
}

use VisitAct as A;
use VisitState as S;

const VISITORS: &[Role] = &[Role::Helper, Role::ResidentTeam];
const HEARERS: &[Role] = &[Role::VillageAdmin, Role::VillageSupervision, Role::Liaison];
const SAMPLERS: &[Role] = &[
    Role::TownPoverty,
    Role::TownCdi,
    Role::CdiAdmin,
    Role::CdiOfficeAdmin,
    Role::Audit,
    Role::VillageSupervision,
];

/// The workflow of a visit.
pub const FLOW: Flow<S, A> = Flow {
    name: "visit",
    title: "入户走访",
    steps: &[
        step(
            A::CheckIn,
            &[S::Planned],
            S::CheckedIn,
            VISITORS,
            Needs::NOTHING.not_concerned(),
            "本户的帮扶责任人，或本村驻村工作队",
        ),
        step(
            A::Record,
            &[S::CheckedIn],
            S::Recorded,
            VISITORS,
            Needs::NOTHING.not_concerned(),
            "走访内容不少于 4 字",
        ),
        step(
            A::CheckOut,
            &[S::Recorded],
            S::CheckedOut,
            VISITORS,
            Needs::NOTHING.not_concerned(),
            "签退晚于签到",
        ),
        step(
            A::Upload,
            &[S::CheckedOut],
            S::Uploaded,
            VISITORS,
            Needs::NOTHING.not_concerned(),
            "照片不超过 9 张；迟交须写明理由",
        ),
        step(
            A::Confirm,
            &[S::Uploaded, S::Disputed],
            S::Confirmed,
            HEARERS,
            Needs::NOTHING.second_person().not_concerned(),
            "",
        ),
        step(
            A::Dispute,
            &[S::Uploaded],
            S::Disputed,
            HEARERS,
            Needs::NOTHING.reason().second_person().not_concerned(),
            "",
        ),
        step(
            A::Return,
            &[S::Uploaded, S::Disputed],
            S::CheckedIn,
            &[Role::TownPoverty],
            Needs::NOTHING.reason().second_person().not_concerned(),
            "",
        ),
        step(
            A::Sample,
            &[S::Uploaded, S::Disputed, S::Confirmed],
            S::Sampled,
            SAMPLERS,
            Needs::NOTHING.second_person().not_concerned(),
            "五个问题都有回答",
        ),
        step(
            A::Cancel,
            &[S::Planned],
            S::Cancelled,
            VISITORS,
            Needs::NOTHING.reason(),
            "",
        ),
    ],
};

impl VisitState {
    /// Whether somebody was there: counts for the duty of the month.
    pub fn took_place(self) -> bool {
        !matches!(self, S::Planned | S::Cancelled)
    }

    /// The tone of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            S::Planned => "wait",
            S::CheckedIn | S::Recorded | S::CheckedOut => "doing",
            S::Uploaded | S::Confirmed | S::Sampled => "done",
            S::Disputed => "late",
            S::Cancelled => "closed",
        }
    }
}

/// The states of the straight way, for the row of steps on the page.
pub const WAY: [VisitState; 7] = [
    S::Planned,
    S::CheckedIn,
    S::Recorded,
    S::CheckedOut,
    S::Uploaded,
    S::Confirmed,
    S::Sampled,
];

/// Why a time does not fit; the visit stays as it is.
///
/// # Errors
/// The problem in the clerk's words.
pub fn check_times(arrived: Timestamp, left: Timestamp, now: Timestamp) -> Result<(), &'static str> {
    if arrived > now || left > now {
        Err("签到、签退时间不能晚于现在。")
    } else if left <= arrived {
        Err("签退时间须晚于签到时间。")
    } else if left.millis() - arrived.millis() > 12 * 3_600_000 {
        Err("一次走访不超过 12 小时，请核对签到、签退时间。")
    } else {
        Ok(())
    }
}

/// What a person should look at.
pub fn signals(
    arrived: Option<i64>,
    left: Option<i64>,
    uploaded: Option<i64>,
    photos: i64,
    duty: &Duty,
) -> Vec<String> {
    let mut out = Vec::new();
    if let (Some(arrived), Some(left)) = (arrived, left) {
        let minutes = (left - arrived) / 60_000;
        if minutes < duty.stay_minutes {
            out.push(format!("停留 {minutes} 分钟，少于 {} 分钟", duty.stay_minutes));
        }
    }
    if let (Some(left), Some(uploaded)) = (left, uploaded)
        && uploaded - left > duty.upload_hours * 3_600_000
    {
        out.push(format!("签退 {} 小时后才提交", (uploaded - left) / 3_600_000));
    }
    if uploaded.is_some() && photos == 0 {
        out.push("没有照片".to_owned());
    }
    out
}

/// Whether a submission at `now` is late and so needs a reason.
pub fn is_late(left: Timestamp, now: Timestamp, duty: &Duty) -> bool {
    now.millis() - left.millis() > duty.upload_hours * 3_600_000
}

#[cfg(test)]
mod tests {
    use kernel::period::parse_date;
    use records::flow::{Code, Refusal, Who};

    use super::*;

    fn who(role: Role) -> Who<'static> {
        Who {
            role,
            account: 1,
            last_actor: Some(2),
            concerned: false,
            reason: "理由",
            basis: "",
        }
    }

    #[test]
    fn the_straight_way_leads_from_the_plan_to_the_sample() {
        let mut state = S::Planned;
        for (act, role) in [
            (A::CheckIn, Role::Helper),
            (A::Record, Role::Helper),
            (A::CheckOut, Role::Helper),
            (A::Upload, Role::Helper),
            (A::Confirm, Role::VillageAdmin),
            (A::Sample, Role::TownPoverty),
        ] {
            state = FLOW.permit(state, act, &who(role)).unwrap().to;
        }
        assert_eq!(state, S::Sampled);
    }

    #[test]
    fn who_visited_does_not_confirm_or_sample_it_himself() {
        for (act, role) in [(A::Confirm, Role::VillageAdmin), (A::Sample, Role::TownPoverty)] {
            let same = Who {
                last_actor: Some(1),
                ..who(role)
            };
            assert!(matches!(
                FLOW.permit(S::Uploaded, act, &same),
                Err(Refusal::SamePerson { .. })
            ));
        }
        assert!(FLOW.permit(S::Uploaded, A::Confirm, &who(Role::Helper)).is_err());
    }

    #[test]
    fn nothing_goes_back_but_by_the_named_return() {
        let place = |state: S| S::ALL.iter().position(|s| *s == state);
        for step in FLOW.steps {
            let back = step.from.iter().any(|from| place(*from) > place(step.to));
            assert!(
                !back || step.act == A::Return || step.to == S::Cancelled,
                "{:?}",
                step.act
            );
        }
    }

    #[test]
    fn a_short_stay_and_a_late_entry_are_signals() {
        let duty = Duty::on(parse_date("2026-03-02").unwrap(), &[]);
        let hour = 3_600_000;
        assert_eq!(
            signals(Some(0), Some(hour), Some(2 * hour), 1, &duty),
            Vec::<String>::new()
        );
        let all = signals(Some(0), Some(9 * 60_000), Some(60 * hour), 0, &duty);
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(check_times(Timestamp(0), Timestamp(0), Timestamp(hour)).is_err());
        assert!(check_times(Timestamp(0), Timestamp(2 * hour), Timestamp(hour)).is_err());
        assert!(check_times(Timestamp(0), Timestamp(13 * hour), Timestamp(20 * hour)).is_err());
    }
}
