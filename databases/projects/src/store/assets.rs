//! Assets and their yield: each step of the asset flow, the plan of shares, and their payment.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money, RegionCode, period::parse_date};
use records::{
    flow::{Code, Who},
    history::{self, Change},
};
use serde_json::json;
use store::{BulkInsert, FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    parameters::parameters,
    project::{beneficiaries, concerns},
    step::note_refusal,
};
use crate::model::{
    ASSET_FLOW, AssetAct, AssetClass, AssetState, Filled, OwnerLevel, Parameters,
    shares::{Use, by_weight, split},
};

/// The kind under which versions of assets are kept.
pub const ASSET_KIND: &str = "asset";

/// An asset of a project.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Asset {
    pub id: i64,
    pub project: i64,
    pub region: i64,
    pub name: String,
    pub class: String,
    pub cost_fen: i64,
    pub state: String,
    pub owner_level: String,
    pub owner_name: String,
    pub certificate: String,
    pub receiver: String,
    pub formed_on: String,
    pub registered_on: Option<String>,
    pub last_actor: i64,
    pub last_on: String,
}

pub(super) const COLUMNS: &str = "a.id, a.project, a.region, a.name, a.class, a.cost_fen, a.state, a.owner_level, a.owner_name, \
     a.certificate, a.receiver, a.formed_on, a.registered_on, a.last_actor, a.last_on";

impl Asset {
    pub fn state(&self) -> AssetState {
        AssetState::parse(&self.state).unwrap_or(AssetState::Formed)
    }

    pub fn class(&self) -> AssetClass {
        AssetClass::parse(&self.class).unwrap_or(AssetClass::Public)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }
}

/// The yield of an asset for a period.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Yield {
    pub id: i64,
    pub asset: i64,
    pub period: String,
    pub due_fen: i64,
    pub due_on: String,
    pub received_fen: Option<i64>,
    pub received_on: Option<String>,
    pub resolution: Option<String>,
    pub notice_on: Option<String>,
    pub paid_on: Option<String>,
    pub evaluation: Option<String>,
}

/// A line of a distribution plan.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Share {
    pub place: i64,
    pub use_kind: String,
    pub household_id: Option<i64>,
    pub name: String,
    pub weight: i64,
    pub amount_fen: i64,
    pub paid_on: Option<String>,
}

/// An asset within the scope.
pub async fn asset(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Asset>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM project_asset a WHERE a.id = ").bind(id);
    scope.restrict(&mut sql, "a.region");
    Ok(db.fetch(sql).await?.pop())
}

/// The assets of a project.
pub async fn assets_of(db: &impl Query, project: i64) -> AppResult<Vec<Asset>> {
    let sql = format!("SELECT {COLUMNS} FROM project_asset a WHERE a.project = $1 ORDER BY a.id");
    db.rows(&sql, args![project]).await
}

/// The yields of an asset, newest first.
pub async fn yields(db: &impl Query, asset: i64) -> AppResult<Vec<Yield>> {
    db.rows(
        "SELECT id, asset, period, due_fen, due_on, received_fen, received_on, resolution, notice_on, paid_on, evaluation \
         FROM asset_yield WHERE asset = $1 ORDER BY id DESC",
        args![asset],
    )
    .await
}

/// The plan of a yield: households first.
pub async fn shares(db: &impl Query, yield_id: i64) -> AppResult<Vec<Share>> {
    db.rows(
        "SELECT place, use_kind, household_id, name, weight, amount_fen, paid_on FROM yield_share WHERE yield_id = $1 \
         ORDER BY place",
        args![yield_id],
    )
    .await
}

/// Carries out an act on an asset; a refusal changes nothing and is on the record.
pub async fn asset_step(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    act: AssetAct,
    form: &Filled,
) -> AppResult<()> {
    let done = attempt(app, actor, id, request_id, act, form).await;
    if let Err(error) = &done {
        note_refusal(app, actor, format!("asset:{id}"), act.title(), error).await?;
    }
    done
}

