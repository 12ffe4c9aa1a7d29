//! Workflows as tables. What a table does not list does not happen; the pages of `docs/flows` are made from it.
//!
//! A [`Flow`] knows which act leads from which state to which, by whom, and what the act must bring: a reason, a
//! document, a second person. Guards that need the record itself (an income above the line, a balance) belong to the
//! register; the table only puts them into words.

mod code;
mod markdown;
mod refusal;

use std::fmt::Debug;

use access::Role;

pub use code::Code;
pub use refusal::Refusal;

/// What an act must bring with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A reason in words: returns, refusals, corrections.
    pub reason: bool,
    /// A document: minutes, a decision, a report.
    pub basis: bool,
    /// Someone other than the person who did the step before.
    pub second_person: bool,
    /// Nobody acts on himself or near kin.
    pub not_concerned: bool,
}

impl Needs {
    pub const NOTHING: Needs = Needs {
        reason: false,
        basis: false,
        second_person: false,
        not_concerned: false,
    };

    pub const fn reason(mut self) -> Needs {
        self.reason = true;
        self
    }

    pub const fn basis(mut self) -> Needs {
        self.basis = true;
        self
    }

    pub const fn second_person(mut self) -> Needs {
        self.second_person = true;
        self
    }

    pub const fn not_concerned(mut self) -> Needs {
        self.not_concerned = true;
        self
    }
}

/// One row of a table: this act, from any of these states, by any of these roles, leads there.
#[derive(Clone, Copy, Debug)]
pub struct Step<S: 'static, A: 'static> {
    pub act: A,
    pub from: &'static [S],
    pub to: S,
    pub by: &'static [Role],
    pub needs: Needs,
    /// What must hold besides, in Chinese; empty when nothing.
    pub guard: &'static str,
}

/// A row of a table, read from left to right: this act, from one of these states to that one, by whom, with what, if what.
pub const fn step<S, A>(
    act: A,
    from: &'static [S],
    to: S,
    by: &'static [Role],
    needs: Needs,
    guard: &'static str,
) -> Step<S, A> {
    Step {
        act,
        from,
        to,
        by,
        needs,
        guard,
    }
}

/// A workflow.
#[derive(Clone, Copy, Debug)]
pub struct Flow<S: 'static, A: 'static> {
    /// Name of its page in `docs/flows`.
    pub name: &'static str,
    /// Title on screen.
    pub title: &'static str,
    pub steps: &'static [Step<S, A>],
}

/// Who wants to act, on what grounds.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    pub role: Role,
    pub account: i64,
    /// Who did the step before, where known.
    pub last_actor: Option<i64>,
    /// Whether the record concerns the person who acts, or near kin.
    pub concerned: bool,
    pub reason: &'a str,
    /// Number or title of the document the act rests on.
    pub basis: &'a str,
}

impl<S: Code, A: Code> Flow<S, A> {
    /// The step of `act` from `from`.
    ///
    /// # Errors
    /// [`Refusal::NotFromHere`] names the states from which the act is possible.
    pub fn step(&self, from: S, act: A) -> Result<&Step<S, A>, Refusal> {
        self.steps
            .iter()
            .find(|step| step.act == act && step.from.contains(&from))
            .ok_or_else(|| Refusal::NotFromHere {
                act: act.title(),
                state: from.title(),
                possible_from: self.from_where(act),
            })
    }

    /// The step, when this person may take it with what they bring.
    ///
    /// # Errors
    /// The first thing that stands against it: order, role, kinship, second person, reason, document.
    pub fn permit(&self, from: S, act: A, who: &Who<'_>) -> Result<&Step<S, A>, Refusal> {
        let mut rows = self.rows(from, act).peekable();
        if rows.peek().is_none() {
            return Err(self.step(from, act).err().unwrap_or(Refusal::Concerned));
        }
        // One act may stand in two rows with different roles.
        let Some(step) = self.rows(from, act).find(|step| step.by.contains(&who.role)) else {
            let roles = rows.flat_map(|step| step.by.iter().map(|role| role.title())).collect();
            return Err(Refusal::NotYourPart {
                act: act.title(),
                roles,
            });
        };
        if step.needs.not_concerned && who.concerned {
            return Err(Refusal::Concerned);
        }
        if step.needs.second_person && who.last_actor == Some(who.account) {
            return Err(Refusal::SamePerson { act: act.title() });
        }
        if step.needs.reason && who.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing { act: act.title() });
        }
        if step.needs.basis && who.basis.trim().is_empty() {
            return Err(Refusal::BasisMissing { act: act.title() });
        }
        Ok(step)
    }

    fn rows(&self, from: S, act: A) -> impl Iterator<Item = &Step<S, A>> {
        self.steps
            .iter()
            .filter(move |step| step.act == act && step.from.contains(&from))
    }

    /// What this role can do from here: the buttons of a page.
    pub fn open_to(&self, from: S, role: Role) -> Vec<&Step<S, A>> {
        let open = |step: &&Step<S, A>| step.from.contains(&from) && step.by.contains(&role);
        self.steps.iter().filter(open).collect()
    }

    /// Every pair of state and act that must be refused.
    pub fn illegal(&self) -> Vec<(S, A)> {
        let pairs = S::ALL.iter().flat_map(|s| A::ALL.iter().map(|a| (*s, *a)));
        pairs.filter(|(s, a)| self.step(*s, *a).is_err()).collect()
    }

    fn from_where(&self, act: A) -> Vec<&'static str> {
        let rows = self.steps.iter().filter(|step| step.act == act);
        rows.flat_map(|step| step.from.iter().map(|s| s.title())).collect()
    }
}

#[cfg(test)]
mod tests;
