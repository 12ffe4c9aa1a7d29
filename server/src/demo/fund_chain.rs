//! The demo's money, from the document to the card: the books agree with every payment, and work of today waits in
//! each state.

use std::collections::{BTreeMap, HashMap};

use access::{Actor, Scope};
use funds::{
    chain::{
        self, Asked, NewAccount, NewIndicator, NewPlan, indicator_rows,
        load::{self, LoadedAllocation, LoadedMovement, PaidSum},
    },
    model::{
        flows::{AllocationAct, ReimbursementAct},
        ledger::{Kind, Movement, Node, Stage},
    },
    reimbursement::{self, NewReimbursement},
};
use kernel::{AppResult, Date, Money, RegionCode, RegionLevel};
use serde_json::json;
use simulate::County;
use trail::Act;
use web::App;

const WORKS: &str = "HN33";

pub(super) async fn load(app: &App, county: &County) -> AppResult<()> {
    history(app, county, Vec::new(), Vec::new()).await?;
    today(app).await
}

/// A need for money: a town's payments of a year, or a project.
struct Need {
    programme: String,
    year: i32,
    region: RegionCode,
    project: Option<usize>,
    fen: i64,
    /// Needed on this day at the latest.
    by: String,
}

/// What is left of a share while payments draw on it.
struct Share {
    id: i64,
    indicator: i64,
    left: i64,
}

/// What happened before: documents, shares and payments that agree, and `more` that was planted beside them.
pub(super) async fn history(
    app: &App,
    county: &County,
    more: Vec<LoadedAllocation>,
    more_movements: Vec<LoadedMovement>,
) -> AppResult<()> {
    let sums = load::paid_sums(&app.db).await?;
    let needs = needs(county, &sums);
    backed(app, &needs).await?;
    let everything = Scope::area(app.config.area.at(RegionLevel::County));
    let mut left: HashMap<(String, i32), Vec<(i64, i64, String)>> = HashMap::new();
    for row in indicator_rows(&app.db, &everything).await? {
        let year = row.arrived_on.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0);
        let of = left.entry((row.programme.clone(), year)).or_default();
        of.push((row.id, row.amount_fen, row.arrived_on.clone()));
    }
    let mut shares: HashMap<(String, i32, i64, Option<usize>), Vec<Share>> = HashMap::new();
    let mut loaded = more;
    let mut movements = more_movements;
    let mut arrived: BTreeMap<i64, (i64, String)> = BTreeMap::new();
    for of in left.values() {
        for (id, fen, day) in of {
            arrived.insert(*id, (*fen, day.clone()));
        }
    }
    for need in &needs {
        let documents = left.get_mut(&(need.programme.clone(), need.year));
        let mut wanted = need.fen;
        for (id, open, _) in documents.into_iter().flatten() {
            let part = wanted.min(*open);
            if part == 0 {
                continue;
            }
            *open -= part;
            wanted -= part;
            let share = app.next_id();
            if let Some((_, day)) = arrived.get_mut(id)
                && need.by < *day
            {
                day.clone_from(&need.by);
            }
            let project = need.project.map(|n| &county.projects[n]);
            loaded.push(LoadedAllocation {
                id: share,
                indicator: *id,
                programme: need.programme.clone(),
                target: if project.is_some() { "project" } else { "households" },
                region: need.region.as_i64(),
                project_name: project.map_or_else(String::new, |p| p.name.clone()),
                amount_fen: part,
                plan_doc: format!("{}年资金分配方案", need.year),
                decided_on: need.by.clone(),
                due_on: project
                    .filter(|p| p.end.is_none())
                    .map(|_| format!("{}-12-31", need.year + 1)),
                state: if project.is_none() { "paid_to_card" } else { "used" },
            });
            movements.push(go(
                Kind::Allocate,
                Node::of(*id, Stage::Indicator),
                Node::at(*id, share, Stage::Allocation, 0),
                part,
                &need.by,
                "分配方案",
            ));
            let key = (need.programme.clone(), need.year, need.region.as_i64(), need.project);
            shares.entry(key).or_default().push(Share {
                id: share,
                indicator: *id,
                left: part,
            });
        }
    }
    for (id, (fen, day)) in &arrived {
        let (from, to) = (Node::of(*id, Stage::Source), Node::of(*id, Stage::Indicator));
        movements.push(go(Kind::Arrive, from, to, *fen, day, "指标文件"));
    }
    // What nobody needed was taken back at the end of its year, as the budget law has it: else every document of those
    // years would rightly be asked about today.
    for ((_, year), of) in &left {
        for (id, open, _) in of.iter().filter(|(_, open, _)| *open > 0) {
            let (from, to) = (Node::of(*id, Stage::Indicator), Node::of(*id, Stage::Recovered));
            movements.push(go(
                Kind::Recover,
                from,
                to,
                *open,
                &format!("{year}-12-25"),
                "年终收回统筹",
            ));
        }
    }
    paid(&sums, &mut shares, &mut movements);
    built(county, &shares, &mut movements);
    // The day orders the books; on one day money arrives before it goes.
    movements.sort_by(|a, b| (&a.on, rank(a.movement.kind)).cmp(&(&b.on, rank(b.movement.kind))));
    let tx = app.trail.begin(&Actor::system()).await?;
    load::allocations(&tx, loaded).await?;
    let rows = load::movements(&tx, || app.next_id(), movements).await?;
    load::disclosed_before(&tx, &county.spec.last_month().plus(-2).to_string()).await?;
    for p in &county.programmes {
        let (family, class) = if p.fund_family == "扶贫" {
            ("扶贫", 1)
        } else {
            ("涉农", 3)
        };
        load::families(&tx, p.code, family, class).await?;
    }
    tx.commit(Act::new("fund.load", "register").with(json!({ "rows": rows })))
        .await?;
    Ok(())
}

