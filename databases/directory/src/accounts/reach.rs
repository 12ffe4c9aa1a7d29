//! From a post to what it reaches: the only place where a role becomes a [`Scope`].

use access::{AccountId, Actor, Role, Scope};
use kernel::{RegionCode, RegionLevel};

use super::Post;

/// The rows within reach of a post. A post that lacks what its role needs reaches nothing.
pub fn scope_of(post: &Post, account: AccountId) -> Scope {
    if fits_area(post.role, post.region).is_err() {
        return Scope::nothing();
    }
    match post.role {
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => Scope::nothing(),
        // Packets and tasks will open single objects; by area they see what the public sees.
        Role::Observer | Role::ThirdParty | Role::Citizen | Role::CitizenVerified | Role::KioskDevice => {
            Scope::nothing()
        }
        Role::FundUnitAdmin => match &post.org {
            Some(org) => Scope::area(post.region).of_department(org.clone()),
            None => Scope::nothing(),
        },
        Role::Helper => Scope::area(post.region).paired_with(account),
        _ => Scope::area(post.region),
    }
}

/// Refuses a role over an area of the wrong level, in the reader's words.
pub fn fits_area(role: Role, region: RegionCode) -> Result<(), &'static str> {
    use RegionLevel::{City, Community, County, Province, Town, Village};
    let level = region.level();
    let (fits, wording) = match role {
        Role::CountyAdmin | Role::FundUnitAdmin | Role::AgriAdmin | Role::CdiAdmin => {
            (level == County, "这个岗位的管理范围应为一个县（区）。")
        }
        Role::Finance | Role::Audit => (
            matches!(level, Province | City | County | Town),
            "这个岗位的管理范围应为省、市、县或镇（街）。",
        ),
        Role::CdiOfficeAdmin => (matches!(level, County | Town), "这个岗位的管理范围应为县或镇（街）。"),
        Role::TownAgriStation | Role::TownCdi | Role::TownPoverty => {
            (level == Town, "这个岗位的管理范围应为一个镇（街）。")
        }
        Role::VillageAdmin | Role::VillageSupervision | Role::ResidentTeam | Role::Liaison => (
            matches!(level, Community | Village),
            "这个岗位的管理范围应为一个社区（村）。",
        ),
        Role::ProvinceViewer => (level == Province, "这个岗位的管理范围应为一个省。"),
        Role::CityPoverty | Role::CityCdi => (level == City, "这个岗位的管理范围应为一个市。"),
        Role::Citizen | Role::CitizenVerified | Role::KioskDevice => (false, "这个角色不使用登录账号。"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(wording) }
}

/// The area whose accounts an administrator sees. Accounts are no business data, so that the platform's own
/// administrators, whose scope is empty, see them all.
pub fn account_scope(actor: &Actor) -> Scope {
    if actor.role.is_platform_admin() {
        Scope::area(RegionCode::NATION)
    } else {
        actor.scope.clone()
    }
}

/// Whether an administrator handles accounts of a role at all. The county handles the offices, not those who
/// watch over it, nor the platform's administrators, nor its own kind: otherwise a new password would let it
/// read reports.
pub fn manages(actor: &Actor, role: Role) -> bool {
    actor.role.is_platform_admin()
        || !(role.is_platform_admin() || role.supervises() || role == Role::CountyAdmin || upper(role))
}

fn upper(role: Role) -> bool {
    matches!(role, Role::ProvinceViewer | Role::CityPoverty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(role: Role, region: &str, org: Option<&str>) -> Post {
        Post {
            role,
            region: region.parse().unwrap(),
            org: org.map(str::to_owned),
        }
    }

    fn reach(role: Role, region: &str, org: Option<&str>) -> Scope {
        scope_of(&post(role, region, org), AccountId(9))
    }

    #[test]
    fn a_town_role_reaches_its_town_and_no_other() {
        let scope = reach(Role::TownCdi, "371621103", None);
        assert!(scope.covers("371621103268".parse().unwrap()));
        assert!(!scope.covers("371621104".parse().unwrap()));
    }

    #[test]
    fn a_fund_unit_reaches_its_own_department_only() {
        let scope = reach(Role::FundUnitAdmin, "371621", Some("civil_affairs"));
        assert!(scope.covers_department("civil_affairs") && !scope.covers_department("housing"));
        assert_eq!(reach(Role::FundUnitAdmin, "371621", None), Scope::nothing());
    }

    #[test]
    fn a_helper_reaches_his_households_and_the_three_administrators_nothing() {
        assert_eq!(reach(Role::Helper, "371621103268", None).helper(), Some(AccountId(9)));
        for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
            assert_eq!(reach(role, "371621", None), Scope::nothing());
        }
    }

    #[test]
    fn a_village_role_over_a_county_reaches_nothing() {
        assert_eq!(reach(Role::VillageSupervision, "371621", None), Scope::nothing());
        assert!(fits_area(Role::VillageSupervision, "371621".parse().unwrap()).is_err());
    }
}
