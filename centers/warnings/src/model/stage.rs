//! Where a finding stands.

macro_rules! stages {
    ($($variant:ident $id:literal $title:literal $tone:literal;)*) => {
        /// The states of a finding (workflows 3.2). Listed supervision is a mark over an open stage, see
        /// [`Case::supervised`](super::Case): the work goes on under a named leader.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Stage { $(#[doc = $title] $variant,)* }

        impl Stage {
            pub const ALL: &'static [Stage] = &[$(Stage::$variant),*];

            /// The name in tables and URLs.
            pub fn id(self) -> &'static str {
                match self { $(Stage::$variant => $id),* }
            }

            /// The name on screen.
            pub fn title(self) -> &'static str {
                match self { $(Stage::$variant => $title),* }
            }

            /// Look of its badge: wait, doing, done, back, late or closed.
            pub fn tone(self) -> &'static str {
                match self { $(Stage::$variant => $tone),* }
            }

            pub fn from_id(id: &str) -> Option<Stage> {
                match id { $($id => Some(Stage::$variant),)* _ => None }
            }
        }
    };
}

stages! {
    New "new" "待分派" "wait";
    Merged "merged" "已并案" "closed";
    Assigned "assigned" "待签收" "wait";
    Acknowledged "acknowledged" "已签收待核查" "doing";
    Verifying "verifying" "核查中" "doing";
    Verdict "verdict" "待部门审核" "wait";
    DeptReviewed "dept_reviewed" "部门已审核" "doing";
    CdiChecked "cdi_checked" "纪委已复核" "doing";
    Rectifying "rectifying" "整改中" "doing";
    Rectified "rectified" "已整改待消除" "done";
    Closed "closed" "已办结" "closed";
    TransferredToClue "transferred_to_clue" "已转问题线索" "closed";
    Escalated "escalated" "已提级办理" "back";
    Reopened "reopened" "已重启" "back";
}

impl Stage {
    /// Nobody has anything left to do unless it is reopened.
    pub fn is_final(self) -> bool {
        matches!(self, Stage::Merged | Stage::Closed | Stage::TransferredToClue)
    }

    /// Nobody has yet said what is true, so that a cause that is gone may clear the finding.
    pub fn before_verdict(self) -> bool {
        matches!(
            self,
            Stage::New | Stage::Assigned | Stage::Acknowledged | Stage::Verifying | Stage::Reopened
        )
    }
}
