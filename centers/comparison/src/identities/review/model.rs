//! What may be said about a case, when, and what it must say besides.

use kernel::{AppError, AppResult};

records::codes! {
    /// Where a case stands.
    pub enum State {
        Open = "open" "待核对",
        Same = "same" "是同一人",
        NotSame = "not_same" "不是同一人",
        CannotTell = "cannot_tell" "无法判断",
        Gone = "gone" "已不再出现",
    }
}

records::codes! {
    /// What a person says about a row and a person.
    pub enum Said {
        Same = "same" "是同一人",
        NotSame = "not_same" "不是同一人",
        CannotTell = "cannot_tell" "无法判断",
    }
}

impl Said {
    pub fn leads_to(self) -> State {
        match self {
            Said::Same => State::Same,
            Said::NotSame => State::NotSame,
            Said::CannotTell => State::CannotTell,
        }
    }
}

impl State {
    pub fn tone(self) -> &'static str {
        match self {
            State::Open => "wait",
            State::Same | State::NotSame => "done",
            State::CannotTell => "doing",
            State::Gone => "closed",
        }
    }

    pub fn is_answered(self) -> bool {
        matches!(self, State::Same | State::NotSame | State::CannotTell)
    }
}

const REASON_CHARS: std::ops::RangeInclusive<usize> = 4..=200;

/// The reason as it is kept.
///
/// # Errors
/// Too short to tell anything, or too long.
pub(super) fn reason(text: &str) -> AppResult<&str> {
    let text = text.trim();
    if REASON_CHARS.contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(AppError::invalid(
            "请写明理由（4 至 200 字），例如“电话问过本人，车是他的”。",
        ))
    }
}

/// Whether a case may be answered now: open, or left open by someone who could not tell; never about oneself.
///
/// # Errors
/// Why not, and what to do.
pub(super) fn may_answer(state: State, about_self: bool) -> AppResult<()> {
    if about_self {
        return Err(AppError::forbidden("这条记录可能与您本人有关，请由他人核对。"));
    }
    match state {
        State::Open | State::CannotTell => Ok(()),
        State::Same | State::NotSame => Err(AppError::conflict(
            "这条已有人核对过。要改正，请先写明理由退回，再重新核对。",
        )),
        State::Gone => Err(AppError::conflict("最近一次比对中已没有这条记录，不需要再核对。")),
    }
}

/// Whether an answer may be taken back.
///
/// # Errors
/// There is none.
pub(super) fn may_take_back(state: State) -> AppResult<()> {
    if state.is_answered() {
        Ok(())
    } else {
        Err(AppError::conflict("这条还没有核对结论，不用退回。"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settled_case_is_returned_before_it_is_answered_again() {
        assert!(may_answer(State::Open, false).is_ok() && may_answer(State::CannotTell, false).is_ok());
        for state in [State::Same, State::NotSame, State::Gone] {
            assert!(may_answer(state, false).is_err(), "{state:?}");
        }
        for state in [State::Open, State::Gone] {
            assert!(may_take_back(state).is_err(), "{state:?}");
        }
        assert!(may_take_back(State::Same).is_ok());
    }

    #[test]
    fn nobody_answers_about_himself_nor_without_a_reason() {
        assert!(may_answer(State::Open, true).is_err());
        assert!(reason(" 是 ").is_err() && reason(&"长".repeat(201)).is_err());
        assert_eq!(reason(" 电话问过本人 ").unwrap(), "电话问过本人");
    }
}
