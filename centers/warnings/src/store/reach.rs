//! Which findings an actor reaches; lists, counts, exports and drop-downs all go through here.

use ::store::Sql;
use access::Scope;

/// Adds area, department and pairing of the scope; `f` is the finding.
pub(super) fn restrict(sql: &mut Sql, scope: &Scope) {
    restrict_by(sql, scope, "f.region");
}

/// As [`restrict`], with the area's column as the query wants it.
pub(super) fn restrict_by(sql: &mut Sql, scope: &Scope, region: &'static str) {
    scope.restrict(sql, region);
    scope.restrict_department(sql, "f.owner_department");
    if let Some(helper) = scope.helper() {
        sql.push(
            " AND EXISTS (SELECT 1 FROM pairing pa WHERE pa.household_id = f.household_id AND pa.to_on IS NULL \
             AND pa.account = ",
        )
        .bind(helper.0)
        .push(")");
    }
}
