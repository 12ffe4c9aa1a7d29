//! Reimbursements: list, draft, papers, five signatures, payment.

use access::Resource;
use axum::extract::{Path, Query};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, Money, Timestamp};
use records::{flow::Code, papers};
use serde::Deserialize;
use web::{
    Ctx, Page, WebError, download, html,
    parts::{Field, Filter, Pair},
};

use super::{
    filled::Filled,
    indicators::target,
    lists,
    sheet::{ActForm, Cell, Grid, Link, Note, Sheet, UploadField, act_form, history_of, layer, line, place},
};
use crate::{
    chain::allocations_of,
    model::flows::{REIMBURSEMENT, ReimbursementAct, ReimbursementState},
    reimbursement::{
        self, MANDATORY, NewReimbursement, ReimbursementRow, SLOTS, finance_due, missing_papers, reimbursements, signs,
    },
};

const LIST: &str = "/desk/reimbursements";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    state: String,
    text: String,
    page: String,
}

impl ListQuery {
    fn query(&self) -> String {
        web::query_of([("state", &self.state), ("text", &self.text)])
    }

    fn keeps(&self, row: &ReimbursementRow) -> bool {
        let text = self.text.trim();
        let fields = [&row.no, &row.title, &row.payee, &row.programme_name, &row.project_name];
        text.is_empty() || fields.iter().any(|t| t.contains(text))
    }
}

fn tone(state: ReimbursementState) -> &'static str {
    match state {
        ReimbursementState::Draft => "wait",
        ReimbursementState::Paid => "done",
        ReimbursementState::Refused => "closed",
        _ => "doing",
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let sheet = sheet(&ctx, &query).await?;
    html(sheet.as_list(&ctx, LIST, &query.page, &query.query()).await?)
}

/// `GET /desk/reimbursements.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let grid = sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "报账", grid, "reimbursement:list").await
}

async fn sheet(ctx: &Ctx, query: &ListQuery) -> AppResult<Sheet> {
    let mut rows = reimbursements(&ctx.db, ctx.scope(), ReimbursementState::parse(&query.state)).await?;
    rows.retain(|row| query.keeps(row));
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today();
    let total: Money = rows.iter().map(ReimbursementRow::amount).sum();
    let mut states = vec![(String::new(), "全部".to_owned())];
    states.extend(
        ReimbursementState::ALL
            .iter()
            .map(|s| (s.id().to_owned(), s.title().to_owned())),
    );
    let mut links = Vec::new();
    if ctx.may("reimbursement.enter", &Resource::any()) {
        links.push(Link {
            title: "填报",
            href: format!("{LIST}/new"),
            download: false,
        });
    }
    Ok(Sheet {
        shell: ctx.shell(layer(ctx)).here("报账"),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("state", "状态", states).value(&query.state),
                Field::input("search", "text", "编号、事项、收款方或项目").value(&query.text),
            ],
        }),
        links,
        grids: vec![Grid {
            total: format!("共 {} 笔，合计 {total} 元", rows.len()),
            heads: vec![
                "编号",
                "事项",
                "资金项目",
                "地方",
                "收款方",
                "金额（元）",
                "状态",
                "财政答复期限",
            ],
            rows: rows
                .iter()
                .map(|r| {
                    vec![
                        Cell::link(&r.no, format!("{LIST}/{}", r.id)),
                        Cell::text(&r.title),
                        Cell::text(&r.programme_name),
                        Cell::text(place(&tree, r.region)),
                        Cell::text(&r.payee),
                        Cell::money(r.amount_fen),
                        Cell::state(r.state().title(), tone(r.state())),
                        Cell::due(finance_due(r, &ctx.calendar), today),
                    ]
                })
                .collect(),
            empty: "没有符合条件的报账。",
            ..Grid::default()
        }],
        ..Sheet::default()
    })
}

pub(crate) async fn blank(ctx: Ctx) -> Page {
    Ok(entry(&ctx, &Filled::default(), None).await?)
}

