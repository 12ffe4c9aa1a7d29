//! Which rows an actor reaches: visits and duties by the household's place, and for helpers only their own
//! households; helpers and teams also when they serve a larger area than one's own.

use access::Scope;
use kernel::{RegionCode, RegionLevel};
use store::Sql;

/// Rows about households, `alias.region` and `alias.household_id`.
pub(crate) fn restrict_households(scope: &Scope, sql: &mut Sql, region: &'static str, household: &'static str) {
    scope.restrict(sql, region);
    if let Some(helper) = scope.helper() {
        sql.push(" AND EXISTS (SELECT 1 FROM pairing pa WHERE pa.household_id = ")
            .push(household)
            .push(" AND pa.to_on IS NULL AND pa.account = ")
            .bind(helper.0)
            .push(")");
    }
}

/// Rows whose area lies in one's own, or holds it: a helper of the county serves every town.
pub(crate) fn restrict_reaching(scope: &Scope, sql: &mut Sql, region: &'static str) {
    let Some(area) = scope.region() else {
        sql.push(" AND 1 = 0");
        return;
    };
    let range = area.range();
    sql.push(" AND ((").push(region).push(" >= ").bind(range.start);
    sql.push(" AND ").push(region).push(" < ").bind(range.end).push(") OR ");
    sql.push(region).push(" IN ").bind_list(above(area)).push(")");
}

/// The divisions that hold this one.
fn above(area: RegionCode) -> Vec<i64> {
    let levels = [
        RegionLevel::City,
        RegionLevel::County,
        RegionLevel::Town,
        RegionLevel::Community,
    ];
    let outer = levels.into_iter().filter(|level| *level < area.level());
    outer.map(|level| area.at(level).as_i64()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_village_is_held_by_community_town_county_and_city() {
        let village: RegionCode = "371621103005012".parse().unwrap();
        assert_eq!(above(village).len(), 4);
        assert_eq!(above("371621".parse().unwrap()), [371_600_000_000_000]);
    }
}
