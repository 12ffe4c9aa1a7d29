//! Reading the chain from its first event to its head.

use kernel::AppResult;
use store::{Db, Query, args};

use crate::record::{Event, chain};

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every event is as it was written. Carries how many.
    Intact(i64),
    /// The first event that was altered, removed or put in, and what is wrong with it.
    Broken { seq: i64, what: &'static str },
}

#[derive(store::FromQueryResult)]
struct Stored {
    #[sea_orm(nested)]
    event: Event,
    leaf: String,
    hash: String,
}

#[derive(store::FromQueryResult)]
struct Head {
    seq: i64,
    hash: String,
}

const PAGE: i64 = 5000;

/// Recomputes every hash, page by page. An attacker who rewrites the whole chain and its head is caught by
/// comparing the head with one written down elsewhere; that is what published checkpoints are for.
pub async fn verify(db: &Db) -> AppResult<Verdict> {
    let mut previous = String::new();
    let mut next = 1;
    loop {
        let page: Vec<Stored> = db
            .rows(
                "SELECT seq, at_millis, account, actor_name, role, act, subject, region, purpose, request_id, payload, \
                 leaf_key, leaf, hash FROM trail_event WHERE seq >= $1 ORDER BY seq LIMIT $2",
                args![next, PAGE],
            )
            .await?;
        let full = page.len() as i64 == PAGE;
        for stored in page {
            if stored.event.seq != next {
                return Ok(Verdict::Broken {
                    seq: next,
                    what: "缺少这一条",
                });
            }
            if stored.event.leaf() != stored.leaf {
                return Ok(Verdict::Broken {
                    seq: next,
                    what: "内容被改动",
                });
            }
            if chain(&previous, next, &stored.leaf) != stored.hash {
                return Ok(Verdict::Broken {
                    seq: next,
                    what: "与前一条不相接",
                });
            }
            previous = stored.hash;
            next += 1;
        }
        if !full {
            break;
        }
    }
    let head: Option<Head> = db.row("SELECT seq, hash FROM trail_head WHERE one = 1", vec![]).await?;
    match head {
        Some(head) if head.seq == next - 1 && head.hash == previous => Ok(Verdict::Intact(next - 1)),
        Some(head) if head.seq > next - 1 => Ok(Verdict::Broken {
            seq: next,
            what: "缺少这一条",
        }),
        _ => Ok(Verdict::Broken {
            seq: next - 1,
            what: "与链尾不符",
        }),
    }
}
