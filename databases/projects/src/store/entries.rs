//! Entries beside a project: each checked against who, when and the amounts, each one recorded transaction.

use access::Actor;
use kernel::{AppError, AppResult, Date, Money, Month, checks::uscc_is_valid, period::parse_date};
use records::{
    flow::{Code, Refusal},
    papers::Upload,
};
use serde_json::json;
use store::{FromQueryResult, Query, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    contract_texts,
    enter::put_beneficiaries,
    facts::{reached, standing, steps},
    prices,
    project::{self, Project, concerns, refuse_own_kin, write_version},
    step::note_refusal,
};
use crate::model::{AssetClass, EntryKind, Filled, ProjectState, ceilings};

/// Writes an entry. `target` is the row it answers: the change that is approved, the risk that is closed.
///
/// # Errors
/// Not found outside the scope; forbidden for other roles; conflict in another state; invalid with the field named.
pub async fn enter_beside(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    kind: EntryKind,
    target: i64,
    form: &Filled,
) -> AppResult<()> {
    let done = attempt(app, actor, id, request_id, kind, target, form).await;
    if let Err(error) = &done {
        note_refusal(app, actor, format!("project:{id}"), kind.title(), error).await?;
    }
    done
}

async fn attempt(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    kind: EntryKind,
    target: i64,
    form: &Filled,
) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = reachable(&tx, actor, id).await?;
    if !kind.by().contains(&actor.role) {
        let roles = kind.by().iter().map(|r| r.title()).collect();
        return Err(Refusal::NotYourPart {
            act: kind.title(),
            roles,
        }
        .into());
    }
    let state = row.state();
    if !kind.when().contains(&state) {
        let possible_from = kind.when().iter().map(|s| s.title()).collect();
        return Err(Refusal::NotFromHere {
            act: kind.title(),
            state: state.title(),
            possible_from,
        }
        .into());
    }
    if !matches!(kind, EntryKind::Rep | EntryKind::Milestone) && concerns(&*tx, id, actor).await? {
        return Err(refuse_own_kin());
    }
    let today = app.clock.today();
    write(app, &tx, &row, kind, target, form, today).await?;
    if matches!(kind, EntryKind::Beneficiary) && concerns(&*tx, id, actor).await? {
        return Err(refuse_own_kin());
    }
    write_version(&tx, id, kind.id(), form.get("note"), form.get("basis"), today).await?;
    let act = Act::new("project.entry", format!("project:{id}")).in_region(row.place());
    tx.commit(act.with(json!({"entry": kind.id()}))).await?;
    Ok(())
}

