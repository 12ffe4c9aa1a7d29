//! Texts of contracts as they were found elsewhere, each beside the contract its project stands on.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "contracts",
    layout: &[
        ("project", 'i'),
        ("no", 't'),
        ("name", 't'),
        ("region", 'i'),
        ("contract_no", 't'),
        ("contract_firm", 't'),
        ("contract_uscc", 't'),
        ("contract_fen", 'i'),
        ("contract_on", 'd'),
        ("changed_fen", 'i'),
        ("amended_fen", 'i'),
        ("kind", 't'),
        ("text_no", 't'),
        ("text_firm", 't'),
        ("text_uscc", 't'),
        ("text_fen", 'i'),
        ("text_on", 'd'),
    ],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "project_contract_text",
        sql: projects::frozen::CONTRACTS,
    },
};
