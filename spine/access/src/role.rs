//! The 24 roles of the platform (domain specification §5.1).

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($variant:ident $code:literal $id:literal $title:literal;)*) => {
        /// A role. R1-R9 are the nine levels of the back office and supervision layer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Role { $(#[doc = $title] #[serde(rename = $id)] $variant,)* }

        impl Role {
            pub const ALL: &'static [Role] = &[$(Role::$variant),*];

            /// `R4`
            pub fn code(self) -> &'static str {
                match self { $(Role::$variant => $code),* }
            }

            /// `cdi_admin`: the name in policies, tables and tests.
            pub fn id(self) -> &'static str {
                match self { $(Role::$variant => $id),* }
            }

            /// The title on screen.
            pub fn title(self) -> &'static str {
                match self { $(Role::$variant => $title),* }
            }

            pub fn from_id(id: &str) -> Option<Role> {
                match id { $($id => Some(Role::$variant),)* _ => None }
            }
        }
    };
}

roles! {
    CountyAdmin "R1" "county_admin" "县级管理员";
    FundUnitAdmin "R2" "fund_unit_admin" "民生资金责任单位管理员";
    AgriAdmin "R3" "agri_admin" "农业农村局管理员";
    CdiAdmin "R4" "cdi_admin" "纪委管理员";
    CdiOfficeAdmin "R5" "cdi_office_admin" "纪检监察室管理员";
    TownAgriStation "R6" "town_agri_station" "镇（街）经管站管理员";
    TownCdi "R7" "town_cdi" "镇（街）纪（工）委管理员";
    VillageAdmin "R8" "village_admin" "社区村（居）委会管理员";
    VillageSupervision "R9" "village_supervision" "社区事务监督委员会管理员";
    ProvinceViewer "R10" "province_viewer" "省级查看";
    CityPoverty "R11" "city_poverty" "市级管理员";
    CityCdi "R12" "city_cdi" "市纪委";
    Finance "R13" "finance" "财政局";
    Audit "R14" "audit" "审计局";
    TownPoverty "R15" "town_poverty" "镇政府（扶贫专干）";
    Helper "R16" "helper" "帮扶责任人";
    ResidentTeam "R17" "resident_team" "驻村工作队（第一书记）";
    Liaison "R18" "liaison" "村级纪检监察工作联络员";
    Observer "R19" "observer" "义务监督员";
    ThirdParty "R20" "third_party" "第三方机构";
    Citizen "R21" "citizen" "群众";
    CitizenVerified "R22" "citizen_verified" "群众（实名）";
    SystemAdmin "R23a" "sysadmin" "系统管理员";
    SecurityAdmin "R23b" "secadmin" "安全管理员";
    AuditAdmin "R23c" "sysaudit" "审计管理员";
    KioskDevice "R24" "kiosk_device" "查询终端";
}

impl Role {
    /// Roles that log in to the back office or supervision layer.
    pub fn is_official(self) -> bool {
        !matches!(self, Role::Citizen | Role::CitizenVerified | Role::KioskDevice)
    }

    /// The three administrators hold no business data and exclude each other (三员分立).
    pub fn is_platform_admin(self) -> bool {
        matches!(self, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin)
    }

    /// Roles that read names of persons masked in what was found about them (roles §5.2: *m*, *a*).
    pub fn reads_masked_names(self) -> bool {
        matches!(
            self,
            Role::VillageSupervision | Role::Liaison | Role::ProvinceViewer | Role::CityPoverty
        )
    }

    /// Roles whose first page is the supervision layer.
    pub fn supervises(self) -> bool {
        matches!(
            self,
            Role::CdiAdmin | Role::CdiOfficeAdmin | Role::TownCdi | Role::CityCdi | Role::Audit
        )
    }
}