async fn reachable(tx: &RecordedTx, actor: &Actor, id: i64) -> AppResult<Project> {
    project::project(&**tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这个项目，或不在您的管理范围内。"))
}

async fn write(
    app: &App,
    tx: &RecordedTx,
    row: &Project,
    kind: EntryKind,
    target: i64,
    form: &Filled,
    today: Date,
) -> AppResult<()> {
    let id = row.id;
    match kind {
        EntryKind::Bid => bid(app, tx, id, form).await,
        EntryKind::Award => award(tx, row, form, today).await,
        EntryKind::Change => change(app, tx, row, form, today).await,
        EntryKind::ApproveChange => approve_change(tx, id, target, form, today).await,
        EntryKind::Rep => rep(tx, id, form, today).await,
        EntryKind::Milestone => {
            let stage = one_of(form, "stage", &["start", "building", "near", "done"], "阶段")?;
            let on = form.past_date("on", "日期", today)?.to_string();
            let note = form.words("note", "进展说明", 500)?;
            let name = tx.actor().name.clone();
            tx.execute(
                "INSERT INTO project_milestone (id, project, stage, on_day, note, actor_name) VALUES ($1,$2,$3,$4,$5,$6)",
                args![app.next_id(), id, stage, on, note, name],
            )
            .await
            .map(|_| ())
        }
        EntryKind::Inspection => {
            let on = form.past_date("on", "检查日期", today)?;
            let result = one_of(form, "result", &["ok", "slow", "quality", "stop"], "检查结论")?;
            tx.execute(
                "INSERT INTO project_inspection (id, project, month, on_day, inspectors, result, note) \
                 VALUES ($1,$2,$3,$4,$5,$6,$7)",
                args![
                    app.next_id(),
                    id,
                    Month::of(on).to_string(),
                    on.to_string(),
                    form.words("inspectors", "检查人员", 60)?,
                    result,
                    form.words("note", "检查情况", 500)?
                ],
            )
            .await
            .map(|_| ())
        }
        EntryKind::Payment => payment(app, tx, row, form, today).await,
        EntryKind::Risk => risk(app, tx, id, form).await,
        EntryKind::CloseRisk => {
            let closed = tx
                .execute(
                    "UPDATE project_risk SET closed_on = $1, closed_note = $2 WHERE id = $3 AND project = $4 AND closed_on IS NULL",
                    args![today.to_string(), form.words("note", "处置结果", 300)?, target, id],
                )
                .await?;
            if closed == 0 {
                Err(AppError::conflict("这条风险已经销号，或不属于本项目。"))
            } else {
                Ok(())
            }
        }
        EntryKind::Beneficiary => {
            let numbers: Vec<String> = form.names("households");
            if numbers.is_empty() {
                return Err(AppError::invalid("请填写户编号。"));
            }
            put_beneficiaries(tx, id, row.place(), &numbers).await
        }
        EntryKind::DrawResult => draw_result(tx, id, form).await,
        EntryKind::Asset => asset(app, tx, row, form, today).await,
        EntryKind::Text => contract_texts::enter(app, tx, row, form, today).await,
        EntryKind::VoidText => contract_texts::void(tx, id, target, form, today).await,
        EntryKind::Price => prices::enter(app, tx, id, form, today).await,
        EntryKind::DropPrice => prices::drop_line(tx, id, target, form).await,
    }
}

pub(super) fn one_of<'a>(form: &'a Filled, field: &str, allowed: &[&str], title: &str) -> AppResult<&'a str> {
    let value = form.get(field);
    if allowed.contains(&value) {
        Ok(value)
    } else {
        Err(AppError::invalid(format!("请选择{title}。")))
    }
}

pub(super) fn uscc(form: &Filled) -> AppResult<String> {
    let code = kernel::checks::clean_code(form.get("uscc")).to_uppercase();
    if uscc_is_valid(&code) {
        Ok(code)
    } else {
        Err(AppError::invalid("统一社会信用代码不正确：应为 18 位，请核对校验位。"))
    }
}

async fn bid(app: &App, tx: &RecordedTx, id: i64, form: &Filled) -> AppResult<()> {
    let code = uscc(form)?;
    let twice = tx
        .number(
            "SELECT COUNT(*) FROM project_bid WHERE project = $1 AND uscc = $2",
            args![id, code.as_str()],
        )
        .await?;
    if twice > 0 {
        return Err(AppError::invalid("这个投标人已经登记过。"));
    }
    tx.execute(
        "INSERT INTO project_bid (id, project, bidder, uscc, price_fen, ip, mac, agent) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![
            app.next_id(),
            id,
            form.words("bidder", "投标人", 60)?,
            code,
            form.some_money("price", "报价")?.fen(),
            form.get("ip"),
            form.get("mac"),
            form.get("agent")
        ],
    )
    .await
    .map(|_| ())
}

async fn award(tx: &RecordedTx, row: &Project, form: &Filled, today: Date) -> AppResult<()> {
    #[derive(FromQueryResult)]
    struct Bid {
        bidder: String,
        price_fen: i64,
        bids: i64,
        method: String,
        opened_on: String,
    }
    let code = uscc(form)?;
    let on = form.past_date("on", "定标日期", today)?;
    let bid: Option<Bid> = tx
        .row(
            "SELECT b.bidder, b.price_fen, (SELECT COUNT(*) FROM project_bid x WHERE x.project = $1) AS bids, t.method, \
             t.opened_on FROM project_bid b JOIN project_tender t ON t.project = b.project \
             WHERE b.project = $1 AND b.uscc = $2",
            args![row.id, code.as_str()],
        )
        .await?;
    let bid = bid.ok_or_else(|| AppError::invalid("中标人不在投标人之中，请先登记投标。"))?;
    if bid.method != "direct" && bid.bids < 3 {
        return Err(AppError::invalid(format!(
            "投标人只有 {} 家，不足 3 家，不能定标。",
            bid.bids
        )));
    }
    if parse_date(&bid.opened_on).is_some_and(|opened| on < opened) {
        return Err(AppError::invalid(format!(
            "定标日期早于组织招标（{}）。",
            bid.opened_on
        )));
    }
    tx.execute(
        "UPDATE project_tender SET awarded_on = $1, winner = $2, winner_uscc = $3, award_fen = $4 WHERE project = $5",
        args![on.to_string(), bid.bidder, code, bid.price_fen, row.id],
    )
    .await
    .map(|_| ())
}

