//! The states of a run, and which may follow which.

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Purpose and legal basis are on the record.
    Requested,
    /// Nothing it reads needs a person's signed authorisation, or the basis covers it.
    Authorised,
    /// Registers and snapshots are fixed by their hashes.
    DataFrozen,
    /// Rules have been evaluated.
    Run,
    /// Findings are graded.
    Scored,
    /// Findings are with the departments.
    Published,
    /// Someone stopped it; nothing was handed on.
    Cancelled,
    /// It could not go on; nothing was handed on.
    Failed,
    /// The platform stopped in the middle; nothing was handed on, may be repeated.
    Interrupted,
}

impl RunState {
    /// In their order.
    pub const ALL: [RunState; 9] = [
        RunState::Requested,
        RunState::Authorised,
        RunState::DataFrozen,
        RunState::Run,
        RunState::Scored,
        RunState::Published,
        RunState::Cancelled,
        RunState::Failed,
        RunState::Interrupted,
    ];

    pub fn id(self) -> &'static str {
        match self {
            RunState::Requested => "requested",
            RunState::Authorised => "authorised",
            RunState::DataFrozen => "data_frozen",
            RunState::Run => "run",
            RunState::Scored => "scored",
            RunState::Published => "published",
            RunState::Cancelled => "cancelled",
            RunState::Failed => "failed",
            RunState::Interrupted => "interrupted",
        }
    }

    pub fn from_id(id: &str) -> RunState {
        Self::ALL
            .into_iter()
            .find(|s| s.id() == id)
            .unwrap_or(RunState::Interrupted)
    }

    pub fn title(self) -> &'static str {
        match self {
            RunState::Requested => "已申请",
            RunState::Authorised => "已授权",
            RunState::DataFrozen => "数据已冻结",
            RunState::Run => "已比对",
            RunState::Scored => "已分级",
            RunState::Published => "已推送",
            RunState::Cancelled => "已取消",
            RunState::Failed => "未完成",
            RunState::Interrupted => "中断",
        }
    }

    /// Tone of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            RunState::Published => "done",
            RunState::Cancelled => "closed",
            RunState::Failed | RunState::Interrupted => "late",
            _ => "doing",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(
            self,
            RunState::Published | RunState::Cancelled | RunState::Failed | RunState::Interrupted
        )
    }

    /// Whether `next` may follow.
    pub fn allows(self, next: RunState) -> bool {
        use RunState::{Authorised, Cancelled, DataFrozen, Failed, Interrupted, Published, Requested, Run, Scored};
        match (self, next) {
            (_, Cancelled | Failed | Interrupted) => !self.is_over(),
            (from, to) => {
                matches!(
                    (from, to),
                    (Requested, Authorised)
                        | (Authorised, DataFrozen)
                        | (DataFrozen, Run)
                        | (Run, Scored)
                        | (Scored, Published)
                        | (Interrupted, Requested)
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RunState;

    #[test]
    fn a_run_goes_forward_step_by_step_and_ends_once() {
        use RunState::{Authorised, DataFrozen, Failed, Interrupted, Published, Requested, Run, Scored};
        let path = [Requested, Authorised, DataFrozen, Run, Scored, Published];
        assert!(path.windows(2).all(|w| w[0].allows(w[1])));
        assert!(!Requested.allows(DataFrozen) && !Scored.allows(Run) && !Published.allows(Failed));
        assert!(DataFrozen.allows(Interrupted) && !Interrupted.allows(Authorised));
        assert!(Interrupted.allows(Requested), "a run cut off by a crash begins again");
    }
}
