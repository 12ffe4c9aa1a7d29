//! Who helps: the kinds of helpers of the force database (扶贫力量库) and their branches.
//!
//! A kind says what a person does here; a branch says where a deputy, observer or third party comes from. A person
//! with two kinds is entered twice, so that ending one does not end the other.

use kernel::{AppError, AppResult, Date};
use records::flow::Code;

records::codes! {
    /// What a helper is.
    pub enum HelperKind {
        Responsible = "responsible" "帮扶责任人",
        FirstSecretary = "first_secretary" "第一书记",
        TeamMember = "team_member" "工作队员",
        PovertyOfficer = "poverty_officer" "扶贫专干",
        VillageSecretary = "village_secretary" "村书记（主任）",
        Deputy = "deputy" "人大代表",
        CppccMember = "cppcc_member" "政协委员",
        Volunteer = "volunteer" "志愿者",
        ThirdParty = "third_party" "第三方机构",
        Entrepreneur = "entrepreneur" "企业家",
        AwayFromHome = "away_from_home" "在外创业人士",
        Observer = "observer" "义务监督员",
        TownSupervisor = "town_supervisor" "乡镇监管小组成员",
        VillagerRep = "villager_rep" "村民代表",
    }
}

records::codes! {
    /// Where within a kind a helper belongs.
    pub enum Branch {
        LawFirm = "law_firm" "律师事务所",
        Bookkeeping = "bookkeeping" "代理记账公司",
        AccountingFirm = "accounting_firm" "会计师事务所",
        NationalDeputy = "deputy_nation" "全国人大代表",
        ProvinceDeputy = "deputy_province" "省人大代表",
        CityDeputy = "deputy_city" "市人大代表",
        CountyDeputy = "deputy_county" "县人大代表",
        TownDeputy = "deputy_town" "乡镇人大代表",
        ReserveCadre = "reserve_cadre" "乡科级后备干部任乡镇扶贫专干",
        WeakVillageSecretary = "weak_village_secretary" "任薄弱村扶贫书记（主任）",
        KindHearted = "kind_hearted" "爱心人士",
        RegisteredVolunteer = "registered_volunteer" "注册志愿者",
        ServedPerson = "served_person" "服务对象",
        PartyDelegate = "party_delegate" "党代表",
        PeoplesCongress = "peoples_congress" "人大",
        Cppcc = "cppcc" "政协委员",
        DemocraticParty = "democratic_party" "民主党派",
        IndustryAndCommerce = "industry_commerce" "工商联",
        Press = "press" "新闻媒体",
    }
}

/// Whether a helper still serves.
pub const ACTIVE: &str = "active";
/// Left the post; pairings were handed over or ended before.
pub const LEFT: &str = "left";

impl HelperKind {
    /// The branches one chooses from; empty where the kind says all.
    pub fn branches(self) -> &'static [Branch] {
        match self {
            HelperKind::ThirdParty => &[Branch::LawFirm, Branch::Bookkeeping, Branch::AccountingFirm],
            HelperKind::Deputy => &[
                Branch::NationalDeputy,
                Branch::ProvinceDeputy,
                Branch::CityDeputy,
                Branch::CountyDeputy,
                Branch::TownDeputy,
            ],
            HelperKind::PovertyOfficer => &[Branch::ReserveCadre],
            HelperKind::VillageSecretary => &[Branch::WeakVillageSecretary],
            HelperKind::Volunteer => &[Branch::KindHearted, Branch::RegisteredVolunteer],
            HelperKind::Observer => &[
                Branch::ServedPerson,
                Branch::PartyDelegate,
                Branch::PeoplesCongress,
                Branch::Cppcc,
                Branch::DemocraticParty,
                Branch::IndustryAndCommerce,
                Branch::Press,
            ],
            _ => &[],
        }
    }

    /// Kinds that mean nothing without their branch.
    pub fn needs_branch(self) -> bool {
        matches!(
            self,
            HelperKind::ThirdParty | HelperKind::Deputy | HelperKind::Volunteer | HelperKind::Observer
        )
    }

    /// Whether a household can be given to this kind as its one responsible person (一户一责任人). Those who
    /// supervise do not help, and third parties work on tasks.
    pub fn helps_households(self) -> bool {
        !matches!(
            self,
            HelperKind::ThirdParty | HelperKind::Observer | HelperKind::TownSupervisor | HelperKind::VillagerRep
        )
    }
}

/// Refuses a kind without the branch it needs, a branch of another kind, and a third party without a last day.
///
/// # Errors
/// Invalid, naming the field.
pub fn check(kind: HelperKind, branch: Option<Branch>, until: Option<Date>) -> AppResult<()> {
    match branch {
        None if kind.needs_branch() => {
            return Err(AppError::invalid(format!("细类：“{}”须选择细类。", kind.title())));
        }
        Some(branch) if !kind.branches().contains(&branch) => {
            return Err(AppError::invalid(format!(
                "细类：“{}”不属于“{}”，请重新选择。",
                branch.title(),
                kind.title()
            )));
        }
        _ => {}
    }
    if kind == HelperKind::ThirdParty && until.is_none() {
        return Err(AppError::invalid("服务期至：第三方机构按任务聘用，须填写截止日期。"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::period::parse_date;

    use super::*;

    // accept: 001-53a, 001-53b, 001-53c
    #[test]
    fn a_third_party_is_one_of_three_sorts_and_has_a_last_day() {
        let until = parse_date("2026-12-31");
        for branch in [Branch::LawFirm, Branch::Bookkeeping, Branch::AccountingFirm] {
            assert!(check(HelperKind::ThirdParty, Some(branch), until).is_ok());
            assert!(check(HelperKind::ThirdParty, Some(branch), None).is_err());
        }
        assert!(check(HelperKind::ThirdParty, None, until).is_err());
        assert!(check(HelperKind::ThirdParty, Some(Branch::Press), until).is_err());
        assert!(!HelperKind::ThirdParty.helps_households());
    }

    #[test]
    fn deputies_come_from_five_levels() {
        assert_eq!(HelperKind::Deputy.branches().len(), 5);
        assert!(check(HelperKind::Deputy, None, None).is_err());
    }
}