async fn attempt(app: &App, actor: &Actor, id: i64, request_id: &str, act: AssetAct, form: &Filled) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = asset(&*tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这项资产，或不在您的管理范围内。"))?;
    let account = actor.account.map_or(-1, |a| a.0);
    let who = Who {
        role: actor.role,
        account,
        last_actor: Some(row.last_actor),
        concerned: concerns(&*tx, row.project, actor).await?,
        reason: form.get("reason"),
        basis: form.get("basis"),
    };
    let taken = ASSET_FLOW.permit(row.state(), act, &who)?;
    let today = app.clock.today();
    let on = if form.get("on").is_empty() {
        today
    } else {
        form.past_date("on", "办理日期", today)?
    };
    if parse_date(&row.last_on).is_some_and(|last| on < last) {
        return Err(AppError::invalid(format!(
            "办理日期不能早于上一步（{}）。",
            row.last_on
        )));
    }
    let limits = parameters(&*tx, on).await?;
    apply(app, &tx, &row, act, form, on, &limits).await?;
    tx.execute(
        "UPDATE project_asset SET state = $1, last_actor = $2, last_on = $3 WHERE id = $4",
        args![taken.to.id(), account, on.to_string(), id],
    )
    .await?;
    write_version(&tx, id, act.id(), who.reason, who.basis, on).await?;
    let trace = json!({"act": act.id(), "from": row.state, "to": taken.to.id()});
    tx.commit(
        Act::new("asset.step", format!("asset:{id}"))
            .in_region(row.place())
            .with(trace),
    )
    .await?;
    Ok(())
}

