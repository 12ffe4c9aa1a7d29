//! Shares of a document's money (分配): planned, decided, disbursed hop by hop, used, confirmed.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money, RegionCode, RegionLevel};
use records::flow::Code;
use serde_json::{Value, json};
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    act::{Asked, conflicting, day_within, who},
    hops::{dedicated, hop},
    indicator::{id_in, indicator},
    posting::{NodeRow, draw, nodes_of_allocation, post},
};
use crate::model::{
    flows::{ALLOCATION, AllocationAct, AllocationState, IndicatorState},
    ledger::{Kind, Movement, Node, Stage},
};
use crate::oversight::may_disburse;

/// To whom a share goes.
pub const TARGETS: [(&str, &str); 4] = [
    ("region", "镇街、村居"),
    ("org", "单位"),
    ("project", "项目"),
    ("households", "到户发放"),
];

/// A share with its document.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AllocationRow {
    pub id: i64,
    pub indicator_id: i64,
    pub doc_no: String,
    pub programme: String,
    pub programme_name: String,
    pub programme_org: String,
    pub target: String,
    pub region: i64,
    pub org: Option<String>,
    pub project_id: Option<i64>,
    pub project_name: String,
    pub amount_fen: i64,
    pub plan_doc: String,
    pub planned_on: String,
    pub decided_on: Option<String>,
    pub due_on: Option<String>,
    pub state: String,
    pub last_hop: i64,
    pub entered_by: i64,
    pub last_by: i64,
    pub version: i64,
}

