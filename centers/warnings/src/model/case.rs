//! A finding as far as decisions depend on it, and in what capacity people meet it.

use std::sync::LazyLock;

use access::{AccountId, Actor, Role};
use comparison::finding::Severity;
use kernel::{Money, RegionCode, Timestamp};

use super::{Part, Stage, Verdict};

/// The colour a finding shows: its severity until rectified, then at most yellow, then none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    Shown(Severity),
    Cleared,
}

impl Colour {
    /// The name in tables: `R`, `O`, `Y`, `B`, or `-` when cleared.
    pub fn id(self) -> &'static str {
        match self {
            Colour::Shown(Severity::R) => "R",
            Colour::Shown(Severity::O) => "O",
            Colour::Shown(Severity::Y) => "Y",
            Colour::Shown(Severity::B) => "B",
            Colour::Cleared => "-",
        }
    }

    pub fn from_id(id: &str) -> Colour {
        match id {
            "R" => Colour::Shown(Severity::R),
            "O" => Colour::Shown(Severity::O),
            "Y" => Colour::Shown(Severity::Y),
            "B" => Colour::Shown(Severity::B),
            _ => Colour::Cleared,
        }
    }

    pub(crate) fn after_rectification(severity: Severity) -> Colour {
        Colour::Shown(severity.max(Severity::Y))
    }
}

/// What decisions depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub id: i64,
    pub region: RegionCode,
    pub severity: Severity,
    pub colour: Colour,
    pub stage: Stage,
    /// Under listed supervision, by this leader.
    pub supervisor: Option<String>,
    /// The organisation in charge; `town` for the town where the subject lives.
    pub owner: String,
    pub subject_name: String,
    /// A cadre or someone a finding on cadres is about: a verdict of FALSE writes a clearance note.
    pub concerns_cadre: bool,
    /// Benefit money concerned.
    pub money: Money,
    pub due: Option<Timestamp>,
    pub extended: bool,
    pub verdict: Option<Verdict>,
    pub exception: Option<String>,
    pub confirmed: Option<Money>,
    pub recovered: Option<Money>,
    pub verdict_by: Option<AccountId>,
    pub reviewed_by: Option<AccountId>,
    pub checked_by: Option<AccountId>,
    pub rectified_by: Option<AccountId>,
    /// Who applied for elimination, while the application waits.
    pub elimination_by: Option<AccountId>,
    /// The discipline office must look again before anything else happens.
    pub check_due: bool,
    pub merged_into: Option<i64>,
    pub returns: i64,
    /// Why it was closed.
    pub outcome: String,
}

impl Case {
    /// Overdue from this moment on.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        !self.stage.is_final() && self.due.is_some_and(|due| now >= due)
    }
}

static OWNERS: LazyLock<std::collections::BTreeMap<String, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../params/assignment.toml"))
        .unwrap_or_else(|e| panic!("params/assignment.toml: {e}"))
});

/// The organisation for a verifier code of the rule catalogue; `DEPT` is the programme's. A code that is not
/// in the list is taken for an organisation's identifier.
pub fn owner_of(verifier: &str, programme_org: Option<&str>) -> String {
    if verifier.eq_ignore_ascii_case("DEPT") {
        return programme_org.unwrap_or("finance").to_owned();
    }
    OWNERS.get(verifier).cloned().unwrap_or_else(|| verifier.to_owned())
}

/// In what capacities this actor meets a finding of which `owner` is in charge. Empty: may at most look.
pub fn parts_of(actor: &Actor, owner: &str) -> Vec<Part> {
    if actor.account == Actor::system().account {
        return vec![Part::System];
    }
    let (mut parts, in_charge) = match actor.role {
        Role::CdiAdmin | Role::CdiOfficeAdmin => (vec![Part::Cdi], owner == "discipline"),
        Role::CityCdi => (vec![Part::UpperCdi], false),
        Role::FundUnitAdmin | Role::AgriAdmin | Role::Finance => (vec![], actor.department.as_deref() == Some(owner)),
        Role::TownAgriStation | Role::TownCdi | Role::TownPoverty => (vec![Part::Town], owner == "town"),
        Role::Helper | Role::ResidentTeam => (vec![Part::Team], false),
        Role::VillageAdmin | Role::VillageSupervision | Role::Liaison => (vec![Part::Village], false),
        _ => (vec![], false),
    };
    if in_charge {
        parts.push(Part::Department);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_fall_to_yellow_at_most() {
        assert_eq!(Colour::after_rectification(Severity::R), Colour::Shown(Severity::Y));
        assert_eq!(Colour::after_rectification(Severity::O), Colour::Shown(Severity::Y));
        assert_eq!(Colour::after_rectification(Severity::B), Colour::Shown(Severity::B));
    }

    #[test]
    fn verifier_codes_name_organisations() {
        assert_eq!(owner_of("CIV", None), "civil_affairs");
        assert_eq!(owner_of("DEPT", Some("housing")), "housing");
        assert_eq!(owner_of("civil_affairs", None), "civil_affairs");
    }
}
