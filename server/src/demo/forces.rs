//! Helpers, teams, pairings with some gaps, and three months of visits of the demo county.

use std::collections::{BTreeMap, BTreeSet};

use access::Actor;
use forces::{
    model::{
        helper::{Branch, HelperKind},
        team::{Part, TargetKind, TeamKind},
        visit::VisitState,
    },
    store::load::{self, Helper, Measure, SpotCheck, Staffing, Team, TeamPairing, Visit},
};
use kernel::{AppResult, Date, Month, RegionCode, RegionLevel, Timestamp};
use records::flow::Code;
use serde_json::json;
use simulate::County;
use trail::Act;
use web::App;

use super::people::HouseholdIds;

/// One household in so many has lost its helper, so that the gap list has something to show.
const GAP_EVERY: usize = 41;
const NOTES: [&str; 6] = [
    "核对家庭收入，了解春耕用肥用种情况",
    "查看住房和饮水，提醒按时参加医保",
    "送去公益岗招聘信息，商量外出务工",
    "了解孩子上学情况，核对教育补贴到账",
    "讲解低保和残疾补贴政策，登记诉求",
    "查看大棚长势，联系合作社销售",
];

/// A paired household as the visits need it.
struct Home {
    id: i64,
    region: RegionCode,
    name: String,
    helper: i64,
    from: Date,
    head: String,
}

/// One transaction: who helps, whom, and what was done.
pub(super) async fn load(app: &App, county: &County, households: &HouseholdIds) -> AppResult<()> {
    let today = app.clock.today();
    let tx = app.trail.begin(&Actor::system()).await?;
    let (mut helpers, homes) = people(app, county, households).await?;
    helpers.extend(others(app, county, today));
    load::helpers(&tx, today, &helpers).await?;
    let mut by_helper: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for home in &homes {
        by_helper.entry(home.helper).or_default().push(home.id);
    }
    for helper in helpers.iter().filter(|h| h.account.is_none()) {
        if let Some(held) = by_helper.get(&helper.id) {
            households::pairing::claim(&tx, &helper.name, helper.pair_key, held).await?;
        }
    }
    for helper in helpers.iter().filter(|h| h.account.is_some()) {
        households::pairing::rename(&tx, helper.pair_key, &helper.name).await?;
    }
    let gap_from = Month::of(today).plus(-1).first_day();
    for home in homes.iter().skip(7).step_by(GAP_EVERY) {
        households::pairing::end(&tx, home.id, gap_from).await?;
    }
    let (teams, pairings) = teams(app, county, &helpers, &homes, today);
    load::teams(&tx, &teams).await?;
    load::team_pairings(&tx, &pairings).await?;
    let visits = visits(app, &homes, today);
    load::spot_checks(&tx, spots(app, &homes, today)).await?;
    let rows = load::visits(&tx, visits).await?;
    load::measures(&tx, measures(app, &homes, &teams, today)).await?;
    let posts = Staffing {
        region: app.config.area.at(RegionLevel::County).as_i64(),
        day: today.to_string(),
        key_county: true,
        posts: 9,
        in_post: 8,
        added: 4,
        basis: "演示数据".to_owned(),
    };
    load::posts(&tx, &[posts]).await?;
    let detail = json!({"helpers": helpers.len(), "teams": teams.len(), "visits": rows});
    tx.commit(Act::new("force.load", "register").with(detail))
        .await
        .map(|_| ())
}