async fn change(app: &App, tx: &RecordedTx, row: &Project, form: &Filled, today: Date) -> AppResult<()> {
    let amount = form.some_money("amount", "变更金额")?;
    let minus = one_of(form, "sign", &["plus", "minus"], "增减")? == "minus";
    let amount = if minus { -amount } else { amount };
    let now = standing(&**tx, row).await?;
    if now.due.fen() + amount.fen() < now.paid.fen() {
        return Err(AppError::invalid(format!("变更后应付少于已付的 {} 元。", now.paid)));
    }
    let actor = tx.actor();
    tx.execute(
        "INSERT INTO project_change (id, project, amount_fen, reason, entered_by, entered_name, entered_on) \
         VALUES ($1,$2,$3,$4,$5,$6,$7)",
        args![
            app.next_id(),
            row.id,
            amount.fen(),
            form.words("note", "变更原因", 300)?,
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            today.to_string()
        ],
    )
    .await
    .map(|_| ())
}

async fn approve_change(tx: &RecordedTx, id: i64, target: i64, form: &Filled, today: Date) -> AppResult<()> {
    let account = tx.actor().account.map_or(-1, |a| a.0);
    let own = tx
        .number(
            "SELECT COUNT(*) FROM project_change WHERE id = $1 AND project = $2 AND entered_by = $3",
            args![target, id, account],
        )
        .await?;
    if own > 0 {
        return Err(Refusal::SamePerson {
            act: EntryKind::ApproveChange.title(),
        }
        .into());
    }
    let approved = tx
        .execute(
            "UPDATE project_change SET approved_by = $1, approved_name = $2, approved_on = $3, basis = $4 \
             WHERE id = $5 AND project = $6 AND approved_by IS NULL",
            args![
                account,
                tx.actor().name.as_str(),
                today.to_string(),
                form.words("basis", "批准文号", 60)?,
                target,
                id
            ],
        )
        .await?;
    if approved == 0 {
        Err(AppError::conflict("这项变更已经批准，或不属于本项目。"))
    } else {
        Ok(())
    }
}

async fn rep(tx: &RecordedTx, id: i64, form: &Filled, today: Date) -> AppResult<()> {
    let name = kernel::name::clean(&form.words("name", "姓名", 20)?);
    let on = form.past_date("on", "聘请日期", today)?;
    let there = tx
        .number("SELECT COUNT(*) FROM project_rep WHERE project = $1", args![id])
        .await?;
    if there >= 5 {
        return Err(AppError::invalid("每个项目最多聘请 5 名村民代表。"));
    }
    let new = tx
        .execute(
            "INSERT INTO project_rep (project, name, from_on) VALUES ($1,$2,$3) ON CONFLICT (project, name) DO NOTHING",
            args![id, name, on.to_string()],
        )
        .await?;
    if new == 0 {
        Err(AppError::invalid("这名代表已经聘请。"))
    } else {
        Ok(())
    }
}

async fn payment(app: &App, tx: &RecordedTx, row: &Project, form: &Filled, today: Date) -> AppResult<()> {
    let amount = form.some_money("amount", "拨付金额")?;
    let on = form.past_date("on", "拨付日期", today)?;
    let now = standing(&**tx, row).await?;
    let near = tx
        .number(
            "SELECT COUNT(*) FROM project_milestone WHERE project = $1 AND stage IN ('near', 'done')",
            args![row.id],
        )
        .await?
        > 0;
    // The warranty year runs from the county's acceptance; until then the retention stays.
    let warranty_over = reached(&steps(&**tx, row.id).await?, ProjectState::AccCounty)
        .is_some_and(|accepted| (on - accepted).whole_days() >= 365);
    let retained = if warranty_over { Money::ZERO } else { now.retained };
    let asked = ceilings::Payment {
        amount,
        paid: now.paid,
        due: now.due,
        retained,
    };
    if ceilings::over_plan(row.planned(), now.due) && now.changes_approved == 0 {
        return Err(AppError::invalid("应付超过计划 10%，须重新批准后才能拨付。"));
    }
    if let Some(why) = ceilings::payment_objection(row.state(), near, asked) {
        return Err(AppError::invalid(why));
    }
    tx.execute(
        "INSERT INTO project_payment (id, project, amount_fen, paid_on, stage, note) VALUES ($1,$2,$3,$4,$5,$6)",
        args![
            app.next_id(),
            row.id,
            amount.fen(),
            on.to_string(),
            row.state.as_str(),
            form.get("note")
        ],
    )
    .await
    .map(|_| ())
}

