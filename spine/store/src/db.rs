//! The connection. SQLite has one writer and many readers in WAL mode with full synchronisation; PostgreSQL a pool.

use std::time::Duration;

use kernel::{AppError, AppResult};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr,
    FromQueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};

use crate::{PackedRow, Sql, packed};

/// A database, by URL: `sqlite:///path/file.db` or `postgres://…`.
#[derive(Clone, Debug)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Db {
    /// Opens the database; an SQLite file is created when missing.
    pub async fn connect(url: &str) -> AppResult<Db> {
        if url.starts_with("sqlite") {
            let writer = connect_sqlite(url, 1).await?;
            let reader = connect_sqlite(url, 8).await?;
            Ok(Db { writer, reader })
        } else {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(16)
                .sqlx_logging(false)
                .connect_timeout(Duration::from_secs(10));
            // A plan made for any area takes a county for a village; planning for the values asked costs a millisecond.
            // Many readers share the machine: none of them takes it whole for one page.
            options.map_sqlx_postgres_opts(|postgres| {
                postgres.options([
                    ("plan_cache_mode", "force_custom_plan"),
                    ("max_parallel_workers_per_gather", "0"),
                    ("jit", "off"),
                ])
            });
            let pool = Database::connect(options).await.map_err(db_error)?;
            Ok(Db {
                writer: pool.clone(),
                reader: pool,
            })
        }
    }

    pub fn is_sqlite(&self) -> bool {
        self.reader.get_database_backend() == DatabaseBackend::Sqlite
    }

    /// Opens a write transaction. Only crate `trail` calls this (`cargo xtask tidy` checks): everyone else
    /// writes through `trail::Recorder`, which adds the event.
    pub async fn begin_write(&self) -> AppResult<WriteTx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: self.is_sqlite().then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.writer.begin_with_options(options).await.map_err(db_error)?;
        Ok(WriteTx { inner })
    }

    /// Runs fixed statements outside the trail: schema changes, `ANALYZE`, dropping and rebuilding indexes.
    pub async fn run_schema(&self, sql: &str) -> AppResult<()> {
        self.writer.execute_unprepared(sql).await.map(|_| ()).map_err(db_error)
    }

    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    pub async fn close(self) -> AppResult<()> {
        self.reader.close().await.map_err(db_error)?;
        self.writer.close().await.map_err(db_error)
    }
}

async fn connect_sqlite(url: &str, connections: u32) -> AppResult<DatabaseConnection> {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    let mut options = ConnectOptions::new(url);
    // Writers queue for the one connection; a bulk load may hold it for a while.
    options
        .max_connections(connections)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(120));
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            .pragma("cache_size", "-32000")
            .pragma("mmap_size", "268435456")
            .pragma("temp_store", "memory")
    });
    Database::connect(options).await.map_err(db_error)
}

/// Reading, from the database or inside a write transaction.
pub trait Query: Sync {
    fn connection(&self) -> &impl ConnectionTrait;

    /// All rows, in the order the statement states.
    fn rows<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> impl Future<Output = AppResult<Vec<T>>> + Send {
        let statement = statement(self.connection(), sql, values);
        async move {
            T::find_by_statement(statement)
                .all(self.connection())
                .await
                .map_err(db_error)
        }
    }

    /// The first row, if any.
    fn row<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> impl Future<Output = AppResult<Option<T>>> + Send {
        let statement = statement(self.connection(), sql, values);
        async move {
            T::find_by_statement(statement)
                .one(self.connection())
                .await
                .map_err(db_error)
        }
    }

    /// The single BIGINT a statement yields in its first column; 0 when it yields no row or NULL.
    fn number(&self, sql: &str, values: Vec<Value>) -> impl Future<Output = AppResult<i64>> + Send {
        let statement = statement(self.connection(), sql, values);
        async move {
            let row = self.connection().query_one_raw(statement).await.map_err(db_error)?;
            match row {
                Some(row) => row
                    .try_get_by_index::<Option<i64>>(0)
                    .map(|n| n.unwrap_or(0))
                    .map_err(db_error),
                None => Ok(0),
            }
        }
    }

    /// All rows of a statement that reads very many of them, each packed into one text: `SELECT` of these columns,
    /// then `rest` (from `FROM` on). Texts must hold no control characters, as everything typed or imported does not.
    fn packed(
        &self,
        columns: &[&str],
        rest: &str,
        values: Vec<Value>,
    ) -> impl Future<Output = AppResult<Vec<PackedRow>>> + Send {
        let sql = format!("SELECT {} {rest}", packed::expression(columns));
        let statement = statement(self.connection(), &sql, values);
        async move {
            let rows = self.connection().query_all_raw(statement).await.map_err(db_error)?;
            rows.into_iter()
                .map(|row| row.try_get_by_index(0).map(PackedRow).map_err(db_error))
                .collect()
        }
    }

    fn fetch<T: FromQueryResult + Send>(&self, sql: Sql) -> impl Future<Output = AppResult<Vec<T>>> + Send {
        let (text, values) = sql.into_parts();
        async move { self.rows(&text, values).await }
    }
}

impl Query for Db {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.reader
    }
}

/// A transaction that can write. Dropped without commit, it leaves nothing behind.
pub struct WriteTx {
    inner: DatabaseTransaction,
}

impl Query for WriteTx {
    fn connection(&self) -> &impl ConnectionTrait {
        &self.inner
    }
}

impl WriteTx {
    /// Runs one statement and returns how many rows it touched.
    pub async fn execute(&self, sql: &str, values: Vec<Value>) -> AppResult<u64> {
        let done = self
            .inner
            .execute_raw(statement(&self.inner, sql, values))
            .await
            .map_err(db_error)?;
        Ok(done.rows_affected())
    }

    pub async fn execute_sql(&self, sql: Sql) -> AppResult<u64> {
        let (text, values) = sql.into_parts();
        self.execute(&text, values).await
    }

    /// Only crate `trail` commits, after it has written the event.
    pub async fn commit(self) -> AppResult<()> {
        self.inner.commit().await.map_err(db_error)
    }

    pub fn is_sqlite(&self) -> bool {
        self.inner.get_database_backend() == DatabaseBackend::Sqlite
    }
}

fn statement(connection: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// Database errors are ours, not the clerk's; a full disk or a lost server is an outage.
pub(crate) fn db_error(error: DbErr) -> AppError {
    let text = error.to_string();
    let outage = matches!(error, DbErr::Conn(_) | DbErr::ConnectionAcquire(_))
        || text.contains("disk is full")
        || text.contains("No space left");
    if outage {
        return AppError::new(
            kernel::ErrorKind::Unavailable,
            "数据库暂时不可用，请稍后再试；已提交的内容不会丢失。",
        )
        .caused_by(error);
    }
    AppError::internal(error)
}
