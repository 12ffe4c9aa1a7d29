//! Words of the books, each kept once.

use ::store::{Query, args};
use kernel::AppResult;
use trail::RecordedTx;
use web::App;

/// The number of a word, new or known.
pub(super) async fn number(app: &App, tx: &RecordedTx, word: &str) -> AppResult<i64> {
    tx.number(
        "INSERT INTO village_word (id, word) VALUES ($1, $2) ON CONFLICT (word) DO UPDATE SET word = excluded.word \
         RETURNING id",
        args![app.next_id(), word],
    )
    .await
}

/// So many words a search may mean; beyond it the reader is asked for more of the word.
pub(super) const MOST_WORDS: i64 = 400;

/// Numbers of the words that contain a text; `None` when they are too many to mean something.
pub(super) async fn containing(db: &impl Query, text: &str) -> AppResult<Option<Vec<i64>>> {
    #[derive(::store::FromQueryResult)]
    struct Row {
        id: i64,
    }
    let rows: Vec<Row> = db
        .rows(
            "SELECT id FROM village_word WHERE word LIKE $1 ORDER BY id LIMIT $2",
            args![format!("%{}%", text.replace(['%', '_', '\\'], "")), MOST_WORDS + 1],
        )
        .await?;
    Ok((rows.len() as i64 <= MOST_WORDS).then(|| rows.into_iter().map(|r| r.id).collect()))
}
