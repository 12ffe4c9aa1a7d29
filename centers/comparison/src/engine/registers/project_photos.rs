//! Pictures of works by the digest of their files.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "project_photos",
    layout: &[
        ("project", 'i'),
        ("no", 't'),
        ("name", 't'),
        ("region", 'i'),
        ("digest", 't'),
        ("file_name", 't'),
        ("kept_on", 'd'),
    ],
    sorted_by: &["project"],
    rows: Rows::Plain {
        of: "project",
        sql: projects::frozen::PHOTOS,
    },
};
