//! Bids of tenders, with what the platform of the tender knows of the bidders.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "bids",
    layout: &[
        ("project", 'i'),
        ("name", 't'),
        ("region", 'i'),
        ("bidder", 't'),
        ("uscc", 't'),
        ("price_fen", 'i'),
        ("ip", 't'),
        ("mac", 't'),
        ("agent", 't'),
        ("opened_on", 'd'),
    ],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "project_bid",
        sql: projects::frozen::BIDS,
    },
};