/// Village cadres who help, the demo's helper and resident, and the households of each.
async fn people(app: &App, county: &County, households: &HouseholdIds) -> AppResult<(Vec<Helper>, Vec<Home>)> {
    let system = access::Scope::area(RegionCode::NATION);
    let mut helpers: BTreeMap<u32, Helper> = BTreeMap::new();
    let mut homes = Vec::new();
    let account = directory::accounts::account_by_login(&app.db, "bangfu").await?;
    let filter = households::pairing::HelpFilter {
        account: account.as_ref().map(|a| a.id.0),
        ..Default::default()
    };
    let today = app.clock.today();
    let own: BTreeSet<i64> = match &account {
        Some(_) => households::pairing::helped_households(&app.db, &system, &filter, today, 1000, 0)
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect(),
        None => BTreeSet::new(),
    };
    for pairing in &county.pairings {
        let family = &county.families[county.households[pairing.household as usize].family as usize];
        let id = households[&county.households[pairing.household as usize].family];
        let person = county.person(pairing.helper);
        let helper = helpers.entry(pairing.helper).or_insert_with(|| {
            let id = app.next_id();
            Helper {
                unit: "村（居）委会".to_owned(),
                title: "村干部".to_owned(),
                person_key: Some(app.keys.person_key(&person.id).0),
                ..helper(
                    id,
                    &person.name,
                    HelperKind::Responsible,
                    None,
                    person.region.at(RegionLevel::Town),
                )
            }
        });
        let held_by_account = account.as_ref().filter(|_| own.contains(&id));
        homes.push(Home {
            id,
            region: family.region,
            name: held_by_account.map_or_else(|| person.name.to_string(), |a| a.name.clone()),
            helper: held_by_account.map_or(helper.id, |a| a.id.0),
            from: pairing.from,
            head: county.person(family.head).name.to_string(),
        });
    }
    let mut all: Vec<Helper> = helpers.into_values().collect();
    for (login, kind, unit) in [
        ("bangfu", HelperKind::Responsible, "县农业农村局"),
        ("zhucun", HelperKind::FirstSecretary, "县委组织部"),
    ] {
        if let Some(account) = directory::accounts::account_by_login(&app.db, login).await? {
            all.push(Helper {
                account: Some(account.id.0),
                unit: unit.to_owned(),
                ..helper(account.id.0, &account.name, kind, None, account.post.region)
            });
        }
    }
    Ok((all, homes))
}

fn helper(id: i64, name: &str, kind: HelperKind, branch: Option<Branch>, region: RegionCode) -> Helper {
    Helper {
        id,
        name: name.to_owned(),
        kind: kind.id().to_owned(),
        branch: branch.map_or(String::new(), |b| b.id().to_owned()),
        region: region.as_i64(),
        pair_key: id,
        entered_on: "2020-01-01".to_owned(),
        state: "active".to_owned(),
        ..Helper::default()
    }
}

/// Some of every other kind, for the county.
fn others(app: &App, county: &County, today: Date) -> Vec<Helper> {
    let area = app.config.area;
    let kinds: Vec<(HelperKind, Option<Branch>)> = HelperKind::ALL
        .iter()
        .filter(|kind| !matches!(kind, HelperKind::Responsible))
        .flat_map(|kind| {
            let branches: Vec<_> = kind.branches().iter().map(|b| (*kind, Some(*b))).collect();
            if branches.is_empty() {
                vec![(*kind, None), (*kind, None)]
            } else {
                branches
            }
        })
        .collect();
    let adults = county.people.iter().step_by(17).map(|p| p.name.to_string());
    let trades = ["纺织服装", "粮食加工", "建筑安装", "电子商务"];
    let places = ["江苏苏州", "浙江宁波", "天津滨海", "广东东莞"];
    kinds
        .into_iter()
        .zip(adults)
        .enumerate()
        .map(|(n, ((kind, branch), name))| {
            let away = kind == HelperKind::AwayFromHome;
            Helper {
                trade: if away || kind == HelperKind::Entrepreneur {
                    trades[n % 4].to_owned()
                } else {
                    String::new()
                },
                place: if away { places[n % 4].to_owned() } else { String::new() },
                until_on: (kind == HelperKind::ThirdParty).then(|| format!("{}-12-31", today.year())),
                unit: "县直单位".to_owned(),
                ..helper(app.next_id(), &name, kind, branch, area)
            }
        })
        .collect()
}

type Founded = (Vec<(Team, Vec<(i64, Part)>)>, Vec<TeamPairing>);