async fn apply(
    app: &App,
    tx: &RecordedTx,
    row: &Asset,
    act: AssetAct,
    form: &Filled,
    on: Date,
    limits: &Parameters,
) -> AppResult<()> {
    use AssetAct as A;
    let (id, day) = (row.id, on.to_string());
    match act {
        A::DefineOwnership => {
            let level = OwnerLevel::parse(form.get("owner_level")).ok_or_else(|| AppError::invalid("请选择权属。"))?;
            if row.class() == AssetClass::Household && level != OwnerLevel::Household {
                return Err(AppError::invalid("到户类资产归农户所有。"));
            }
            tx.execute(
                "UPDATE project_asset SET owner_level = $1, owner_name = $2 WHERE id = $3",
                args![level.id(), form.words("owner_name", "所有者名称", 60)?, id],
            )
            .await?;
        }
        A::Register => {
            let late = days_since_acceptance(&**tx, row.project, on).await? - limits.get("register_days");
            if late > 0 && form.get("late_why").is_empty() {
                return Err(AppError::invalid(format!(
                    "最终验收后超过 {} 天，请写明原因。",
                    limits.get("register_days")
                )));
            }
            tx.execute(
                "UPDATE project_asset SET certificate = $1, registered_on = $2 WHERE id = $3",
                args![form.words("certificate", "证号或登记号", 60)?, day, id],
            )
            .await?;
        }
        A::HandOver => {
            tx.execute(
                "UPDATE project_asset SET receiver = $1 WHERE id = $2",
                args![form.words("receiver", "接收单位和人员", 60)?, id],
            )
            .await?;
        }
        A::ExpectYield => expect_yield(app, tx, row, form).await?,
        A::ReceiveYield => {
            let amount = form.some_money("amount", "到账金额")?;
            tx.execute(
                "UPDATE asset_yield SET received_fen = $1, received_on = $2 WHERE id = $3",
                args![amount.fen(), day, open_yield(&**tx, id).await?.id],
            )
            .await?;
        }
        A::Plan => plan(tx, row, form, limits).await?,
        A::Correct => {
            let open = open_yield(&**tx, id).await?;
            tx.execute("DELETE FROM yield_share WHERE yield_id = $1", args![open.id])
                .await?;
            tx.execute(
                "UPDATE asset_yield SET resolution = NULL, notice_on = NULL WHERE id = $1",
                args![open.id],
            )
            .await?;
        }
        A::Resolve => {
            let open = open_yield(&**tx, id).await?;
            tx.execute(
                "UPDATE asset_yield SET resolution = $1 WHERE id = $2",
                args![form.get("basis"), open.id],
            )
            .await?;
        }
        A::Notice => {
            let open = open_yield(&**tx, id).await?;
            tx.execute(
                "UPDATE asset_yield SET notice_on = $1 WHERE id = $2",
                args![day, open.id],
            )
            .await?;
        }
        A::Pay => pay(tx, row, form, on, limits).await?,
        A::Evaluate => {
            let open = open_yield(&**tx, id).await?;
            let words = form.words("verdict", "评价", 300)?;
            tx.execute(
                "UPDATE asset_yield SET evaluation = $1 WHERE id = $2",
                args![words, open.id],
            )
            .await?;
        }
        A::Dispose => {
            for (field, title) in [
                ("valuation", "评估报告文号"),
                ("resolution", "村民会议决议"),
                ("approval", "批准文号"),
            ] {
                form.words(field, title, 60)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The yield that is being dealt with: the latest of the asset.
async fn open_yield(tx: &impl Query, asset: i64) -> AppResult<Yield> {
    let latest = yields(tx, asset).await?.into_iter().next();
    latest.ok_or_else(|| AppError::conflict("还没有登记应收收益。"))
}

async fn expect_yield(app: &App, tx: &RecordedTx, row: &Asset, form: &Filled) -> AppResult<()> {
    if row.class() != AssetClass::Operating {
        return Err(AppError::invalid("只有经营性资产登记收益。"));
    }
    let period = form.words("period", "收益期间", 20)?;
    let taken = tx
        .number(
            "SELECT COUNT(*) FROM asset_yield WHERE asset = $1 AND period = $2",
            args![row.id, period.as_str()],
        )
        .await?;
    if taken > 0 {
        return Err(AppError::invalid(format!("{period} 的收益已经登记过。")));
    }
    tx.execute(
        "INSERT INTO asset_yield (id, asset, period, due_fen, due_on) VALUES ($1,$2,$3,$4,$5)",
        args![
            app.next_id(),
            row.id,
            period,
            form.some_money("amount", "应收金额")?.fen(),
            form.date("due_on", "应收日期")?.to_string()
        ],
    )
    .await
    .map(|_| ())
}

/// Lays the shares down: every entitled household by heads, then what is left for welfare and posts.
async fn plan(tx: &RecordedTx, row: &Asset, form: &Filled, limits: &Parameters) -> AppResult<()> {
    let open = open_yield(&**tx, row.id).await?;
    let received = Money(open.received_fen.unwrap_or(0));
    let optional = |field: &str, title: &str| {
        if form.get(field).is_empty() {
            Ok(Money::ZERO)
        } else {
            form.money(field, title)
        }
    };
    let welfare = optional("welfare", "公益事业金额")?;
    let posts = optional("posts", "公益岗位金额")?;
    let entitled: Vec<_> = beneficiaries(&**tx, row.project)
        .await?
        .into_iter()
        .filter(|b| b.status != 4)
        .collect();
    let parts = split(received, welfare, posts, entitled.len(), limits).map_err(AppError::invalid)?;
    let by_heads = form.get("by") != "household";
    let weights: Vec<i64> = entitled
        .iter()
        .map(|b| if by_heads { b.population.max(1) } else { 1 })
        .collect();
    let amounts = by_weight(parts.households, &weights);
    tx.execute("DELETE FROM yield_share WHERE yield_id = $1", args![open.id])
        .await?;
    let mut rows = BulkInsert::new(
        tx,
        "yield_share",
        &[
            "yield_id",
            "place",
            "use_kind",
            "household_id",
            "name",
            "weight",
            "amount_fen",
        ],
        "",
    );
    let mut place = 0_i64;
    for ((who, weight), amount) in entitled.iter().zip(&weights).zip(&amounts) {
        place += 1;
        rows.push(args![
            open.id,
            place,
            Use::Household.id(),
            Some(who.household_id),
            who.head_name.as_str(),
            *weight,
            amount.fen()
        ])
        .await?;
    }
    for (use_kind, amount, field) in [
        (Use::Welfare, parts.welfare, "welfare_for"),
        (Use::Post, parts.posts, "posts_for"),
    ] {
        if amount > Money::ZERO {
            place += 1;
            let name = form.words(field, &format!("{}的用途", use_kind.title()), 60)?;
            if ["村级运转", "办公", "招待", "村级开支", "村干部"]
                .iter()
                .any(|word| name.contains(word))
            {
                return Err(AppError::invalid(
                    "收益不得用于村级运转和办公开支，请改为公益事业或岗位。",
                ));
            }
            rows.push(args![
                open.id,
                place,
                use_kind.id(),
                None::<i64>,
                name,
                0_i64,
                amount.fen()
            ])
            .await?;
        }
    }
    rows.finish().await?;
    let sum = tx
        .number(
            "SELECT CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) FROM yield_share WHERE yield_id = $1",
            args![open.id],
        )
        .await?;
    if sum != received.fen() {
        return Err(AppError::internal(format!(
            "shares {sum} of yield {} do not sum",
            open.id
        )));
    }
    Ok(())
}

async fn pay(tx: &RecordedTx, row: &Asset, form: &Filled, on: Date, limits: &Parameters) -> AppResult<()> {
    let open = open_yield(&**tx, row.id).await?;
    let since = |day: &Option<String>| day.as_deref().and_then(parse_date).map(|d| (on - d).whole_days());
    let notice = limits.get("yield_notice_days");
    if since(&open.notice_on).is_none_or(|days| days < notice) {
        return Err(AppError::invalid(format!("分配方案公示不满 {notice} 天。")));
    }
    let within = limits.get("pay_days");
    if since(&open.received_on).is_some_and(|days| days > within) && form.get("late_why").is_empty() {
        return Err(AppError::invalid(format!("收益到账已超过 {within} 天，请写明原因。")));
    }
    let day = on.to_string();
    tx.execute(
        "UPDATE yield_share SET paid_on = $1 WHERE yield_id = $2",
        args![day.as_str(), open.id],
    )
    .await?;
    tx.execute("UPDATE asset_yield SET paid_on = $1 WHERE id = $2", args![day, open.id])
        .await?;
    Ok(())
}

/// Days since the county accepted the project; 0 when it did not yet.
async fn days_since_acceptance(tx: &impl Query, project: i64, on: Date) -> AppResult<i64> {
    let steps = super::facts::steps(tx, project).await?;
    let accepted = super::facts::reached(&steps, crate::model::ProjectState::AccCounty);
    Ok(accepted.map_or(0, |day| (on - day).whole_days()))
}

pub(crate) async fn write_version(
    tx: &RecordedTx,
    id: i64,
    act: &str,
    reason: &str,
    basis: &str,
    on: Date,
) -> AppResult<()> {
    let sql = format!("SELECT {COLUMNS} FROM project_asset a WHERE a.id = $1");
    let row: Asset = tx
        .row(&sql, args![id])
        .await?
        .ok_or_else(|| AppError::internal("asset gone"))?;
    let state = as_record(&row);
    let on = on.to_string();
    let change = Change {
        kind: ASSET_KIND,
        id,
        expected: None,
        act,
        reason,
        basis,
        on: &on,
        state: &state,
    };
    history::record(tx, &change).await.map(|_| ())
}

/// An asset as its history keeps it.
pub(crate) fn as_record(row: &Asset) -> serde_json::Value {
    json!({
        "name": row.name, "class": row.class().title(), "state": row.state().title(),
        "cost": Money(row.cost_fen).to_string(), "owner": row.owner_name, "certificate": row.certificate,
        "receiver": row.receiver, "formed_on": row.formed_on, "registered_on": row.registered_on,
    })
}
