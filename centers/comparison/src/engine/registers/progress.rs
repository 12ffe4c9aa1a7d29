//! How far the works of projects are, as they were reported.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "progress",
    layout: &[("project", 'i'), ("percent", 'i'), ("on_day", 'd')],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "progress_report",
        sql: funds::frozen::PROGRESS,
    },
};
