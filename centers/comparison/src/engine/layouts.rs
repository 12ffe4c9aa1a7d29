//! The columns of the register tables as rules see them: name and type of each, in order.

/// Name and type (`i` whole number, `t` text, `d` day or month, `b` yes or no) of the columns of each register.
pub(crate) type Layout = &'static [(&'static str, char)];

pub(super) const PERSONS: Layout = &[
    ("person_key", 'i'),
    ("name", 't'),
    ("sex", 'i'),
    ("birth", 'd'),
    ("region", 'i'),
    ("kin", 't'),
    ("household_id", 'i'),
    ("death_date", 'd'),
];
pub(super) const HOUSEHOLDS: Layout = &[
    ("household_id", 'i'),
    ("household_no", 't'),
    ("region", 'i'),
    ("head_key", 'i'),
    ("head_name", 't'),
    ("population", 'i'),
    ("status", 'i'),
    ("attr", 'i'),
    ("registered_on", 'd'),
    ("exited_on", 'd'),
    ("removed_on", 'd'),
];
pub(super) const MEMBERS: Layout = &[
    ("person_key", 'i'),
    ("household_id", 'i'),
    ("name", 't'),
    ("kin", 't'),
    ("region", 'i'),
    ("head_name", 't'),
    ("status", 'i'),
    ("attr", 'i'),
    ("registered_on", 'd'),
    ("exited_on", 'd'),
    ("removed_on", 'd'),
    ("joined_on", 'd'),
    ("left_on", 'd'),
];
pub(super) const PROGRAMMES: Layout = &[
    ("code", 't'),
    ("name", 't'),
    ("org", 't'),
    ("fund_class", 'i'),
    ("targeted", 'b'),
];
pub(super) const PAYMENTS: Layout = &[
    ("payment_id", 'i'),
    ("person_key", 'i'),
    ("payee_name", 't'),
    ("household_id", 'i'),
    ("region", 'i'),
    ("programme", 't'),
    ("month", 'd'),
    ("amount_fen", 'i'),
    ("paid_on", 'd'),
    ("account_digest", 'i'),
    ("account_tail", 't'),
    ("account_name", 't'),
    ("arrears", 'b'),
    ("batch_no", 't'),
];
pub(super) const BENEFITS: Layout = &[
    ("person_key", 'i'),
    ("payee_name", 't'),
    ("household_id", 'i'),
    ("region", 'i'),
    ("programme", 't'),
    ("targeted", 'b'),
    ("month_from", 'd'),
    ("month_to", 'd'),
    ("day_from", 'd'),
    ("day_to", 'd'),
    ("payments", 'i'),
    ("amount_fen", 'i'),
];
pub(super) const ACCOUNTS: Layout = &[
    ("person_key", 'i'),
    ("payee_name", 't'),
    ("household_id", 'i'),
    ("region", 'i'),
    ("account_digest", 'i'),
    ("account_tail", 't'),
    ("account_name", 't'),
    ("card_fails", 'b'),
    ("month_from", 'd'),
    ("month_to", 'd'),
    ("payments", 'i'),
    ("amount_fen", 'i'),
];
pub(super) const ASSISTED: Layout = &[
    ("person_key", 'i'),
    ("name", 't'),
    ("kin", 't'),
    ("household_id", 'i'),
    ("registered", 'b'),
    ("head_name", 't'),
    ("region", 'i'),
    ("month_from", 'd'),
    ("month_to", 'd'),
    ("day_from", 'd'),
    ("day_to", 'd'),
    ("amount_fen", 'i'),
    ("programmes", 't'),
];

/// All registers by SQL name.
pub(crate) const LAYOUTS: &[(&str, Layout)] = &[
    ("persons", PERSONS),
    ("households", HOUSEHOLDS),
    ("members", MEMBERS),
    ("programmes", PROGRAMMES),
    ("payments", PAYMENTS),
    ("benefits", BENEFITS),
    ("accounts", ACCOUNTS),
    ("assisted", ASSISTED),
];
