//! `Scope`: which rows an actor may see. Lists, counts, exports, drop-downs and related rows all take it.

use kernel::RegionCode;
use serde::{Deserialize, Serialize};
use store::Sql;

use crate::AccountId;

/// The rows within reach: an area, optionally narrowed to one department or to paired households.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The area; `None` reaches nothing (platform administrators see no business data).
    area: Option<RegionCode>,
    /// Rows of one department only (fund-responsible units).
    department: Option<String>,
    /// Households paired with this account only (helpers).
    paired_with: Option<AccountId>,
}

impl Scope {
    pub fn area(area: RegionCode) -> Scope {
        Scope {
            area: Some(area),
            department: None,
            paired_with: None,
        }
    }

    pub fn nothing() -> Scope {
        Scope {
            area: None,
            department: None,
            paired_with: None,
        }
    }

    /// Narrows to the rows of one department.
    pub fn of_department(mut self, department: impl Into<String>) -> Scope {
        self.department = Some(department.into());
        self
    }

    /// Narrows to the households paired with one helper.
    pub fn paired_with(mut self, account: AccountId) -> Scope {
        self.paired_with = Some(account);
        self
    }

    pub fn region(&self) -> Option<RegionCode> {
        self.area
    }

    pub fn department(&self) -> Option<&str> {
        self.department.as_deref()
    }

    pub fn helper(&self) -> Option<AccountId> {
        self.paired_with
    }

    /// Whether a row of this region lies inside the area.
    pub fn covers(&self, region: RegionCode) -> bool {
        self.area.is_some_and(|area| area.contains(region))
    }

    /// Whether a row of this department is within reach.
    pub fn covers_department(&self, department: &str) -> bool {
        self.department.as_deref().is_none_or(|own| own == department)
    }

    /// Adds ` AND column >= .. AND column < ..`; the column holds 15-digit region codes.
    pub fn restrict(&self, sql: &mut Sql, region_column: &'static str) {
        let range = self.area.map_or(0..0, |area| area.range());
        sql.push(" AND ").push(region_column).push(" >= ").bind(range.start);
        sql.push(" AND ").push(region_column).push(" < ").bind(range.end);
    }

    /// Adds ` AND column = ..` where the scope is narrowed to a department.
    pub fn restrict_department(&self, sql: &mut Sql, department_column: &'static str) {
        if let Some(department) = &self.department {
            sql.push(" AND ")
                .push(department_column)
                .push(" = ")
                .bind(department.as_str());
        }
    }

    /// The scope narrowed to a smaller area; unchanged areas outside reach nothing.
    pub fn within(&self, area: RegionCode) -> Scope {
        let area = self.area.and_then(|own| {
            if own.contains(area) {
                Some(area)
            } else {
                area.contains(own).then_some(own)
            }
        });
        Scope { area, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrowing_never_widens() {
        let town = Scope::area("371621103".parse().unwrap());
        assert_eq!(town.within("371621".parse().unwrap()), town);
        assert_eq!(town.within("371621104".parse().unwrap()).region(), None);
        let mut sql = Sql::new("SELECT 1 WHERE 1=1");
        Scope::nothing().restrict(&mut sql, "region");
        assert_eq!(sql.text(), "SELECT 1 WHERE 1=1 AND region >= $1 AND region < $2");
    }
}