/// A group for most villages and projects, a resident team for many, a department and a supervising group.
fn teams(app: &App, county: &County, helpers: &[Helper], homes: &[Home], today: Date) -> Founded {
    let villages: BTreeSet<RegionCode> = homes.iter().map(|h| h.region.at(RegionLevel::Community)).collect();
    let name = |code: RegionCode| {
        county
            .regions
            .iter()
            .find(|r| r.code == code)
            .map_or_else(|| code.to_string(), |r| r.name.to_string())
    };
    let founded = Month::of(today).plus(-30).first_day().to_string();
    // The demo's resident serves in his own village; elsewhere the last of the county's first secretaries.
    let secretary = |region: RegionCode| {
        let mut all = helpers.iter().filter(|h| h.kind == HelperKind::FirstSecretary.id());
        let own = all.clone().find(|h| h.region == region.as_i64());
        own.or_else(|| all.next_back()).map(|h| h.id)
    };
    let members: Vec<i64> = helpers
        .iter()
        .filter(|h| h.kind == HelperKind::TeamMember.id())
        .map(|h| h.id)
        .collect();
    let (mut teams, mut pairings) = (Vec::new(), Vec::new());
    let mut found =
        |kind: TeamKind, title: String, unit: &str, region: RegionCode, target: i64, target_title: String| {
            let id = app.next_id();
            let team = Team {
                id,
                name: title,
                kind: kind.id().to_owned(),
                unit: unit.to_owned(),
                region: region.as_i64(),
                founded_on: founded.clone(),
                closed_on: None,
            };
            pairings.push(TeamPairing {
                id: app.next_id(),
                team_id: id,
                team_name: team.name.clone(),
                team_kind: team.kind.clone(),
                unit: team.unit.clone(),
                target_kind: kind.target().id().to_owned(),
                target_id: target,
                title: target_title,
                region: region.as_i64(),
                from_on: founded.clone(),
                to_on: None,
            });
            let mut parts = Vec::new();
            if kind == TeamKind::Resident {
                parts.extend(secretary(region).map(|s| (s, Part::FirstSecretary)));
                parts.extend(members.first().map(|m| (*m, Part::Member)));
            }
            teams.push((team, parts));
        };
    let units = ["县财政局", "县教育局", "县卫生健康局", "县税务局", "县水利局"];
    for (n, village) in villages.iter().enumerate() {
        let title = name(*village);
        let place = format!("{} {title}", name(village.at(RegionLevel::Town)));
        let code = village.as_i64();
        if n % 9 != 4 {
            let team = format!("{title}县乡联动帮扶组");
            found(TeamKind::CountyTown, team, units[n % 5], *village, code, place.clone());
        }
        if n % 7 != 3 {
            found(
                TeamKind::Resident,
                format!("{title}驻村工作队"),
                units[(n + 1) % 5],
                *village,
                code,
                place.clone(),
            );
        }
        if n % 3 == 0 {
            found(
                TeamKind::Unit,
                units[n % 5].to_owned(),
                "",
                *village,
                code,
                place.clone(),
            );
        }
        if n % 4 == 1 {
            let firm = format!("惠民{}企业", ["纺织", "食品", "机械"][n % 3]);
            found(TeamKind::Enterprise, firm, "县工商联", *village, code, place.clone());
        }
        found(
            TeamKind::TownSupervision,
            format!("{title}片区监管小组"),
            "镇政府",
            *village,
            code,
            place,
        );
    }
    (teams, pairings)
}

/// One project, one group: for four of five projects under way.
pub(super) async fn project_groups(app: &App) -> AppResult<()> {
    let scope = access::Scope::area(app.config.area);
    let projects = ::projects::store::list::under_way(&app.db, &scope, app.clock.today()).await?;
    let units = ["县财政局", "县教育局", "县卫生健康局", "县税务局", "县水利局"];
    let (mut teams, mut pairings) = (Vec::new(), Vec::new());
    for (n, project) in projects.into_iter().enumerate().filter(|(n, _)| n % 5 != 2) {
        let kind = TeamKind::Project;
        let team = Team {
            id: app.next_id(),
            name: format!("{}帮扶组", project.name),
            kind: kind.id().to_owned(),
            unit: units[n % 5].to_owned(),
            region: project.region,
            founded_on: project.from_on.clone(),
            closed_on: None,
        };
        pairings.push(TeamPairing {
            id: app.next_id(),
            team_id: team.id,
            team_name: team.name.clone(),
            team_kind: team.kind.clone(),
            unit: team.unit.clone(),
            target_kind: kind.target().id().to_owned(),
            target_id: project.id,
            title: project.name,
            region: project.region,
            from_on: project.from_on,
            to_on: None,
        });
        teams.push((team, Vec::new()));
    }
    let tx = app.trail.begin(&Actor::system()).await?;
    load::teams(&tx, &teams).await?;
    load::team_pairings(&tx, &pairings).await?;
    let detail = json!({"teams": teams.len()});
    tx.commit(Act::new("force.load", "project-groups").with(detail))
        .await
        .map(|_| ())
}