async fn risk(app: &App, tx: &RecordedTx, id: i64, form: &Filled) -> AppResult<()> {
    let kinds = ["market", "nature", "quality", "fund", "integrity", "operate"];
    tx.execute(
        "INSERT INTO project_risk (id, project, kind, level, note, measure, owner, due_on) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![
            app.next_id(),
            id,
            one_of(form, "kind", &kinds, "风险类别")?,
            one_of(form, "level", &["high", "middle", "low"], "等级")?,
            form.words("note", "风险描述", 300)?,
            form.words("measure", "防范措施", 300)?,
            form.words("owner", "责任人", 20)?,
            form.date("due_on", "处置期限")?.to_string()
        ],
    )
    .await
    .map(|_| ())
}

async fn draw_result(tx: &RecordedTx, id: i64, form: &Filled) -> AppResult<()> {
    let passed = one_of(form, "result", &["pass", "fail"], "抽查结果")? == "pass";
    let changed = tx
        .execute(
            "UPDATE project_draw_item SET passed = $1, failures = failures + $2, note = $3 WHERE project = $4 \
             AND why IS NOT NULL AND draw = (SELECT MAX(i.draw) FROM project_draw_item i WHERE i.project = $4)",
            args![passed, i64::from(!passed), form.words("note", "抽查情况", 300)?, id],
        )
        .await?;
    if changed == 0 {
        Err(AppError::conflict("本项目没有被抽中，不用登记抽查结果。"))
    } else {
        Ok(())
    }
}

async fn asset(app: &App, tx: &RecordedTx, row: &Project, form: &Filled, today: Date) -> AppResult<()> {
    let class = AssetClass::parse(form.get("class")).ok_or_else(|| AppError::invalid("请选择类别。"))?;
    let id = app.next_id();
    let on = form.past_date("on", "形成日期", today)?.to_string();
    let name = form.words("name", "资产名称", 60)?;
    tx.execute(
        "INSERT INTO project_asset (id, project, region, name, class, cost_fen, state, owner_level, owner_name, \
         certificate, receiver, formed_on, last_actor, last_on) VALUES ($1,$2,$3,$4,$5,$6,'formed','','','','',$7,$8,$9)",
        args![
            id,
            row.id,
            row.region,
            name.as_str(),
            class.id(),
            form.some_money("cost", "原值")?.fen(),
            on.as_str(),
            tx.actor().account.map_or(-1, |a| a.0),
            on.as_str()
        ],
    )
    .await?;
    super::assets::write_version(tx, id, "formed", "", "", today).await
}

/// The steps under which papers of a project are kept.
pub const PAPER_STEPS: [(&str, &str); 7] = [
    ("duty", "项目实施绩效责任书"),
    ("integrity", "项目实施廉政承诺书"),
    ("photo", "实施图片"),
    ("minutes", "会议纪要"),
    ("contract", "合同"),
    ("acceptance", "验收材料"),
    ("talk", "廉政谈话记录"),
];

/// Keeps papers of a project: pledges, photos, minutes.
///
/// # Errors
/// Invalid for an unknown step, no file, or a file that is not what it says.
pub async fn attach(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    step: &str,
    uploads: Vec<Upload>,
) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = reachable(&tx, actor, id).await?;
    if !PAPER_STEPS.iter().any(|(s, _)| *s == step) {
        return Err(AppError::invalid("请选择材料类别。"));
    }
    if uploads.is_empty() {
        return Err(AppError::invalid("请选择文件。"));
    }
    let kept = records::papers::attach(&tx, &app.objects, project::KIND, id, step, uploads).await?;
    let act = Act::new("project.attach", format!("project:{id}")).in_region(row.place());
    tx.commit(act.with(json!({"step": step, "digests": kept}))).await?;
    Ok(())
}
