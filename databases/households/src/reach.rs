//! Which rows an actor reaches: an area, and for helpers only the households paired with them today.

use ::store::Sql;
use access::{Role, Scope};

/// Adds the area, and the pairing where the scope is narrowed to one. `h` is the household.
pub(crate) fn restrict_households(scope: &Scope, sql: &mut Sql) {
    scope.restrict(sql, "h.region");
    if let Some(helper) = scope.helper() {
        sql.push(
            " AND EXISTS (SELECT 1 FROM pairing pa WHERE pa.household_id = h.id AND pa.to_on IS NULL AND pa.account = ",
        )
        .bind(helper.0)
        .push(")");
    }
}

/// Roles that see names masked: the supervision committee of a village and viewers above the county.
pub(crate) fn sees_masked_names(role: Role) -> bool {
    matches!(role, Role::VillageSupervision | Role::Liaison | Role::ProvinceViewer)
}

/// The layer whose frame an official's pages wear: discipline and audit work in the supervision layer.
pub fn desk_layer(ctx: &web::Ctx) -> web::Layer {
    if ctx.actor().role.supervises() {
        web::Layer::Supervision
    } else {
        web::Layer::Management
    }
}