async fn entry(ctx: &Ctx, filled: &Filled, error: Option<String>) -> Result<axum::response::Response, WebError> {
    let tree = regions(ctx.app()).await?;
    let shares: Vec<(String, String)> = allocations_of(&ctx.db, ctx.scope(), None)
        .await?
        .iter()
        .filter(|a| a.decided_on.is_some())
        .map(|a| {
            (
                a.id.to_string(),
                format!("{} {} {} 元", a.programme_name, target(&tree, a), a.amount()),
            )
        })
        .collect();
    let field = |f: Field| {
        let value = filled.get(&f.name.clone()).to_owned();
        f.value(value)
    };
    let failed = error.is_some();
    let page = html(Sheet {
        shell: ctx.shell(layer(ctx)).crumb("报账", LIST).here("填报"),
        notes: error.map(|text| Note { tone: "danger", text }).into_iter().collect(),
        forms: vec![ActForm {
            title: "报账单".into(),
            hint: "先填报，再上传附件，然后签字提交。".into(),
            action: LIST.into(),
            request_id: format!("draft-{:x}", ctx.next_id()),
            fields: vec![
                field(Field::select("allocation", "从哪笔分配支付", shares).required()),
                field(Field::text("title", "报账事项").required()),
                field(Field::text("payee", "收款单位或个人").required()),
                field(Field::text("amount", "金额（元）").required()),
                field(Field::checkbox("works", "工程类（须有验收报告、税务发票、实施合同）")),
            ],
            button: "保存".into(),
            class: "btn-primary",
            guard: true,
            ..ActForm::default()
        }],
        ..Sheet::default()
    })?;
    Ok(if failed { web::refused(page) } else { page })
}

pub(crate) async fn add(ctx: Ctx, filled: Filled) -> Page {
    match added(&ctx, &filled).await {
        Ok(id) => ctx.done("报账单已保存，请上传附件。", &format!("{LIST}/{id}")).await,
        Err(e) if e.kind == ErrorKind::Invalid => Ok(entry(&ctx, &filled, Some(e.message)).await?),
        Err(e) => Err(e.into()),
    }
}

async fn added(ctx: &Ctx, filled: &Filled) -> AppResult<i64> {
    let new = NewReimbursement {
        allocation: filled.get("allocation").parse().unwrap_or(0),
        title: filled.get("title"),
        works: filled.ticked("works"),
        payee: filled.get("payee"),
        amount: filled.money("amount", "报账金额")?,
    };
    reimbursement::enter(ctx.app(), ctx.actor(), filled.request_id(), &new).await
}

