//! One question about oneself, from the number typed in to the code given back.
//!
//! The token lies in the visitor's cookie; here only its keyed digest, and the person as a key. The code is kept as
//! a digest too, holds for ten minutes and bears five tries.

use kernel::{AppResult, PersonKey, Timestamp};
use store::{Db, FromQueryResult, Query, WriteTx, args};
use web::App;

/// How long the public answer stays open.
const OPEN_MINUTES: i64 = 30;
/// How long the own detail stays open after the code was given.
const PROVED_MINUTES: i64 = 15;
pub(crate) const CODE_MINUTES: i64 = 10;
pub(crate) const MOST_TRIES: i64 = 5;
/// Codes sent to one person in an hour, whoever asks.
pub(crate) const MOST_CODES_AN_HOUR: i64 = 5;
const KEPT_MINUTES: i64 = 120;

/// A question begun.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Proof {
    pub token_digest: i64,
    person_key: i64,
    begun_millis: i64,
    code_sent_millis: Option<i64>,
    proved_millis: Option<i64>,
}

/// How far a question has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A number was typed in.
    Asked,
    /// A code is on its way, if the number has a phone.
    CodeSent,
    /// The code was given back.
    Proved,
}

impl Proof {
    pub(crate) fn person(&self) -> PersonKey {
        PersonKey(self.person_key)
    }

    /// `None` when the time is over.
    pub(crate) fn stage(&self, now: Timestamp) -> Option<Stage> {
        let within = |since: i64, minutes| now < Timestamp(since).plus_minutes(minutes);
        if let Some(proved) = self.proved_millis {
            return within(proved, PROVED_MINUTES).then_some(Stage::Proved);
        }
        if !within(self.begun_millis, OPEN_MINUTES) {
            return None;
        }
        let sent = self.code_sent_millis.is_some_and(|sent| within(sent, CODE_MINUTES));
        Some(if sent { Stage::CodeSent } else { Stage::Asked })
    }
}

/// The question of a token, while it is open.
pub(crate) async fn find(app: &App, token: Option<&str>) -> AppResult<Option<(Proof, Stage)>> {
    let Some(token) = token else { return Ok(None) };
    let proof: Option<Proof> = row(&app.db, digest(app, token)).await?;
    Ok(proof.and_then(|proof| proof.stage(app.clock.now()).map(|stage| (proof, stage))))
}

async fn row(db: &Db, token_digest: i64) -> AppResult<Option<Proof>> {
    db.row(
        "SELECT token_digest, person_key, begun_millis, code_sent_millis, proved_millis FROM own_proof \
         WHERE token_digest = $1",
        args![token_digest],
    )
    .await
}

/// Begins a question; old ones go.
pub(crate) async fn begin(app: &App, tx: &WriteTx, token: &str, person: PersonKey, now: Timestamp) -> AppResult<()> {
    let old = now.plus_minutes(-KEPT_MINUTES).millis();
    tx.execute("DELETE FROM own_proof WHERE begun_millis < $1", args![old])
        .await?;
    tx.execute("DELETE FROM own_code WHERE at_millis < $1", args![old])
        .await?;
    tx.execute(
        "INSERT INTO own_proof (token_digest, person_key, begun_millis, tries) VALUES ($1, $2, $3, 0)",
        args![digest(app, token), person.0, now.millis()],
    )
    .await
    .map(|_| ())
}

/// Keeps a new code for a question. `false` when the person has had enough codes for this hour; the old one stays.
pub(crate) async fn keep_code(app: &App, tx: &WriteTx, proof: &Proof, code: &str, now: Timestamp) -> AppResult<bool> {
    let hour_ago = now.plus_minutes(-60).millis();
    let sent = tx
        .number(
            "SELECT COUNT(*) FROM own_code WHERE person_key = $1 AND at_millis > $2",
            args![proof.person_key, hour_ago],
        )
        .await?;
    if sent >= MOST_CODES_AN_HOUR {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO own_code (id, person_key, at_millis) VALUES ($1, $2, $3)",
        args![app.next_id(), proof.person_key, now.millis()],
    )
    .await?;
    tx.execute(
        "UPDATE own_proof SET code_digest = $2, code_sent_millis = $3, tries = 0 WHERE token_digest = $1",
        args![
            proof.token_digest,
            code_digest(app, proof.token_digest, code),
            now.millis()
        ],
    )
    .await?;
    Ok(true)
}

/// Spends one try. `true` when the code was right; then it is worth nothing a second time.
pub(crate) async fn give_code(app: &App, tx: &WriteTx, proof: &Proof, code: &str, now: Timestamp) -> AppResult<bool> {
    let oldest = now.plus_minutes(-CODE_MINUTES).millis();
    let may_try = tx
        .execute(
            "UPDATE own_proof SET tries = tries + 1 WHERE token_digest = $1 AND tries < $2 AND code_sent_millis > $3",
            args![proof.token_digest, MOST_TRIES, oldest],
        )
        .await?;
    if may_try == 0 {
        return Ok(false);
    }
    let opened = tx
        .execute(
            "UPDATE own_proof SET proved_millis = $3, code_digest = NULL WHERE token_digest = $1 AND code_digest = $2",
            args![
                proof.token_digest,
                code_digest(app, proof.token_digest, code),
                now.millis()
            ],
        )
        .await?;
    Ok(opened == 1)
}

/// Ends a question.
pub(crate) async fn end(tx: &WriteTx, proof: &Proof) -> AppResult<()> {
    tx.execute(
        "DELETE FROM own_proof WHERE token_digest = $1",
        args![proof.token_digest],
    )
    .await
    .map(|_| ())
}

/// Six digits from random bytes.
pub(crate) fn new_code(random: [u8; 12]) -> String {
    let number = random
        .iter()
        .fold(0_u64, |n, byte| (n * 256 + u64::from(*byte)) % 1_000_000);
    format!("{number:06}")
}

fn digest(app: &App, token: &str) -> i64 {
    app.keys.digest("own-token", token) as i64
}

fn code_digest(app: &App, token_digest: i64, code: &str) -> i64 {
    app.keys.digest("own-code", &format!("{token_digest}:{code}")) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(code_sent: Option<i64>, proved: Option<i64>) -> Proof {
        Proof {
            token_digest: 1,
            person_key: 2,
            begun_millis: 0,
            code_sent_millis: code_sent,
            proved_millis: proved,
        }
    }

    fn minutes(n: i64) -> Timestamp {
        Timestamp(0).plus_minutes(n)
    }

    #[test]
    fn an_answer_closes_after_half_an_hour() {
        assert_eq!(proof(None, None).stage(minutes(29)), Some(Stage::Asked));
        assert_eq!(proof(None, None).stage(minutes(30)), None);
    }

    #[test]
    fn a_code_holds_for_ten_minutes() {
        assert_eq!(proof(Some(0), None).stage(minutes(9)), Some(Stage::CodeSent));
        assert_eq!(proof(Some(0), None).stage(minutes(10)), Some(Stage::Asked));
    }

    #[test]
    fn the_detail_closes_a_quarter_of_an_hour_after_the_code() {
        let given = minutes(25).millis();
        assert_eq!(proof(Some(0), Some(given)).stage(minutes(39)), Some(Stage::Proved));
        assert_eq!(proof(Some(0), Some(given)).stage(minutes(40)), None);
    }

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(new_code([0; 12]), "000000");
        assert_eq!(new_code([255; 12]).len(), 6);
        assert_ne!(new_code([1; 12]), new_code([2; 12]));
    }
}