/// A planted payment may lie in a year without a document of its programme: what was carried over paid for it.
async fn backed(app: &App, needs: &[Need]) -> AppResult<()> {
    let everything = Scope::area(app.config.area.at(RegionLevel::County));
    let mut short: BTreeMap<(&str, i32), (i64, &str)> = BTreeMap::new();
    for need in needs {
        let of = short
            .entry((need.programme.as_str(), need.year))
            .or_insert((0, need.by.as_str()));
        of.0 += need.fen;
        of.1 = of.1.min(need.by.as_str());
    }
    let rows = indicator_rows(&app.db, &everything).await?;
    for row in &rows {
        let year = row.arrived_on.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0);
        if let Some(of) = short.get_mut(&(row.programme.as_str(), year)) {
            of.0 -= row.amount_fen;
        }
    }
    short.retain(|_, (fen, _)| *fen > 0);
    if short.is_empty() {
        return Ok(());
    }
    let documents = short.iter().map(|((programme, year), (fen, by))| funds::Indicator {
        programme: (*programme).to_owned(),
        doc_no: format!("惠财预〔{year}〕结转{}号", programme.trim_start_matches("HN")),
        level: "县".into(),
        amount_fen: *fen,
        arrived_on: (*by).to_owned(),
    });
    let tx = app.trail.begin(&Actor::system()).await?;
    let rows = funds::load::indicators(&tx, || app.next_id(), documents).await?;
    tx.commit(Act::new("fund.load", "register").with(json!({ "documents": rows })))
        .await?;
    Ok(())
}

fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Arrive => 0,
        Kind::Allocate => 1,
        Kind::Disburse | Kind::Issue => 2,
        _ => 3,
    }
}

pub(super) fn go(kind: Kind, from: Node, to: Node, fen: i64, on: &str, doc: &str) -> LoadedMovement {
    LoadedMovement {
        movement: Movement {
            kind,
            from,
            to,
            amount: Money(fen),
        },
        on: on.to_owned(),
        doc: doc.to_owned(),
    }
}

fn needs(county: &County, sums: &[PaidSum]) -> Vec<Need> {
    let mut towns: BTreeMap<(String, i32, i64), (i64, String)> = BTreeMap::new();
    for s in sums {
        let year = s.year.parse().unwrap_or(0);
        let need = towns
            .entry((s.programme.clone(), year, s.town))
            .or_insert((0, s.first_on.clone()));
        need.0 += s.amount_fen;
        need.1 = need.1.clone().min(s.first_on.clone());
    }
    let people = towns.into_iter().map(|((programme, year, town), (fen, by))| Need {
        programme,
        year,
        region: RegionCode::from_i64(town).unwrap_or(RegionCode::NATION),
        project: None,
        fen,
        by,
    });
    let works = county.projects.iter().enumerate().map(|(n, p)| Need {
        programme: county.programmes[usize::from(p.programme)].code.to_owned(),
        year: p.no.get(2..6).and_then(|y| y.parse().ok()).unwrap_or(p.start.year()),
        region: p.region,
        project: Some(n),
        fen: p.amount.fen(),
        by: p.start.to_string(),
    });
    people.chain(works).collect()
}