/// Three months: nearly all of the two that are over, two thirds of this one.
fn visits(app: &App, homes: &[Home], today: Date) -> Vec<Visit> {
    let mut out = Vec::with_capacity(homes.len() * 3);
    for back in [2, 1, 0] {
        let month = Month::of(today).plus(-back);
        let last = if back == 0 { today } else { month.last_day() };
        for (n, home) in homes.iter().enumerate().filter(|(_, home)| home.from <= last) {
            let left_out = if back == 0 { n % 3 == 1 } else { n % 19 == 5 };
            if left_out {
                continue;
            }
            let span = (last - month.first_day()).whole_days().max(0) as usize + 1;
            let day = month.first_day() + time::Duration::days((n * 7 % span) as i64);
            let arrived = Timestamp::at_start_of(day).plus_minutes(8 * 60 + (n % 9) as i64 * 20);
            let left = arrived.plus_minutes(if n % 31 == 0 { 8 } else { 25 + (n % 5) as i64 * 5 });
            let state = match (back, n % 23) {
                (_, 11) => VisitState::Disputed,
                (0, _) => VisitState::Uploaded,
                _ => VisitState::Confirmed,
            };
            out.push(Visit {
                id: app.next_id(),
                household_id: home.id,
                region: home.region.as_i64(),
                helper_id: home.helper,
                month: month.to_string(),
                day: day.to_string(),
                state: state.id().to_owned(),
                took_place: true,
                check_in_millis: Some(arrived.millis()),
                check_out_millis: Some(left.millis()),
                uploaded_millis: Some(left.plus_minutes(90).millis()),
                late_reason: String::new(),
                note: NOTES[n % NOTES.len()].to_owned(),
                measures: if n % 2 == 0 { "产业帮扶" } else { "就业帮扶" }.to_owned(),
                photos: 0,
                household_confirm: match state {
                    VisitState::Confirmed => "yes",
                    VisitState::Disputed => "no",
                    _ => "none",
                }
                .to_owned(),
            });
        }
    }
    out
}

fn spots(app: &App, homes: &[Home], today: Date) -> Vec<SpotCheck> {
    let answers = ["11111", "11110", "11101", "11011", "10110", "11111", "01010"];
    let day = Month::of(today).plus(-1).last_day().to_string();
    let row = |(n, home): (usize, &Home)| SpotCheck {
        id: app.next_id(),
        visit_id: None,
        household_id: home.id,
        region: home.region.as_i64(),
        helper_id: Some(home.helper),
        day: day.clone(),
        answers: answers[n % answers.len()].to_owned(),
        note: String::new(),
        checker_name: "镇扶贫办".to_owned(),
    };
    homes.iter().step_by(11).enumerate().map(row).collect()
}

fn measures(app: &App, homes: &[Home], teams: &[(Team, Vec<(i64, Part)>)], today: Date) -> Vec<Measure> {
    let day = Month::of(today).plus(-1).first_day().to_string();
    let of_home = homes.iter().step_by(5).enumerate().map(|(n, home)| Measure {
        id: app.next_id(),
        helper_id: Some(home.helper),
        kind: ["industry", "employment", "education", "health"][n % 4].to_owned(),
        target_kind: "household".to_owned(),
        target_id: home.id,
        target_title: format!("{}户", home.head),
        region: home.region.as_i64(),
        day: day.clone(),
        content: format!("{}（{}联系）", NOTES[n % NOTES.len()], home.name),
        ..Measure::default()
    });
    let units = teams.iter().filter(|(team, _)| team.kind == TeamKind::Unit.id());
    let of_unit = units.enumerate().map(|(n, (team, _))| Measure {
        id: app.next_id(),
        team_id: Some(team.id),
        kind: "industry".to_owned(),
        target_kind: TargetKind::Village.id().to_owned(),
        target_id: team.region,
        target_title: team.name.clone(),
        region: team.region,
        day: day.clone(),
        content: "帮助修建灌溉设施".to_owned(),
        amount_fen: 2_000_000 + n as i64 * 500_000,
        fund_origin: if n % 2 == 0 { "own" } else { "coordinated" }.to_owned(),
        ..Measure::default()
    });
    of_home.chain(of_unit).collect()
}
