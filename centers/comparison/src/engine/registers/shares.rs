//! To whom the yield of an asset went.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "shares",
    layout: &[
        ("yield_id", 'i'),
        ("asset_name", 't'),
        ("region", 'i'),
        ("period", 't'),
        ("use_kind", 't'),
        ("household_id", 'i'),
        ("name", 't'),
        ("amount_fen", 'i'),
        ("paid_on", 'd'),
        ("beneficiaries", 'i'),
        ("entitled", 'i'),
    ],
    sorted_by: &["yield_id"],
    rows: Rows::Plain {
        of: "yield_share",
        sql: projects::frozen::SHARES,
    },
};