impl AllocationRow {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    pub fn state(&self) -> AllocationState {
        AllocationState::parse(&self.state).unwrap_or(AllocationState::Planned)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    fn as_json(&self) -> Value {
        json!({
            "indicator": self.doc_no, "programme": self.programme, "target": self.target, "region": self.region,
            "org": self.org, "project_name": self.project_name, "amount_fen": self.amount_fen,
            "plan_doc": self.plan_doc, "decided_on": self.decided_on, "due_on": self.due_on,
            "state": self.state().title(), "hops": self.last_hop,
        })
    }
}

/// A share to be planned.
#[derive(Clone, Debug)]
pub struct NewPlan {
    pub indicator: i64,
    /// One of [`TARGETS`].
    pub target: String,
    pub region: RegionCode,
    pub org: Option<String>,
    pub project_id: Option<i64>,
    pub project_name: String,
    pub amount: Money,
    /// The document of the plan (分配方案).
    pub plan_doc: String,
    /// Due by contract: until then the money is not idle.
    pub due_on: Option<Date>,
}

const SELECT: &str = "SELECT a.id, a.indicator_id, i.doc_no, a.programme, COALESCE(g.name, a.programme) AS programme_name, \
     COALESCE(g.org, '') AS programme_org, a.target, a.region, a.org, a.project_id, a.project_name, a.amount_fen, \
     a.plan_doc, a.planned_on, a.decided_on, a.due_on, a.state, a.last_hop, a.entered_by, a.last_by, a.version \
     FROM fund_allocation a JOIN indicator i ON i.id = a.indicator_id LEFT JOIN programme g ON g.code = a.programme \
     WHERE 1 = 1";

/// Shares within reach, of one document or of all, newest first.
pub async fn allocations_of(db: &impl Query, scope: &Scope, indicator: Option<i64>) -> AppResult<Vec<AllocationRow>> {
    let mut sql = Sql::new("");
    if let Some(id) = indicator {
        sql.push(" AND a.indicator_id = ").bind(id);
    }
    scope.restrict(&mut sql, "a.region");
    scope.restrict_department(&mut sql, "g.org");
    sql.push(" ORDER BY a.planned_on DESC, a.id DESC");
    let (tail, values) = sql.into_parts();
    db.rows(&format!("{SELECT}{tail}"), values).await
}

/// One share within reach.
pub async fn allocation(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<AllocationRow>> {
    let mut sql = Sql::new(" AND a.id = ");
    sql.bind(id);
    scope.restrict(&mut sql, "a.region");
    scope.restrict_department(&mut sql, "g.org");
    let (tail, values) = sql.into_parts();
    db.row(&format!("{SELECT}{tail}"), values).await
}

/// Plans a share. The plan takes nothing yet, but plans together never exceed what the document still has.
///
/// # Errors
/// Invalid fields; too little left; `NotFound` for a document out of reach.
pub async fn plan(app: &App, actor: &Actor, request_id: &str, new: &NewPlan) -> AppResult<i64> {
    let today = app.clock.today();
    if new.amount <= Money::ZERO {
        return Err(AppError::invalid("分配金额：必须大于零。请核对。"));
    }
    let target = TARGETS.iter().any(|(id, _)| *id == new.target);
    if !target {
        return Err(AppError::invalid("请选择分配对象。"));
    }
    if new.target == "project" && new.project_name.trim().is_empty() {
        return Err(AppError::invalid("分配到项目时，请填写项目名称。"));
    }
    if new.target == "org" && new.org.as_deref().unwrap_or_default().is_empty() {
        return Err(AppError::invalid("分配到单位时，请选择单位。"));
    }
    if new.plan_doc.trim().is_empty() || new.plan_doc.chars().count() > 100 || new.project_name.chars().count() > 100 {
        return Err(AppError::invalid("请填写分配方案的名称或文号（不超过 100 字）。"));
    }
    if new.due_on.is_some_and(|day| day.year() < 1900 || day < today) {
        return Err(AppError::invalid("约定使用日期不能早于今天。"));
    }
    if !actor.scope.covers(new.region) {
        return Err(AppError::invalid("请选择本辖区内的地方。"));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let document = indicator(&*tx, &actor.scope, new.indicator)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这份指标。"))?;
    if matches!(document.state(), IndicatorState::Announced | IndicatorState::Recovered) {
        return Err(AppError::conflict("资金尚未到位或已收回，不能分配。"));
    }
    let left = left_to_plan(&*tx, new.indicator).await?;
    if new.amount > left {
        return Err(AppError::invalid(format!(
            "分配金额：{} 元超过可分配数 {left} 元（已减去其他方案）。请改小金额。",
            new.amount
        )));
    }
    let id = app.next_id();
    let account = actor.account.map_or(-1, |a| a.0);
    tx.execute(
        "INSERT INTO fund_allocation (id, indicator_id, programme, target, region, org, project_id, project_name, \
         amount_fen, plan_doc, planned_on, due_on, state, last_hop, entered_by, last_by, version) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,'planned',0,$13,$14,1)",
        args![
            id,
            new.indicator,
            document.programme.as_str(),
            new.target.as_str(),
            new.region.as_i64(),
            new.org.clone().filter(|o| !o.is_empty()),
            new.project_id,
            new.project_name.trim(),
            new.amount.fen(),
            new.plan_doc.trim(),
            today.to_string(),
            new.due_on.map(|d| d.to_string()),
            account,
            account
        ],
    )
    .await?;
    remember(app, &tx, id, "plan", &Asked::on(request_id, today)).await?;
    let detail = json!({ "indicator": document.doc_no, "amount_fen": new.amount.fen() });
    let act = Act::new("allocation.plan", format!("allocation:{id}"));
    tx.commit(act.in_region(new.region).with(detail)).await?;
    Ok(id)
}

/// What a document still has, less what other plans ask for.
pub(crate) async fn left_to_plan(db: &impl Query, indicator: i64) -> AppResult<Money> {
    let fen = db
        .number(
            "SELECT CAST((SELECT COALESCE(SUM(in_fen - out_fen), 0) FROM fund_node WHERE indicator_id = $1 AND \
             allocation_id = 0 AND stage IN ('indicator', 'carried_over')) - \
             (SELECT COALESCE(SUM(amount_fen), 0) FROM fund_allocation WHERE indicator_id = $1 AND state = 'planned') \
             AS BIGINT)",
            args![indicator],
        )
        .await?;
    Ok(Money(fen))
}

async fn remember(app: &App, tx: &RecordedTx, id: i64, act: &str, asked: &Asked<'_>) -> AppResult<i64> {
    let everything = Scope::area(app.config.area.at(RegionLevel::County));
    let row = allocation(&**tx, &everything, id)
        .await?
        .ok_or_else(|| AppError::internal("allocation"))?;
    asked.kept(tx, "allocation", id, act, &row.as_json()).await
}

/// Takes a step of [`ALLOCATION`], with the money that moves by it.
///
/// # Errors
/// Not found outside the scope; what the flow refuses; too little money at the node; stale version.
pub async fn step(app: &App, actor: &Actor, id: i64, act: AllocationAct, asked: &Asked<'_>) -> AppResult<()> {
    let on = day_within("办理日期", asked.on, app.clock.today())?;
    if act == AllocationAct::PayToCard {
        return Err(AppError::invalid("打卡发放由发放批次送银行时办理，请到“发放批次”。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, asked.request_id).await? else {
        return Ok(());
    };
    let row = allocation(&*tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这笔分配。"))?;
    let taken = ALLOCATION.permit(row.state(), act, &who(actor, row.last_by, false, asked))?;
    let account = actor.account.map_or(-1, |a| a.0);
    if act == AllocationAct::Decide && row.entered_by == account {
        return Err(AppError::forbidden("这份方案是您提出的，须由另一人决定。"));
    }
    let doc = if asked.basis.is_empty() {
        row.plan_doc.as_str()
    } else {
        asked.basis
    };
    let nodes = nodes_of_allocation(&*tx, id).await?;
    let next_id = || app.next_id();
    match act {
        AllocationAct::Decide => decide(app, &tx, &row, &on, doc).await?,
        AllocationAct::Refuse | AllocationAct::Request | AllocationAct::PayToCard => {}
        AllocationAct::Withdraw => {
            let untouched = nodes
                .iter()
                .all(|n| n.is(Stage::Allocation) && n.balance() == row.amount());
            if !untouched {
                return Err(AppError::conflict("已有资金拨出，不能整笔撤回；请用“收回”。"));
            }
            move_all(
                app,
                &tx,
                &nodes,
                Kind::Withdraw,
                |n| Node::of(n.indicator_id, Stage::Indicator),
                &on,
                doc,
            )
            .await?;
            share_of_place(&tx, &row, -row.amount_fen, &on).await?;
        }
        AllocationAct::Disburse => {
            let amount = needed(asked)?;
            dedicated(&tx, asked.to_account).await?;
            may_disburse(&tx, &row, amount).await?;
            let movement = Movement {
                kind: Kind::Disburse,
                from: Node::at(row.indicator_id, id, Stage::Allocation, 0),
                to: Node::at(row.indicator_id, id, Stage::Hop, 1),
                amount,
            };
            post(&tx, app.next_id(), &movement, &on, doc).await?;
            hop(app, &tx, id, 1, amount, asked, &on).await?;
        }
        AllocationAct::PassOn => {
            let amount = needed(asked)?;
            dedicated(&tx, asked.to_account).await?;
            let from = row.last_hop.max(1);
            let movement = Movement {
                kind: Kind::Disburse,
                from: Node::at(row.indicator_id, id, Stage::Hop, from),
                to: Node::at(row.indicator_id, id, Stage::Hop, from + 1),
                amount,
            };
            post(&tx, app.next_id(), &movement, &on, doc).await?;
            hop(app, &tx, id, from + 1, amount, asked, &on).await?;
        }
        AllocationAct::SendBack => {
            let hops: Vec<NodeRow> = nodes.into_iter().filter(|n| n.is(Stage::Hop)).collect();
            move_all(
                app,
                &tx,
                &hops,
                Kind::SendBack,
                |n| Node::at(n.indicator_id, n.allocation_id, Stage::Allocation, 0),
                &on,
                doc,
            )
            .await?;
            tx.execute("UPDATE fund_allocation SET last_hop = 0 WHERE id = $1", args![id])
                .await?;
        }
        AllocationAct::Use => {
            let amount = needed(asked)?;
            let on_accounts: Money = nodes.iter().filter(|n| n.is(Stage::Hop)).map(NodeRow::balance).sum();
            if amount > on_accounts {
                may_disburse(&tx, &row, Money(amount.fen() - on_accounts.fen())).await?;
            }
            draw(&tx, &next_id, id, amount, Kind::Use, (Stage::Used, 0), &on, doc).await?;
        }
        AllocationAct::Confirm => {
            let used: Money = nodes.iter().filter(|n| n.is(Stage::Used)).map(NodeRow::balance).sum();
            if used != row.amount() {
                return Err(AppError::conflict(format!(
                    "已使用到位 {used} 元，分配数 {} 元，尚有在账、在途或退票，不能确认。",
                    row.amount()
                )));
            }
        }
        AllocationAct::Recover => {
            let open: Vec<NodeRow> = nodes
                .into_iter()
                .filter(|n| n.is(Stage::Allocation) || n.is(Stage::Hop))
                .collect();
            if open.iter().all(|n| n.balance() == Money::ZERO) {
                return Err(AppError::invalid("没有未使用的资金，无需收回。"));
            }
            move_all(
                app,
                &tx,
                &open,
                Kind::Recover,
                |n| Node::at(n.indicator_id, n.allocation_id, Stage::Recovered, 0),
                &on,
                doc,
            )
            .await?;
        }
    }
    advance(&tx, id, taken.to, account, asked.expected.unwrap_or(row.version)).await?;
    remember(app, &tx, id, act.id(), asked).await?;
    let detail = json!({
        "act": act.id(), "from": row.state, "to": taken.to.id(), "amount_fen": asked.amount.map(Money::fen),
    });
    let done = Act::new("allocation.step", format!("allocation:{id}"));
    tx.commit(done.in_region(row.place()).with(detail)).await?;
    Ok(())
}

async fn decide(app: &App, tx: &RecordedTx, row: &AllocationRow, on: &str, doc: &str) -> AppResult<()> {
    let mut left = row.amount();
    for node in nodes_of_allocation(&**tx, 0).await? {
        let stage = node.node().stage;
        if node.indicator_id != row.indicator_id || !Kind::Allocate.allows(stage, Stage::Allocation) {
            continue;
        }
        let part = node.balance().min(left);
        if part == Money::ZERO {
            continue;
        }
        let movement = Movement {
            kind: Kind::Allocate,
            from: node.node(),
            to: Node::at(row.indicator_id, row.id, Stage::Allocation, 0),
            amount: part,
        };
        post(tx, app.next_id(), &movement, on, doc).await?;
        left = Money(left.fen() - part.fen());
    }
    if left > Money::ZERO {
        return Err(AppError::invalid(format!(
            "指标结余不足，还差 {left} 元。请核对方案金额。"
        )));
    }
    tx.execute(
        "UPDATE fund_allocation SET decided_on = $2 WHERE id = $1",
        args![row.id, on],
    )
    .await?;
    share_of_place(tx, row, row.amount_fen, on).await
}

/// The public pages read what each place got in a year.
async fn share_of_place(tx: &RecordedTx, row: &AllocationRow, fen: i64, on: &str) -> AppResult<()> {
    let year: i64 = on.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0);
    tx.execute(
        "INSERT INTO allocation (programme, region, year, amount_fen, decided_on) VALUES ($1,$2,$3,$4,$5) \
         ON CONFLICT (programme, year, region) DO UPDATE SET amount_fen = allocation.amount_fen + excluded.amount_fen, \
         decided_on = excluded.decided_on",
        args![
            row.programme.as_str(),
            row.place().at(RegionLevel::Town).as_i64(),
            year,
            fen,
            on
        ],
    )
    .await?;
    Ok(())
}

async fn move_all(
    app: &App,
    tx: &RecordedTx,
    nodes: &[NodeRow],
    kind: Kind,
    to: impl Fn(&NodeRow) -> Node,
    on: &str,
    doc: &str,
) -> AppResult<()> {
    for node in nodes.iter().filter(|n| n.balance() > Money::ZERO) {
        let movement = Movement {
            kind,
            from: node.node(),
            to: to(node),
            amount: node.balance(),
        };
        post(tx, app.next_id(), &movement, on, doc).await?;
    }
    Ok(())
}

fn needed(asked: &Asked<'_>) -> AppResult<Money> {
    asked
        .amount
        .filter(|a| *a > Money::ZERO)
        .ok_or_else(|| AppError::invalid("金额：请填写大于零的金额。"))
}

async fn advance(tx: &RecordedTx, id: i64, to: AllocationState, account: i64, version: i64) -> AppResult<()> {
    let changed = tx
        .execute(
            "UPDATE fund_allocation SET state = $2, last_by = $3, version = version + 1 WHERE id = $1 AND version = $4",
            args![id, to.id(), account, version],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(conflicting()) }
}
