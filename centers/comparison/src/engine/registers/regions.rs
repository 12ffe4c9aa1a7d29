//! The divisions the platform knows.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "regions",
    layout: &[("region", 'i'), ("name", 't'), ("level", 'i'), ("parent", 'i')],
    sorted_by: &["region"],
    rows: Rows::Plain {
        of: "region",
        sql: "SELECT code AS region, name, level, parent FROM region ORDER BY code",
    },
};
