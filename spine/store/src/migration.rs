//! Schema changes as files of SQL that both databases read, run once each in the order of their names.

use kernel::AppResult;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTraitSelf, SchemaManager, async_trait};

use crate::{Db, db::db_error};

/// One step: a unique name such as `funds_0001_payments` and the statements.
///
/// Alter one column a statement: SQLite takes no more.
#[derive(Clone, Copy, Debug)]
pub struct SqlMigration {
    pub name: &'static str,
    pub up: &'static str,
}

impl MigrationName for SqlMigration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SqlMigration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.up).await.map(|_| ())
    }

    /// A step that was cut short is not taken at all, on SQLite as on PostgreSQL: the next start takes it again.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

struct Migrations(Vec<SqlMigration>);

impl MigratorTraitSelf for Migrations {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        self.0.iter().map(|m| Box::new(*m) as Box<dyn MigrationTrait>).collect()
    }
}

/// Brings the schema up to date. Steps already taken are skipped; the caller's order is the order of modules.
pub async fn migrate(db: &Db, steps: Vec<SqlMigration>) -> AppResult<()> {
    Migrations(steps).up(db.writer(), None).await.map_err(db_error)
}
