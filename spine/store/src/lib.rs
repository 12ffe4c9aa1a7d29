//! Where facts are kept: one code base over SQLite and PostgreSQL, objects on a folder, secrets beside them.
//!
//! SQL is written out, with `$1..` placeholders that both databases read. Reading needs only [`Db`]; writing
//! needs a [`WriteTx`], and only crate `trail` opens one, so that no act goes without its trace.

mod bulk;
mod db;
mod far;
mod keys;
mod migration;
mod objects;
mod packed;
mod sql;

pub use bulk::BulkInsert;
pub use db::{Db, Query, WriteTx};
pub use far::part_at;
pub use keys::{KeysOrigin, load_or_create_keys};
pub use migration::{SqlMigration, migrate};
pub use objects::{Digest, Objects};
pub use packed::{PackedRow, PackedValues};
pub use sea_orm::{FromQueryResult, Value};
pub use sql::Sql;

/// Values for the placeholders of a statement: `args![id, name]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