async fn found(ctx: &Ctx, id: i64) -> AppResult<ReimbursementRow> {
    reimbursement::reimbursement(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这笔报账。"))
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = found(&ctx, id).await?;
    let tree = regions(ctx.app()).await?;
    let path = format!("{LIST}/{id}");
    let state = row.state();
    let signed = signs(&ctx.db, id).await?;
    let files = papers::of(&ctx.db, "reimbursement", id).await?;
    let missing = missing_papers(&ctx.db, &row).await?;
    let mut forms: Vec<ActForm> = Vec::new();
    if ctx.may("reimbursement.step", &Resource::any()) {
        let open = REIMBURSEMENT.open_to(state, ctx.actor().role);
        forms.extend(
            open.into_iter()
                .map(|s| act_form(&ctx, s, &path, row.version, Vec::new())),
        );
    }
    if state == ReimbursementState::Draft && ctx.may("reimbursement.enter", &Resource::any()) {
        let mut kinds: Vec<(&str, &str)> = MANDATORY.to_vec();
        kinds.push(("list", "清单等其他附件"));
        forms.insert(
            0,
            ActForm {
                title: "上传附件".into(),
                action: format!("{path}/papers?csrf={}", ctx.csrf()),
                request_id: format!("paper-{:x}", ctx.next_id()),
                fields: vec![Field::select("paper", "附件种类", kinds).required()],
                upload: Some(UploadField {
                    name: "file",
                    label: "文件",
                    accept: ".pdf,.jpg,.jpeg,.png",
                    hint: "PDF 或图片，不超过 10 MB。",
                }),
                button: "上传".into(),
                class: "btn-primary",
                ..ActForm::default()
            },
        );
    }
    let notes = if missing.is_empty() || state != ReimbursementState::Draft {
        Vec::new()
    } else {
        vec![Note {
            tone: "warning",
            text: format!("还缺“{}”，补齐后才能提交。", missing.join("”“")),
        }]
    };
    let sign_rows = SLOTS
        .iter()
        .map(|(act, title)| {
            let sign = signed.iter().find(|s| s.slot == act.id());
            vec![
                Cell::text(*title),
                Cell::text(sign.map_or_else(String::new, |s| s.name.clone())),
                Cell::text(
                    sign.and_then(|s| access::Role::from_id(&s.role))
                        .map_or("", access::Role::title),
                ),
                Cell::whole(sign.map_or_else(|| "未签".to_owned(), |s| Timestamp(s.at_millis).to_string())),
            ]
        })
        .collect();
    let paper_title = |step: &str| {
        MANDATORY
            .iter()
            .find(|(k, _)| *k == step)
            .map_or("其他附件", |(_, t)| t)
    };
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("报账", LIST)
            .here(format!("报账 {}", row.no)),
        links: vec![Link {
            title: "追踪资金",
            href: format!("/desk/funds/trace?allocation={}", row.allocation_id),
            download: false,
        }],
        notes,
        steps: line(
            &[
                ReimbursementState::Draft,
                ReimbursementState::Filled,
                ReimbursementState::VillageSigned,
                ReimbursementState::TownSigned,
                ReimbursementState::PovertySigned,
                ReimbursementState::FinanceSigned,
                ReimbursementState::Paid,
            ],
            state,
        ),
        pairs: vec![
            Pair::new("事项", &row.title),
            Pair::new("资金项目", &row.programme_name),
            Pair::new("项目名称", &row.project_name),
            Pair::new("地方", place(&tree, row.region)),
            Pair::new("收款单位或个人", &row.payee),
            Pair::whole("金额", format!("{} 元", row.amount())),
            Pair::new("类别", if row.works { "工程类" } else { "其他" }),
            Pair::whole(
                "财政答复期限",
                finance_due(&row, &ctx.calendar).map_or_else(|| "—".into(), |d| d.to_string()),
            ),
            Pair::whole("支付日期", row.paid_on.clone().unwrap_or_default()),
        ],
        forms,
        grids: vec![
            Grid {
                title: "五方签字（三级两部门）".into(),
                heads: vec!["签字位", "签字人", "岗位", "时间"],
                rows: sign_rows,
                ..Grid::default()
            },
            Grid {
                title: "附件".into(),
                heads: vec!["种类", "文件", "大小", "上传人"],
                rows: files
                    .iter()
                    .map(|p| {
                        vec![
                            Cell::text(paper_title(&p.step)),
                            Cell::link(&p.file_name, format!("{path}/papers/{}", p.digest)),
                            Cell::whole(format!("{} KB", (p.size_bytes + 1023) / 1024)),
                            Cell::text(&p.actor_name),
                        ]
                    })
                    .collect(),
                empty: "还没有附件。",
                ..Grid::default()
            },
        ],
        timeline: history_of(&ctx, "reimbursement", id, &REIMBURSEMENT).await?,
        ..Sheet::default()
    })
}

pub(crate) async fn step(ctx: Ctx, Path((id, act)): Path<(i64, String)>, filled: Filled) -> Page {
    let act = ReimbursementAct::parse(&act).ok_or_else(|| AppError::not_found("没有这个办理步骤。"))?;
    let asked = filled.asked(act.id(), ctx.clock.today())?;
    reimbursement::step(ctx.app(), ctx.actor(), id, act, &asked).await?;
    ctx.done(format!("已办理：{}。", act.title()), &format!("{LIST}/{id}"))
        .await
}

pub(crate) async fn attach(ctx: Ctx, Path(id): Path<i64>, mut filled: Filled) -> Page {
    let (file_name, bytes) = filled
        .file
        .take()
        .ok_or_else(|| AppError::invalid("请选择要上传的文件。"))?;
    let files = vec![papers::Upload { file_name, bytes }];
    reimbursement::attach(
        ctx.app(),
        ctx.actor(),
        id,
        filled.request_id(),
        filled.get("paper"),
        files,
    )
    .await?;
    ctx.done("附件已上传。", &format!("{LIST}/{id}")).await
}

pub(crate) async fn paper(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    found(&ctx, id).await?;
    let (paper, bytes) = papers::read(&ctx.db, &ctx.objects, "reimbursement", id, &digest)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这个附件。"))?;
    let mime = match paper.mime.as_str() {
        "image/jpeg" => "image/jpeg",
        "image/png" => "image/png",
        _ => "application/pdf",
    };
    Ok(download(&paper.file_name, mime, bytes))
}
