//! Accounts of a trial: invented people, one public password. They exist only where everything is invented.

use access::{AccountId, Actor, Role};
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use store::{FromQueryResult, Query, args};
use web::App;

use crate::{
    accounts::{
        AccountState, Hashing, Post, hash,
        rows::{NewAccount, load_accounts},
    },
    orgs, regions,
    regions::RegionTree,
};

/// The password of all demo accounts; shown on the console of the demo and on its sign-in page.
pub const DEMO_PASSWORD: &str = "Yangguang2026";

/// Whether this installation shows its demo accounts; a part of the app.
pub struct DemoInstallation(pub bool);

/// One demo account, as the console and the sign-in page list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    pub login: &'static str,
    pub name: &'static str,
    pub role: Role,
    /// `惠民县民政局`, `淄角镇 淄角社区`
    pub place: String,
}

/// Where an account of the list belongs.
#[derive(Clone, Copy)]
enum Place {
    Province,
    City,
    County,
    Department(&'static str),
    Town,
    TownOrg(&'static str),
    Community,
    CommunityOrg(&'static str),
}

/// The nine levels, those beside them, the three separated administrators, and in every office of the county that answers
/// what is asked of it a second person: who settles something does not review it.
const LIST: [(&str, &str, Role, Place); 37] = [
    ("xianji", "王建国", Role::CountyAdmin, Place::County),
    (
        "minzheng",
        "李秀兰",
        Role::FundUnitAdmin,
        Place::Department("civil_affairs"),
    ),
    ("zhujian", "郭振华", Role::FundUnitAdmin, Place::Department("housing")),
    // Keeps records that others' questions turn on, and pays nobody: it answers what waits for it.
    (
        "gongan",
        "罗永明",
        Role::FundUnitAdmin,
        Place::Department("public_security"),
    ),
    ("nongye", "张志强", Role::AgriAdmin, Place::Department("agriculture")),
    ("jiwei", "刘正平", Role::CdiAdmin, Place::Department("discipline")),
    (
        "jijianshi",
        "陈晓明",
        Role::CdiOfficeAdmin,
        Place::Department("discipline"),
    ),
    ("jingguan", "赵丽华", Role::TownAgriStation, Place::TownOrg("station")),
    ("zhenjiwei", "孙国栋", Role::TownCdi, Place::TownOrg("town_discipline")),
    ("cunwei", "周长河", Role::VillageAdmin, Place::CommunityOrg("village")),
    (
        "jianwei",
        "吴桂英",
        Role::VillageSupervision,
        Place::CommunityOrg("supervision"),
    ),
    ("shengji", "林海涛", Role::ProvinceViewer, Place::Province),
    ("shiji", "郑文博", Role::CityPoverty, Place::City),
    ("caizheng", "马红梅", Role::Finance, Place::Department("finance")),
    ("shenji", "朱立新", Role::Audit, Place::Department("audit")),
    ("fupin", "胡卫东", Role::TownPoverty, Place::TownOrg("town")),
    ("bangfu", "何春燕", Role::Helper, Place::Town),
    ("zhucun", "高明远", Role::ResidentTeam, Place::Community),
    ("lianluo", "宋玉珍", Role::Liaison, Place::Community),
    ("xitong", "系统管理员", Role::SystemAdmin, Place::County),
    ("anquan", "安全管理员", Role::SecurityAdmin, Place::County),
    ("jilu", "审计管理员", Role::AuditAdmin, Place::County),
    (
        "minzheng2",
        "秦淑敏",
        Role::FundUnitAdmin,
        Place::Department("civil_affairs"),
    ),
    ("zhujian2", "潘志刚", Role::FundUnitAdmin, Place::Department("housing")),
    (
        "gongan2",
        "丁海燕",
        Role::FundUnitAdmin,
        Place::Department("public_security"),
    ),
    ("nongye2", "田玉珍", Role::AgriAdmin, Place::Department("agriculture")),
    ("caizheng2", "魏国梁", Role::Finance, Place::Department("finance")),
    (
        "fupinban",
        "韩永胜",
        Role::FundUnitAdmin,
        Place::Department("poverty_relief"),
    ),
    (
        "fupinban2",
        "曹美玲",
        Role::FundUnitAdmin,
        Place::Department("poverty_relief"),
    ),
    ("jiaoyu", "袁文斌", Role::FundUnitAdmin, Place::Department("education")),
    ("jiaoyu2", "邓晓红", Role::FundUnitAdmin, Place::Department("education")),
    (
        "yibao",
        "许建华",
        Role::FundUnitAdmin,
        Place::Department("medical_security"),
    ),
    (
        "yibao2",
        "傅春玲",
        Role::FundUnitAdmin,
        Place::Department("medical_security"),
    ),
    (
        "renshe",
        "沈卫民",
        Role::FundUnitAdmin,
        Place::Department("human_resources"),
    ),
    (
        "renshe2",
        "曾丽君",
        Role::FundUnitAdmin,
        Place::Department("human_resources"),
    ),
    (
        "canlian",
        "彭爱国",
        Role::FundUnitAdmin,
        Place::Department("disabled_federation"),
    ),
    (
        "canlian2",
        "吕秀云",
        Role::FundUnitAdmin,
        Place::Department("disabled_federation"),
    ),
];

/// Puts the demo accounts into an installation whose divisions are loaded. `community` is where the village
/// accounts belong; without it the first community with villages serves. Accounts that exist are kept.
/// Refuses where real accounts exist.
pub async fn seed_demo_accounts(app: &App, community: Option<RegionCode>) -> AppResult<Vec<DemoAccount>> {
    let real = app
        .db
        .number("SELECT COUNT(*) FROM account WHERE NOT demo", args![])
        .await?;
    if real > 0 {
        return Err(AppError::conflict("已有正式账号的平台不能装入演示账号。"));
    }
    let tree = regions(app).await?;
    let community = community.or_else(|| first_community(&tree, app.config.area));
    let community = community.ok_or_else(|| AppError::invalid("装入演示账号之前，须先装入行政区划。"))?;
    // One hash for all: the password is public.
    let password_hash = hash(DEMO_PASSWORD, Hashing::CHEAP).await?;
    let mut accounts = Vec::with_capacity(LIST.len());
    for (login, name, role, place) in LIST {
        accounts.push(NewAccount {
            id: AccountId(app.next_id()),
            login: login.to_owned(),
            name: name.to_owned(),
            post: post(role, place, community),
            person: None,
            password_hash: password_hash.clone(),
            state: AccountState::Active,
            valid_to: None,
            must_change: false,
            demo: true,
            asked_by: None,
        });
    }
    load_accounts(app, &Actor::system(), &accounts).await?;
    demo_accounts(app).await
}

/// The demo accounts that can sign in, in the order of the list.
pub async fn demo_accounts(app: &App) -> AppResult<Vec<DemoAccount>> {
    #[derive(FromQueryResult)]
    struct Row {
        login: String,
        region: i64,
        org: Option<String>,
    }
    let rows: Vec<Row> = app
        .db
        .rows(
            "SELECT login, region, org FROM account WHERE demo AND state = 'active' ORDER BY id",
            args![],
        )
        .await?;
    let tree = regions(app).await?;
    let mut shown = Vec::new();
    for row in rows {
        let Some((login, name, role, _)) = LIST.iter().find(|(login, ..)| *login == row.login) else {
            continue;
        };
        let org = match &row.org {
            Some(id) => orgs::org(&app.db, id).await?,
            None => None,
        };
        let region = RegionCode::from_i64(row.region).unwrap_or(RegionCode::NATION);
        let place = org.map_or_else(|| tree.path_in_county(region), |org| org.name);
        shown.push(DemoAccount {
            login,
            name,
            role: *role,
            place,
        });
    }
    Ok(shown)
}

fn first_community(tree: &RegionTree, area: RegionCode) -> Option<RegionCode> {
    let communities = tree.inside(area, RegionLevel::Community);
    let with_villages = communities.iter().find(|c| !tree.children(c.code).is_empty());
    with_villages.or(communities.first()).map(|c| c.code)
}

fn post(role: Role, place: Place, community: RegionCode) -> Post {
    let at = |level| community.at(level);
    let (region, org) = match place {
        Place::Province => (at(RegionLevel::Province), None),
        Place::City => (at(RegionLevel::City), None),
        Place::County => (at(RegionLevel::County), None),
        Place::Department(org) => (at(RegionLevel::County), Some(org.to_owned())),
        Place::Town => (at(RegionLevel::Town), None),
        Place::TownOrg(kind) => (at(RegionLevel::Town), Some(format!("{kind}_{}", at(RegionLevel::Town)))),
        Place::Community => (community, None),
        Place::CommunityOrg(kind) => (community, Some(format!("{kind}_{community}"))),
    };
    Post { role, region, org }
}
