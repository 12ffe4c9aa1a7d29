//! Exits in the demo's own community, one household at each state of the flow, every step taken through the same door
//! as on the page: meetings with votes, signatures, a notice that hangs, an approval, a file that is closed.

use access::Actor;
use directory::accounts::account_by_login;
use households::{
    HouseholdFilter, HouseholdRow,
    model::{
        exit::Guarantees,
        flows::{Act, Kind},
        guards::{Brought, Vote},
        income::IncomeKind,
        sign::CONFIRMATIONS,
        terms,
    },
    page_of,
    store::{
        facts::{self, Entry, NewIncome},
        perform, reading,
    },
};
use kernel::{AppResult, Date, Money};
use web::App;

/// A step, who takes it, the slot of a signature, and days since the exit was opened.
const WAY: [(Act, &str, i64, i64); 12] = [
    (Act::Survey, "zhucun", 0, 2),
    (Act::VillageReview, "cunwei", 0, 4),
    (Act::Sign, "zhucun", 1, 5),
    (Act::Sign, "bangfu", 2, 5),
    (Act::Sign, "cunwei", 3, 6),
    (Act::Sign, "fupin", 4, 6),
    (Act::Sign, "minzheng", 5, 7),
    (Act::PostNotice, "cunwei", 0, 8),
    (Act::TownReview, "fupin", 0, 16),
    (Act::CountyApprove, "minzheng", 0, 18),
    (Act::Announce, "minzheng", 0, 20),
    (Act::Close, "minzheng", 0, 760),
];
/// How many steps each household has behind it, and how many days ago its exit was opened: one for each state.
const CASES: [(usize, i64); 9] = [
    (0, 1),
    (1, 3),
    (2, 5),
    (4, 7),
    (8, 12),
    (9, 20),
    (10, 20),
    (11, 40),
    (12, 790),
];

pub(super) async fn load(app: &App) -> AppResult<()> {
    let (Some(village), Some(town)) = (someone(app, "cunwei").await?, someone(app, "fupin").await?) else {
        return Ok(());
    };
    let filter = HouseholdFilter {
        status: Some(0),
        ..HouseholdFilter::default()
    };
    let rows = page_of(&app.db, &village.scope, &filter, 1).await?;
    // A household that is held by an open finding or a condition stays where it is, as it would in an office.
    let mut cases = CASES.into_iter().enumerate();
    // From the end of the list: those at its head are left as they are for whoever tries the procedure.
    for row in rows.iter().rev() {
        let record = reading::record(&app.db, row.id).await?.unwrap_or_default();
        if record.case.is_some() || record.present().next().is_none() {
            continue;
        }
        let Some((n, (steps, days))) = cases.next() else { break };
        let today = app.clock.today();
        made_ready(app, &town, row, today, n).await?;
        let opened = today - time::Duration::days(days);
        let opening = Brought {
            on: Some(opened),
            ..brought()
        };
        let request = format!("demo-exit-{n:04}");
        if perform::open(app, &village, row.id, &request, Kind::Exit, "campaign", &opening)
            .await
            .is_err()
        {
            continue;
        }
        for (no, (act, login, slot, after)) in WAY.into_iter().take(steps).enumerate() {
            let Some(actor) = someone(app, login).await? else { break };
            let brought = Brought {
                on: Some(opened + time::Duration::days(after)),
                slot,
                signer: if slot == 1 {
                    row.head_name.clone()
                } else {
                    actor.name.clone()
                },
                confirmed: CONFIRMATIONS.iter().map(|(id, _)| (*id).to_owned()).collect(),
                ..brought()
            };
            let request = format!("demo-exit-{n:04}-{no:02}");
            let taken = perform::perform(app, &actor, row.id, &request, act, &brought, Vec::new()).await;
            if taken.is_err() {
                break;
            }
        }
    }
    Ok(())
}

async fn someone(app: &App, login: &str) -> AppResult<Option<Actor>> {
    Ok(account_by_login(&app.db, login).await?.map(|account| account.actor()))
}

/// Income, guarantees and industry as an exit needs them.
async fn made_ready(app: &App, town: &Actor, row: &HouseholdRow, today: Date, n: usize) -> AppResult<()> {
    let income = NewIncome {
        person_key: None,
        period: terms::income_window(today).1.to_string(),
        kind: IncomeKind::of("wage_away").unwrap_or_else(|| unreachable!("a kind of the list")),
        gross: Money::from_yuan(12_000 * row.population.max(1)),
        cost: Money::ZERO,
        evidence: "工资流水".into(),
        recorder: "镇政府（扶贫专干）".into(),
        excluded_reason: None,
    };
    let guarantees = Entry::Guarantees {
        on: today,
        checks: Guarantees {
            food: true,
            clothes: true,
            education: true,
            medical: true,
            housing: true,
            water: true,
        },
        evidence: "入户查看、参保名册、房屋鉴定".into(),
        assessor: "驻村工作队".into(),
    };
    let industry = Entry::Measure {
        policy: false,
        kind: "产业".into(),
        content: "发展小拱棚蔬菜一亩".into(),
        amount: Money::from_yuan(3_000),
        on: today - time::Duration::days(300),
    };
    for (no, entry) in [Entry::Incomes(vec![income]), guarantees, industry]
        .into_iter()
        .enumerate()
    {
        facts::enter(app, town, row.id, &format!("demo-ready-{n:04}-{no}"), entry).await?;
    }
    Ok(())
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
        sustainability: "与合作社签有三年收购合同，家中一人长期务工".into(),
        device: "办公电脑".into(),
        ..Brought::default()
    }
}
