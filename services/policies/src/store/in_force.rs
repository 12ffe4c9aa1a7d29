//! Which document a piece of work rested on, on a day.

use ::store::{Query, args};
use kernel::{AppResult, Date};
use records::flow::Code;

use super::Policy;
use crate::model::Governs;

/// The document in force on a day: published, come into force by then, not withdrawn by then. Of several the one that
/// came into force last; one whose day is not known stands behind all others.
pub async fn in_force(db: &impl Query, governs: Governs, day: Date) -> AppResult<Option<Policy>> {
    db.row(
        "SELECT * FROM policy WHERE governs = $1 AND state <> 'draft' AND effective_on <= $2 \
         AND (state = 'published' OR withdrawn_on > $2) ORDER BY effective_on DESC, issued DESC, id DESC LIMIT 1",
        args![governs.id(), day.to_string()],
    )
    .await
}
