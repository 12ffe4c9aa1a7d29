//! What happens to households in the demo: incomes and checks, exits and returns under way, applications at several
//! steps, and a quarter's collection of which a third is still to come.

use std::collections::HashSet;

use access::Actor;
use directory::accounts::account_by_login;
use households::{
    model::{
        flows::{Act, Kind},
        guards::{Brought, Vote},
        income::IncomeKind,
        terms,
    },
    store::{
        campaign::{self, NewCampaign},
        facts::{self, Entry, NewIncome},
        fill, perform,
        register::{NewHousehold, NewMember, apply},
    },
};
use kernel::{AppResult, Money};
use simulate::County;
use web::App;

/// The steps an application goes through before a notice has to hang for a week, and who takes them.
const WAY: [(Act, &str); 5] = [
    (Act::Survey, "zhucun"),
    (Act::GroupReview, "cunwei"),
    (Act::VillageReview, "zhucun"),
    (Act::Compare, "fupin"),
    (Act::PostNotice1, "cunwei"),
];

pub(super) async fn load(app: &App, county: &County) -> AppResult<()> {
    fill::fill(app, app.clock.today()).await?;
    applications(app, county).await?;
    collection(app).await
}

async fn someone(app: &App, login: &str) -> AppResult<Actor> {
    let account = account_by_login(&app.db, login).await?;
    Ok(account.map_or_else(Actor::system, |account| account.actor()))
}

/// One application at each step, by families of the demo's own community that nobody has registered.
async fn applications(app: &App, county: &County) -> AppResult<()> {
    let village = someone(app, "cunwei").await?;
    let Some(area) = village.scope.region() else {
        return Ok(());
    };
    let registered: HashSet<u32> = county.households.iter().map(|h| h.family).collect();
    let today = app.clock.today();
    let families = county
        .families
        .iter()
        .enumerate()
        .filter(|(n, f)| !registered.contains(&(*n as u32)) && area.contains(f.region) && f.size <= 4)
        .map(|(_, f)| f)
        .filter(|f| {
            f.members()
                .all(|ix| county.person(ix).death.is_none() && county.person(ix).birth.year() > 1940)
        });
    for (steps, family) in families.take(WAY.len() + 1).enumerate() {
        let members = family
            .members()
            .map(|ix| {
                let person = county.person(ix);
                let age = today.year() - person.birth.year();
                NewMember {
                    number: person.id.clone(),
                    name: person.name.to_string(),
                    kin: if ix == family.head {
                        "02".into()
                    } else {
                        format!("{:02}", person.kin)
                    },
                    phone: None,
                    health: "健康".into(),
                    labour: if (16..60).contains(&age) {
                        "普通劳动力"
                    } else {
                        "无劳动力"
                    }
                    .into(),
                    student: "非在校".into(),
                    wants_training: false,
                    skill: String::new(),
                }
            })
            .collect();
        let new = NewHousehold {
            kind: Kind::Identification,
            origin: "household".into(),
            region: family.region,
            attr: 1,
            std: 2,
            monitor_class: None,
            main_cause: "因病".into(),
            other_causes: vec!["缺资金".into()],
            cause_note: String::new(),
            risk_types: Vec::new(),
            address: String::new(),
            applied_on: today,
            members,
            incomes: vec![income(today)],
        };
        let Some(applied) = apply(app, &village, &format!("demo-apply-{steps:04}"), &new).await? else {
            continue;
        };
        for (n, (act, login)) in WAY.iter().take(steps).enumerate() {
            if *act == Act::Compare {
                sign(app, applied.household, steps).await?;
            }
            let actor = someone(app, login).await?;
            let request = format!("demo-step-{steps:04}-{n}");
            // A family with an open finding stays where it is, as it would in an office.
            if perform::perform(app, &actor, applied.household, &request, *act, &brought(), Vec::new())
                .await
                .is_err()
            {
                break;
            }
        }
    }
    Ok(())
}

async fn sign(app: &App, household: i64, steps: usize) -> AppResult<()> {
    let today = app.clock.today();
    let record = households::store::reading::record(&app.db, household)
        .await?
        .unwrap_or_default();
    let entry = Entry::Authorise {
        people: record.present().map(|m| m.person_key).collect(),
        on: today,
        valid_to: terms::plus_months(today, 12),
    };
    let actor = someone(app, "cunwei").await?;
    facts::enter(app, &actor, household, &format!("demo-sign-{steps:04}"), entry).await?;
    Ok(())
}

fn income(today: kernel::Date) -> NewIncome {
    NewIncome {
        person_key: None,
        period: terms::income_window(today).1.to_string(),
        kind: IncomeKind::of("wage_odd").unwrap_or_else(|| unreachable!("a kind of the list")),
        gross: Money::from_yuan(9_600),
        cost: Money::ZERO,
        evidence: "本人申报".into(),
        recorder: "村（居）委会".into(),
        excluded_reason: None,
    }
}

fn brought() -> Brought {
    Brought {
        basis: "会议记录".into(),
        people: vec!["高明远".into(), "周长河".into()],
        vote: Vote {
            due: 32,
            present: 27,
            agree: 25,
            against: 1,
            abstain: 1,
        },
        place: "村务公开栏".into(),
        ..Brought::default()
    }
}

async fn collection(app: &App) -> AppResult<()> {
    let admin = someone(app, "xianji").await?;
    let today = app.clock.today();
    let new = NewCampaign {
        region: app.config.area,
        kind: "quarter".into(),
        period: terms::quarter_of(today),
        opens_on: today - time::Duration::days(20),
        due_on: today + time::Duration::days(10),
    };
    if let Some(id) = campaign::create(app, &admin, "demo-campaign-quarter", &new).await? {
        fill::hand_in(app, id).await?;
    }
    Ok(())
}
