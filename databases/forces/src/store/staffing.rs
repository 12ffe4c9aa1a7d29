//! Posts of the centres, the latest report of each county.

use access::Scope;
use kernel::AppResult;
use store::{Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::reach::restrict_reaching;

/// One centre's report.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Staffing {
    pub region: i64,
    pub day: String,
    pub key_county: bool,
    /// Posts granted (编制).
    pub posts: i64,
    /// Posts filled.
    pub in_post: i64,
    /// Full-time posts added.
    pub added: i64,
    pub basis: String,
}

/// The latest report of each centre within the scope, up to a day.
pub async fn latest(db: &Db, scope: &Scope, day: &str) -> AppResult<Vec<Staffing>> {
    let mut sql = Sql::new(
        "SELECT s.region, s.day, s.key_county, s.posts, s.in_post, s.added, s.basis FROM staffing s \
         WHERE s.day = (SELECT MAX(o.day) FROM staffing o WHERE o.region = s.region AND o.day <= ",
    );
    sql.bind(day).push(")");
    restrict_reaching(scope, &mut sql, "s.region");
    sql.push(" ORDER BY s.region");
    db.fetch(sql).await
}

pub(crate) async fn set(tx: &WriteTx, s: &Staffing) -> AppResult<()> {
    tx.execute(
        "INSERT INTO staffing (region, day, key_county, posts, in_post, added, basis) VALUES ($1,$2,$3,$4,$5,$6,$7) \
         ON CONFLICT (region, day) DO UPDATE SET key_county = excluded.key_county, posts = excluded.posts, \
         in_post = excluded.in_post, added = excluded.added, basis = excluded.basis",
        args![
            s.region,
            s.day.as_str(),
            s.key_county,
            s.posts,
            s.in_post,
            s.added,
            s.basis.as_str()
        ],
    )
    .await
    .map(|_| ())
}
