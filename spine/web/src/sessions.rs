//! Sessions kept in the database, by the hash of their id: a stolen table signs nobody in.

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use store::{Db, Query, args};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The account of a session, in its data.
pub(crate) const ACCOUNT: &str = "account";
pub(crate) const CSRF: &str = "csrf";
pub(crate) const FLASH: &str = "flash";
/// When the session was last prolonged.
pub(crate) const SEEN: &str = "seen";

/// Half an hour without a request ends a session.
pub(crate) const IDLE_MINUTES: i64 = 30;

/// Reading alone does not prolong a session in the store; so often it is written down that someone is there.
pub(crate) const PROLONG_MINUTES: i64 = 5;

#[derive(Clone, Debug)]
pub(crate) struct DbSessions(pub(crate) Db);

#[derive(store::FromQueryResult)]
struct Row {
    data: String,
    expires_seconds: i64,
}

#[async_trait]
impl SessionStore for DbSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.write(
            record,
            "INSERT INTO web_session (account, data, expires_seconds, id_hash) VALUES ($1, $2, $3, $4)",
        )
        .await
    }

    /// A session that was ended meanwhile stays ended: a request still under way cannot bring it back.
    async fn save(&self, record: &Record) -> Result<()> {
        self.write(
            record,
            "UPDATE web_session SET account = $1, data = $2, expires_seconds = $3 WHERE id_hash = $4",
        )
        .await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row: Option<Row> = self
            .0
            .row(
                "SELECT data, expires_seconds FROM web_session WHERE id_hash = $1",
                args![hash(id)],
            )
            .await
            .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let expiry_date =
            OffsetDateTime::from_unix_timestamp(row.expires_seconds).map_err(|e| Error::Decode(e.to_string()))?;
        #[allow(clippy::disallowed_methods)] // sessions live by the machine's clock, like cookies do
        if expiry_date < OffsetDateTime::now_utc() {
            return Ok(None);
        }
        let data = serde_json::from_str(&row.data).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let tx = self.0.begin_write().await.map_err(backend)?;
        tx.execute("DELETE FROM web_session WHERE id_hash = $1", args![hash(id)])
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}

impl DbSessions {
    async fn write(&self, record: &Record, sql: &str) -> Result<()> {
        let account = record.data.get(ACCOUNT).and_then(|v| v.as_i64()).unwrap_or(-1);
        let data = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let tx = self.0.begin_write().await.map_err(backend)?;
        let values = args![account, data, record.expiry_date.unix_timestamp(), hash(&record.id)];
        tx.execute(sql, values).await.map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}

fn hash(id: &Id) -> String {
    hex::encode(Sha256::digest(id.0.to_be_bytes()))
}

fn backend(error: kernel::AppError) -> Error {
    Error::Backend(error.to_string())
}

/// Ends all sessions of an account, with the act that makes them worthless: a closed account, a new password.
pub async fn end_sessions(tx: &store::WriteTx, account: access::AccountId) -> kernel::AppResult<()> {
    tx.execute("DELETE FROM web_session WHERE account = $1", args![account.0])
        .await
        .map(|_| ())
}
