//! Whether an actor must keep away from a finding (roles §5.2, constraint 3).

use ::store::{Query, args};
use access::{Actor, Role};
use kernel::AppResult;

use super::FindingRow;
use crate::model::Conflict;

/// The reason to keep away, if any: the finding is about the actor, someone of his household, or the leader of
/// the village he acts for.
pub async fn conflict_of(db: &impl Query, actor: &Actor, finding: &FindingRow) -> AppResult<Option<Conflict>> {
    if let Some(person) = actor.person {
        if finding.person_key == Some(person.0) {
            return Ok(Some(Conflict::Himself));
        }
        if shares_household(db, person.0, finding).await? {
            return Ok(Some(Conflict::NearKin));
        }
    }
    let of_village = matches!(
        actor.role,
        Role::VillageAdmin | Role::VillageSupervision | Role::Liaison
    );
    if of_village && is_leader_of(db, actor, finding).await? {
        return Ok(Some(Conflict::OwnVillageLeader));
    }
    Ok(None)
}

async fn shares_household(db: &impl Query, person: i64, finding: &FindingRow) -> AppResult<bool> {
    let own = "SELECT household_id FROM person WHERE person_key = $1 AND household_id IS NOT NULL";
    let household = db.number(own, args![person]).await?;
    if household == 0 {
        return Ok(false);
    }
    if finding.household_id == Some(household) {
        return Ok(true);
    }
    let Some(subject) = finding.person_key else {
        return Ok(false);
    };
    Ok(db.number(own, args![subject]).await? == household)
}

async fn is_leader_of(db: &impl Query, actor: &Actor, finding: &FindingRow) -> AppResult<bool> {
    let (Some(subject), Some(area)) = (finding.person_key, actor.scope.region()) else {
        return Ok(false);
    };
    let count = db
        .number(
            "SELECT COUNT(*) FROM account WHERE person_key = $1 AND region = $2 \
             AND role IN ('village_admin', 'village_supervision')",
            args![subject, area.as_i64()],
        )
        .await?;
    Ok(count > 0)
}