/// Each batch drew on its town's shares of the year, the older first.
fn paid(
    sums: &[PaidSum],
    shares: &mut HashMap<(String, i32, i64, Option<usize>), Vec<Share>>,
    movements: &mut Vec<LoadedMovement>,
) {
    for s in sums {
        let key = (s.programme.clone(), s.year.parse().unwrap_or(0), s.town, None);
        let mut fen = s.amount_fen;
        for share in shares.get_mut(&key).into_iter().flatten() {
            let part = fen.min(share.left);
            if part == 0 {
                continue;
            }
            share.left -= part;
            fen -= part;
            let waiting = Node::at(share.indicator, share.id, Stage::Allocation, 0);
            let sent = Node::at(share.indicator, share.id, Stage::OnTheWay, s.batch_id);
            let used = Node::at(share.indicator, share.id, Stage::Used, s.batch_id);
            movements.push(go(Kind::Issue, waiting, sent, part, &s.last_on, &s.batch_no));
            movements.push(go(Kind::Credit, sent, used, part, &s.last_on, &s.batch_no));
        }
    }
}

/// Works got half at the start; what is finished is paid in full.
fn built(
    county: &County,
    shares: &HashMap<(String, i32, i64, Option<usize>), Vec<Share>>,
    movements: &mut Vec<LoadedMovement>,
) {
    for ((.., project), of) in shares {
        let Some(project) = project.map(|n| &county.projects[n]) else {
            continue;
        };
        for share in of {
            let waiting = Node::at(share.indicator, share.id, Stage::Allocation, 0);
            let hop = Node::at(share.indicator, share.id, Stage::Hop, 1);
            let used = Node::at(share.indicator, share.id, Stage::Used, 0);
            let half = share.left / 2;
            if half == 0 {
                continue;
            }
            let start = project.start.to_string();
            movements.push(go(Kind::Disburse, waiting, hop, half, &start, "项目拨款"));
            let Some(end) = project.end else { continue };
            let end = end.to_string();
            movements.push(go(Kind::Use, hop, used, half, &end, "竣工验收"));
            movements.push(go(Kind::Use, waiting, used, share.left - half, &end, "竣工验收"));
        }
    }
}

/// The people of the demo's offices.
pub(super) struct Offices {
    pub(super) department: Actor,
    pub(super) finance: Actor,
    pub(super) town: Actor,
    pub(super) village: Actor,
    pub(super) supervision: Actor,
}

async fn office(app: &App, login: &str) -> AppResult<Option<Actor>> {
    let account = directory::accounts::account_by_login(&app.db, login).await?;
    Ok(account.map(|a| a.actor()))
}

/// Work of today: documents that wait, batches and reimbursements in their states.
async fn today(app: &App) -> AppResult<()> {
    let mut people = Vec::new();
    for login in ["minzheng", "caizheng", "fupin", "cunwei", "jianwei"] {
        match office(app, login).await? {
            Some(actor) => people.push(actor),
            None => return Ok(()),
        }
    }
    let [department, finance, town, village, supervision] =
        <[Actor; 5]>::try_from(people).map_err(|_| kernel::AppError::internal("demo offices"))?;
    let offices = Offices {
        department,
        finance,
        town,
        village,
        supervision,
    };
    documents(app, &offices).await?;
    super::fund_batches::load(app, &offices).await?;
    reimbursements(app, &offices).await?;
    super::fund_oversight::load(app, &offices.finance, &offices.department).await
}

pub(super) fn request(app: &App) -> String {
    format!("demo-{:x}", app.next_id())
}

pub(super) fn days_ago(app: &App, days: i64) -> Date {
    app.clock.today() - std::time::Duration::from_secs(86_400 * days.unsigned_abs())
}

fn document(app: &App, programme: &str, doc_no: String, level: &str, yuan: i64) -> NewIndicator {
    NewIndicator {
        programme: programme.into(),
        doc_no,
        level: level.into(),
        amount: Money::from_yuan(yuan),
        arrived_on: Some(days_ago(app, 60)),
        fund_class: 1,
        family: "扶贫".into(),
        origin: "fiscal".into(),
        giver: String::new(),
        need: String::new(),
        destination: String::new(),
        bypass_city: false,
        due_on: None,
    }
}

