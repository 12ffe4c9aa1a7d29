//! Writing with a trace.

use std::{ops::Deref, sync::Arc};

use access::Actor;
use kernel::{AppError, AppResult, Clock, Timestamp};
use sha2::{Digest, Sha256};
use store::{Db, Query, WriteTx, args};

use crate::Act;

/// The only way to write. Cheap to clone.
#[derive(Clone)]
pub struct Trail {
    db: Db,
    clock: Arc<dyn Clock>,
}

/// A write transaction that knows its actor and cannot be committed without an [`Act`].
/// Dropped without commit, nothing happened.
pub struct RecordedTx {
    tx: WriteTx,
    actor: Actor,
    at: Timestamp,
    request_id: Option<String>,
}

/// What an earlier request with the same id did.
#[derive(Clone, Debug, store::FromQueryResult)]
pub struct Earlier {
    pub seq: i64,
    pub act: String,
    pub subject: String,
}

/// The answer to [`Trail::begin_once`].
pub enum Once {
    /// Go on; the request is new.
    New(RecordedTx),
    /// The same request was carried out before: show its outcome, change nothing.
    Done(Earlier),
}

#[derive(store::FromQueryResult)]
struct Head {
    seq: i64,
    hash: String,
}

impl Trail {
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Trail {
        Trail { db, clock }
    }

    pub async fn begin(&self, actor: &Actor) -> AppResult<RecordedTx> {
        let tx = self.db.begin_write().await?;
        Ok(RecordedTx {
            tx,
            actor: actor.clone(),
            at: self.clock.now(),
            request_id: None,
        })
    }

    /// Begins the act of a client-made request id; the same id twice changes nothing twice.
    pub async fn begin_once(&self, actor: &Actor, request_id: &str) -> AppResult<Once> {
        if request_id.len() < 8 || request_id.len() > 64 {
            return Err(AppError::invalid("请求编号无效，请刷新页面后重试。"));
        }
        let mut tx = self.begin(actor).await?;
        let earlier: Option<Earlier> = tx
            .row(
                "SELECT seq, act, subject FROM trail_event WHERE request_id = $1",
                args![request_id],
            )
            .await?;
        if let Some(earlier) = earlier {
            return Ok(Once::Done(earlier));
        }
        tx.request_id = Some(request_id.to_owned());
        Ok(Once::New(tx))
    }

    /// Records an act that changes no business row: a reveal, an export, a refused attempt.
    pub async fn note(&self, actor: &Actor, act: Act) -> AppResult<i64> {
        self.begin(actor).await?.commit(act).await
    }

    /// Number of the last event; 0 before the first. While it stands, nothing was written.
    pub async fn last_event(&self) -> AppResult<i64> {
        self.db.number("SELECT seq FROM trail_head WHERE one = 1", vec![]).await
    }

    pub fn db(&self) -> &Db {
        &self.db
    }
}

/// Whether the act of this request id was carried out.
pub async fn was_carried_out(db: &impl Query, request_id: &str) -> AppResult<bool> {
    let events = db
        .number(
            "SELECT COUNT(*) FROM trail_event WHERE request_id = $1",
            args![request_id],
        )
        .await?;
    Ok(events > 0)
}

impl Deref for RecordedTx {
    type Target = WriteTx;
    fn deref(&self) -> &WriteTx {
        &self.tx
    }
}

impl RecordedTx {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The time of the act, one for all its rows.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Writes the event behind the rows and makes both durable. Returns the event's number.
    pub async fn commit(self, act: Act) -> AppResult<i64> {
        let lock = if self.tx.is_sqlite() { "" } else { " FOR UPDATE" };
        let head: Head = self
            .tx
            .row(&format!("SELECT seq, hash FROM trail_head WHERE one = 1{lock}"), vec![])
            .await?
            .ok_or_else(|| AppError::internal("trail_head is empty"))?;
        let seq = head.seq + 1;
        let event = Event {
            seq,
            at_millis: self.at.millis(),
            account: self.actor.account.map_or(-1, |a| a.0),
            actor_name: self.actor.name.clone(),
            role: self.actor.role.id().to_owned(),
            act: act.name.to_owned(),
            subject: act.subject,
            region: act.region.map_or(0, |r| r.as_i64()),
            purpose: act.purpose,
            request_id: self.request_id.clone(),
            payload: act.detail.to_string(),
            leaf_key: random_hex()?,
        };
        let leaf = event.leaf();
        let hash = chain(&head.hash, seq, &leaf);
        self.tx
            .execute(
                "INSERT INTO trail_event (seq, at_millis, account, actor_name, role, act, subject, region, purpose, \
                 request_id, payload, leaf_key, leaf, hash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
                args![
                    seq,
                    event.at_millis,
                    event.account,
                    event.actor_name,
                    event.role,
                    event.act,
                    event.subject,
                    event.region,
                    event.purpose,
                    event.request_id,
                    event.payload,
                    event.leaf_key,
                    leaf,
                    hash.as_str()
                ],
            )
            .await?;
        self.tx
            .execute(
                "UPDATE trail_head SET seq = $1, hash = $2 WHERE one = 1",
                args![seq, hash],
            )
            .await?;
        self.tx.commit().await?;
        Ok(seq)
    }
}

/// An event as stored, less the hashes computed from it.
#[derive(store::FromQueryResult)]
pub(crate) struct Event {
    pub seq: i64,
    pub at_millis: i64,
    pub account: i64,
    pub actor_name: String,
    pub role: String,
    pub act: String,
    pub subject: String,
    pub region: i64,
    pub purpose: Option<String>,
    pub request_id: Option<String>,
    pub payload: String,
    pub leaf_key: String,
}

impl Event {
    /// A keyed hash of everything in the event. The key is random for each event, so that a published leaf
    /// cannot be guessed at, and erasing payload and key erases the meaning but not the tree.
    pub(crate) fn leaf(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.leaf_key.as_bytes());
        for part in [
            &self.seq.to_string(),
            &self.at_millis.to_string(),
            &self.account.to_string(),
            &self.actor_name,
            &self.role,
            &self.act,
            &self.subject,
            &self.region.to_string(),
            self.purpose.as_deref().unwrap_or("\u{0}"),
            self.request_id.as_deref().unwrap_or("\u{0}"),
            &self.payload,
        ] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.update(self.leaf_key.as_bytes());
        hex::encode(hasher.finalize())
    }
}

/// Each event's hash covers the one before it.
pub(crate) fn chain(previous: &str, seq: i64, leaf: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update(seq.to_be_bytes());
    hasher.update(leaf.as_bytes());
    hex::encode(hasher.finalize())
}

fn random_hex() -> AppResult<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| AppError::internal(e.to_string()))?;
    Ok(hex::encode(bytes))
}
