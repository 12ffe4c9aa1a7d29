//! The way of an entry: written in the village, signed by its supervision committee, checked by the town.

use access::Role as R;
use records::flow::{Flow, Needs, Step};

records::codes! {
    /// Where an entry stands.
    pub enum EntryState {
        Entered = "entered" "待监委会签字",
        Signed = "signed" "待经管站核账",
        Checked = "checked" "已核账公开",
        Returned = "returned" "已退回",
        Withdrawn = "withdrawn" "已撤回",
    }
}

records::codes! {
    /// What may be done with it.
    pub enum EntryAct {
        Sign = "sign" "签字",
        Check = "check" "核账",
        Return = "return" "退回",
        Amend = "amend" "改正",
        Withdraw = "withdraw" "撤回",
    }
}

use EntryAct as A;
use EntryState as S;

/// A checked entry has no way out: it is corrected by a reversing entry.
pub const ENTRY_FLOW: Flow<EntryState, EntryAct> = Flow {
    name: "village-entry",
    title: "村级收支记账",
    steps: &[
        Step {
            act: A::Sign,
            from: &[S::Entered],
            to: S::Signed,
            by: &[R::VillageSupervision],
            needs: Needs::NOTHING.second_person().not_concerned(),
            guard: "",
        },
        Step {
            act: A::Return,
            from: &[S::Entered],
            to: S::Returned,
            by: &[R::VillageSupervision],
            needs: Needs::NOTHING.reason().second_person(),
            guard: "",
        },
        Step {
            act: A::Check,
            from: &[S::Signed],
            to: S::Checked,
            by: &[R::TownAgriStation, R::AgriAdmin],
            needs: Needs::NOTHING.second_person().not_concerned(),
            guard: "核账人不是记账人；支出附有票据或写明决议号",
        },
        Step {
            act: A::Return,
            from: &[S::Signed],
            to: S::Returned,
            by: &[R::TownAgriStation, R::AgriAdmin],
            needs: Needs::NOTHING.reason().second_person(),
            guard: "",
        },
        Step {
            act: A::Amend,
            from: &[S::Returned],
            to: S::Entered,
            by: &[R::VillageAdmin, R::TownAgriStation],
            needs: Needs::NOTHING,
            guard: "重新填写全部内容",
        },
        Step {
            act: A::Withdraw,
            from: &[S::Entered, S::Returned],
            to: S::Withdrawn,
            by: &[R::VillageAdmin, R::TownAgriStation],
            needs: Needs::NOTHING.reason(),
            guard: "只能撤回自己所记的账",
        },
    ],
};

impl EntryState {
    /// Colour of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            S::Entered => "wait",
            S::Signed => "doing",
            S::Checked => "done",
            S::Returned => "back",
            S::Withdrawn => "closed",
        }
    }
}