async fn documents(app: &App, offices: &Offices) -> AppResult<()> {
    let year = app.clock.today().year();
    let mut bypass = document(app, "HN17", format!("鲁财农整指〔{year}〕18号"), "省", 800_000);
    bypass.bypass_city = true;
    let mut own = document(app, "HN25", format!("帮扶〔{year}〕2号"), "社会", 120_000);
    own.origin = "own".into();
    own.fund_class = 2;
    own.giver = "省派第一书记工作队".into();
    own.need = "加工车间配电".into();
    own.destination = "扶贫产业园".into();
    let mut coordinated = document(app, "HN25", format!("帮扶〔{year}〕3号"), "社会", 460_000);
    coordinated.origin = "coordinated".into();
    coordinated.fund_class = 2;
    coordinated.giver = "市直帮扶单位".into();
    coordinated.need = "冷藏库建设".into();
    coordinated.destination = "扶贫产业园".into();
    for new in [bypass, own, coordinated] {
        chain::enter(app, &offices.finance, &request(app), &new).await?;
    }
    let account = NewAccount {
        name: "县财政局扶贫资金专户",
        org: "县财政局",
        region: app.config.area,
        kind: "专户",
        bank: "农村商业银行",
        number: "9040119000012345678",
        dedicated_store: true,
        dedicated_book: true,
        dedicated_person: true,
    };
    chain::enter_account(app, &offices.finance, &request(app), &account).await?;
    let town = offices.town.scope.region().unwrap_or(app.config.area);
    let account = NewAccount {
        name: "镇财政所",
        org: "镇人民政府",
        region: town,
        kind: "基本户",
        number: "9040119000087654321",
        dedicated_book: false,
        ..account
    };
    chain::enter_account(app, &offices.finance, &request(app), &account).await?;
    Ok(())
}

/// A share decided for the village's area, from a document of this year.
pub(super) async fn share(app: &App, offices: &Offices, programme: &str, yuan: i64, project: &str) -> AppResult<i64> {
    let year = app.clock.today().year();
    let new = document(app, programme, format!("惠财预〔{year}〕{programme}号"), "县", yuan * 2);
    let indicator = chain::enter(app, &offices.finance, &request(app), &new).await?;
    let plan = NewPlan {
        indicator,
        target: if project.is_empty() { "households" } else { "project" }.into(),
        region: offices.village.scope.region().unwrap_or(app.config.area),
        org: None,
        project_id: None,
        project_name: project.into(),
        amount: Money::from_yuan(yuan),
        plan_doc: format!("{year}年第二批资金分配方案"),
        due_on: None,
    };
    let share = chain::plan(app, &offices.department, &request(app), &plan).await?;
    let id = request(app);
    let asked = Asked::on(&id, days_ago(app, 30)).by("县政府常务会议纪要");
    chain::allocation_step(app, &offices.finance, share, AllocationAct::Decide, &asked).await?;
    Ok(share)
}

async fn reimbursements(app: &App, offices: &Offices) -> AppResult<()> {
    let project = "敬老院消防设施改造";
    let share = share(app, offices, WORKS, 90_000, project).await?;
    let steps: [(ReimbursementAct, &Actor); 6] = [
        (ReimbursementAct::Submit, &offices.village),
        (ReimbursementAct::VillageSign, &offices.supervision),
        (ReimbursementAct::TownSign, &offices.town),
        (ReimbursementAct::PovertySign, &offices.department),
        (ReimbursementAct::FinanceSign, &offices.finance),
        (ReimbursementAct::Pay, &offices.finance),
    ];
    for (done, title) in [
        (0, "消防水泵采购"),
        (2, "应急照明安装"),
        (4, "烟感报警器采购"),
        (6, "消防培训资料"),
    ] {
        let new = NewReimbursement {
            allocation: share,
            title,
            works: done == 0,
            payee: "县安达消防设备公司",
            amount: Money::from_yuan(6_800 + done as i64 * 100),
        };
        let id = reimbursement::enter(app, &offices.village, &request(app), &new).await?;
        for (act, actor) in steps.iter().take(done) {
            let request = request(app);
            let asked = Asked::on(&request, days_ago(app, 1));
            reimbursement::step(app, actor, id, *act, &asked).await?;
        }
    }
    Ok(())
}
