//! How much of a finding a role sees (roles §5.2): some see both records, some the question, helpers the verdict.

use access::Role;
use kernel::name;

/// How far a role looks into the compared records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Both records.
    Full,
    /// The question and the benefit record; of the other record only that it exists.
    Question,
    /// What was found out, no figures.
    VerdictOnly,
}

pub(super) fn sight_of(role: Role) -> Sight {
    match role {
        Role::FundUnitAdmin
        | Role::AgriAdmin
        | Role::CdiAdmin
        | Role::CdiOfficeAdmin
        | Role::CityCdi
        | Role::Finance
        | Role::Audit
        | Role::TownPoverty => Sight::Full,
        Role::Helper => Sight::VerdictOnly,
        _ => Sight::Question,
    }
}

/// A name as this role sees it.
pub(super) fn shown_name(role: Role, full: &str) -> String {
    if role.reads_masked_names() {
        name::mask(full)
    } else {
        full.to_owned()
    }
}

/// A summary names the person; it is masked with the name.
pub(super) fn shown_summary(role: Role, summary: &str, full: &str) -> String {
    if full.is_empty() {
        summary.to_owned()
    } else {
        summary.replace(full, &shown_name(role, full))
    }
}

/// Registers whose figures need a purpose each time: what people hold in banks and securities.
pub(super) fn is_sensitive(record_title: &str) -> bool {
    ["存款", "证券", "保险", "理财", "公积金"]
        .iter()
        .any(|word| record_title.contains(word))
}
