//! Batches of payments: list, new, one batch with rows, steps and bank files.

use access::Resource;
use axum::extract::{Path, Query};
use directory::{AreaQuery, RegionTree, area_fields, regions};
use kernel::{AppError, AppResult, Month};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter, Pager, Pair},
};

use super::{
    batch_hold, lists,
    payments::{quantity, within_reach},
    sheet::{
        ActForm, Cell, Grid, Link, Note, Sheet, Tile, UploadField, act_form, history_of, layer, line, place, short,
    },
};
use crate::{
    batch::{self, BatchFilter, BatchRow, BatchRowsFilter, public_until, reissue_due},
    model::flows::{BATCH, BatchAct, BatchState},
    payment::PaymentState,
    search::PAGE_ROWS,
};

pub(super) const LIST: &str = "/desk/batches";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    programme: String,
    month: String,
    state: String,
    page: String,
}

pub(super) fn tone(state: BatchState) -> &'static str {
    match state {
        BatchState::Listed | BatchState::Public => "wait",
        BatchState::Paid | BatchState::Disclosed => "done",
        BatchState::Returned => "back",
        BatchState::Withdrawn => "closed",
        _ => "doing",
    }
}

impl ListQuery {
    fn filter(&self, ctx: &Ctx, tree: &RegionTree) -> BatchFilter {
        BatchFilter {
            programme: (!self.programme.is_empty()).then(|| self.programme.clone()),
            month: self.month.parse::<Month>().ok().map(|m| m.to_string()),
            state: BatchState::parse(&self.state),
            area: self.area.area(tree, ctx.scope()),
        }
    }

    fn query(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("programme", &self.programme),
            ("month", &self.month),
            ("state", &self.state),
        ])
    }
}

/// Batches as rows of a table.
pub(super) fn grid(ctx: &Ctx, tree: &RegionTree, rows: &[BatchRow]) -> Grid {
    let today = ctx.clock.today();
    Grid {
        heads: vec![
            "批次号",
            "项目",
            "地方",
            "所属月份",
            "笔数",
            "金额（元）",
            "状态",
            "期限",
        ],
        rows: rows
            .iter()
            .map(|b| {
                let due = match b.state() {
                    BatchState::Returned => reissue_due(b, &ctx.calendar),
                    _ => None,
                };
                vec![
                    Cell::link(&b.batch_no, format!("{LIST}/{}", b.id)),
                    Cell::text(&b.programme_name),
                    Cell::text(place(tree, b.region)),
                    Cell::whole(&b.month),
                    Cell::number(b.rows),
                    Cell::money(b.amount_fen),
                    Cell::state(b.state().title(), tone(b.state())),
                    Cell::due(due, today),
                ]
            })
            .collect(),
        empty: "没有符合条件的批次。",
        ..Grid::default()
    }
}

/// `GET /desk/batches.xlsx`: all batches the filter holds.
pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&ctx, &tree);
    let (mut rows, mut page) = (Vec::new(), 1);
    loop {
        let more = batch::batches(&ctx.db, ctx.scope(), &filter, page).await?;
        let last = more.is_empty();
        rows.extend(more);
        if last {
            return lists::send(&ctx, "发放批次", grid(&ctx, &tree, &rows), "batch:list").await;
        }
        page += 1;
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&ctx, &tree);
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let (count, amount) = batch::batch_counts(&ctx.db, ctx.scope(), &filter).await?;
    let rows = batch::batches(&ctx.db, ctx.scope(), &filter, page).await?;
    let mut programmes = vec![(String::new(), "全部".to_owned())];
    programmes.extend(
        within_reach(&ctx)
            .await?
            .into_iter()
            .filter(|p| p.pays_people())
            .map(|p| (p.code, p.name)),
    );
    let mut states = vec![(String::new(), "全部".to_owned())];
    states.extend(
        BatchState::ALL
            .iter()
            .map(|s| (s.id().to_owned(), s.title().to_owned())),
    );
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.extend([
        Field::select("programme", "项目", programmes).value(&query.programme),
        Field::input("month", "month", "所属月份")
            .value(&query.month)
            .placeholder("例如 2026-01"),
        Field::select("state", "状态", states).value(&query.state),
    ]);
    let text = query.query();
    let mut links = Vec::new();
    if ctx.may("batch.create", &Resource::any()) {
        links.push(Link {
            title: "新建批次",
            href: format!("{LIST}/new"),
            download: false,
        });
    }
    if ctx.may("batch.step", &Resource::any()) {
        links.push(Link {
            title: "批量办理",
            href: format!("{LIST}/bulk"),
            download: false,
        });
    }
    let sheet = Sheet {
        shell: ctx.shell(layer(&ctx)).here("发放批次"),
        filter: Some(Filter {
            action: LIST.into(),
            fields,
        }),
        links,
        grids: vec![Grid {
            total: format!("共 {count} 批，合计 {amount} 元"),
            pager: Some(Pager {
                page,
                page_size: PAGE_ROWS,
                total_rows: count.unsigned_abs(),
                total_amount: Some(amount.to_string()),
                path: LIST.into(),
                query: text.clone(),
            }),
            ..grid(&ctx, &tree, &rows)
        }],
        ..Sheet::default()
    };
    html(sheet.with_bar(&ctx, LIST, &text).await?)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OneQuery {
    rows: String,
    page: String,
}

pub(super) async fn found(ctx: &Ctx, id: i64) -> AppResult<BatchRow> {
    batch::batch(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这一批发放。"))
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(query): Query<OneQuery>) -> Page {
    let row = found(&ctx, id).await?;
    let tree = regions(ctx.app()).await?;
    let path = format!("{LIST}/{id}");
    let slots = batch::slots(&ctx.db, ctx.scope(), id).await?;
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let filter = BatchRowsFilter {
        state: PaymentState::from_id(&query.rows).map_or_else(String::new, |s| s.id().to_owned()),
    };
    let rows = batch::pay_rows(&ctx.db, ctx.scope(), id, &filter, page).await?;
    let shown: i64 = slots
        .iter()
        .filter(|s| filter.state.is_empty() || s.state == filter.state)
        .map(|s| s.rows)
        .sum();
    let rejects = batch::rejects(&ctx.db, id).await?;
    let asked = batch::holds(&ctx.db, ctx.scope(), id).await?;
    let state = row.state();
    let covers = ctx.scope().covers(row.place());
    let bank = covers && ctx.may("batch.bank", &Resource::any());
    let mut links = vec![Link {
        title: "追踪这一批",
        href: format!("/desk/funds/trace?batch={id}"),
        download: false,
    }];
    let sent = matches!(state, BatchState::BankSent | BatchState::Reissued);
    if bank && sent {
        links.push(Link {
            title: "下载送盘文件",
            href: format!("{path}/bank.csv"),
            download: true,
        });
    }
    let mut forms: Vec<ActForm> = Vec::new();
    if covers && ctx.may("batch.step", &Resource::any()) {
        let open = BATCH.open_to(state, ctx.actor().role);
        let by_hand = open
            .into_iter()
            .filter(|s| !matches!(s.act, BatchAct::SettlePaid | BatchAct::SettleReturned));
        forms.extend(by_hand.map(|s| {
            let more = if s.act == BatchAct::Compare {
                vec![Field::text("reason", "放行理由").hint("只在平台未接通比对时填写")]
            } else {
                Vec::new()
            };
            act_form(&ctx, s, &path, row.version, more)
        }));
    }
    if bank && sent {
        forms.insert(
            0,
            ActForm {
                title: "上传银行回盘文件".into(),
                hint: "列：序号、账号尾号、户名、金额、结果（成功或失败）、原因。有一行与送出的不符，整个文件退回。"
                    .into(),
                action: format!("{path}/bank-result?csrf={}", ctx.csrf()),
                request_id: format!("result-{:x}", ctx.next_id()),
                fields: vec![
                    Field::input("date", "result_on", "到账日期")
                        .value(ctx.clock.today().to_string())
                        .required(),
                ],
                upload: Some(UploadField {
                    name: "file",
                    label: "回盘文件",
                    accept: ".xlsx,.xls,.csv",
                    hint: "Excel 表格或 CSV（UTF-8、GB18030）。",
                }),
                button: "核对并登记结果".into(),
                class: "btn-primary",
                ..ActForm::default()
            },
        );
    }
    if state == BatchState::Returned && covers && ctx.may("batch.reissue", &Resource::any()) {
        let listed = if filter.state == "returned" { page } else { 1 };
        forms.extend(returned_forms(&ctx, &path, id, listed).await?);
    }
    let mut notes = batch_hold::notes(&asked);
    if covers && ctx.may("batch.hold", &Resource::any()) {
        if let Some(decide) = batch_hold::form(&ctx, &path, &asked) {
            forms.insert(0, decide);
        }
    }
    if let Some(until) = public_until(&row, &ctx.calendar).filter(|_| state == BatchState::Public) {
        notes.push(Note {
            tone: "info",
            text: format!("公示至 {until}（7 个工作日），期满后部门审批。"),
        });
    }
    if let Some(due) = reissue_due(&row, &ctx.calendar) {
        notes.push(Note {
            tone: "warning",
            text: format!("有退票，须在 {due} 前重新发放（10 个工作日）。"),
        });
    }
    let mut grids = vec![Grid {
        title: "发放明细".into(),
        total: format!("{shown} 笔"),
        heads: vec![
            "行号",
            "领取人",
            "所在村",
            "数量",
            "金额（元）",
            "账户",
            "状态",
            "到账日期",
            "说明",
        ],
        rows: rows
            .iter()
            .map(|p| {
                let state = PaymentState::from_id(&p.state).unwrap_or(PaymentState::Held);
                vec![
                    Cell::number(p.row_no.unwrap_or(0)),
                    Cell::link(&p.payee_name, format!("/desk/funds/trace?payment={}", p.id)),
                    Cell::text(place(&tree, p.region)),
                    Cell {
                        text: format!("{} {}", quantity(p.qty), row.unit),
                        class: "num",
                        ..Cell::default()
                    },
                    Cell::money(p.amount_fen),
                    Cell::whole(format!("{} 尾号 {}", p.account_name, p.account_tail)),
                    Cell::state(state.title(), pay_tone(state)),
                    Cell::whole(&p.paid_on),
                    Cell::text(p.note.clone().unwrap_or_default()),
                ]
            })
            .collect(),
        empty: "没有明细。",
        pager: Some(Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: shown.unsigned_abs(),
            total_amount: None,
            path: path.clone(),
            query: if filter.state.is_empty() {
                String::new()
            } else {
                format!("rows={}", filter.state)
            },
        }),
    }];
    if let Some(grid) = batch_hold::grid(&ctx, &tree, &asked) {
        grids.insert(0, grid);
    }
    if !rejects.is_empty() {
        grids.push(Grid {
            title: "造册时退回的行".into(),
            total: format!("{} 行", rejects.len()),
            heads: vec!["行号", "姓名", "问题"],
            rows: rejects
                .iter()
                .take(500)
                .map(|r| vec![Cell::number(r.row_no), Cell::text(&r.payee_name), Cell::text(&r.reason)])
                .collect(),
            ..Grid::default()
        });
    }
    let mut states = vec![(String::new(), "全部".to_owned())];
    states.extend(slots.iter().map(|s| {
        let title = PaymentState::from_id(&s.state).map_or("", PaymentState::title);
        (s.state.clone(), format!("{title}（{}）", s.rows))
    }));
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("发放批次", LIST)
            .here(row.batch_no.clone()),
        filter: Some(Filter {
            action: path,
            fields: vec![Field::select("rows", "明细状态", states).value(&filter.state)],
        }),
        links,
        notes,
        steps: line(&main_line(state), state),
        tiles: slots
            .iter()
            .map(|s| Tile {
                title: PaymentState::from_id(&s.state).map_or("", PaymentState::title),
                value: short(s.amount_fen),
                foot: format!("{} 笔", s.rows),
                alert: s.state == "returned",
            })
            .collect(),
        pairs: vec![
            Pair::new("资金项目", &row.programme_name),
            Pair::whole("所属月份", &row.month),
            Pair::new("地方", place(&tree, row.region)),
            Pair::whole("造册", format!("{} 笔 {} 元", row.rows, row.amount())),
            Pair::new("发放前比对", row.compared.clone().unwrap_or_else(|| "尚未比对".into())),
            Pair::whole("送银行", row.sent_on.clone().unwrap_or_else(|| "尚未送出".into())),
            Pair::whole("最近回盘", row.settled_on.clone().unwrap_or_else(|| "尚无回盘".into())),
        ],
        forms,
        grids,
        timeline: history_of(&ctx, "batch", id, &BATCH).await?,
        ..Sheet::default()
    })
}

/// The states of the way, with returned items in it only when there are some.
fn main_line(state: BatchState) -> Vec<BatchState> {
    let mut states = vec![
        BatchState::Listed,
        BatchState::VillageChecked,
        BatchState::Public,
        BatchState::DeptApproved,
        BatchState::Compared,
        BatchState::FinanceChecked,
        BatchState::BankSent,
    ];
    if matches!(state, BatchState::Returned | BatchState::Reissued) {
        states.extend([BatchState::Returned, BatchState::Reissued]);
    }
    states.extend([BatchState::Paid, BatchState::Disclosed]);
    states
}

fn pay_tone(state: PaymentState) -> &'static str {
    match state {
        PaymentState::Paid => "done",
        PaymentState::Returned => "back",
        PaymentState::Sent => "doing",
        PaymentState::Void => "closed",
        PaymentState::Held | PaymentState::Listed => "wait",
    }
}

/// Choices are the returned items on the page of the list that is open.
async fn returned_forms(ctx: &Ctx, path: &str, id: i64, page: u64) -> AppResult<Vec<ActForm>> {
    let filter = BatchRowsFilter {
        state: "returned".into(),
    };
    let rows = batch::pay_rows(&ctx.db, ctx.scope(), id, &filter, page).await?;
    let options: Vec<(String, String)> = rows
        .iter()
        .map(|p| {
            (
                p.id.to_string(),
                format!(
                    "{} {} 元（{}）",
                    p.payee_name,
                    p.amount(),
                    p.note.clone().unwrap_or_default()
                ),
            )
        })
        .collect();
    Ok(vec![
        ActForm {
            title: "更换退票账户".into(),
            hint: "列出的是本页的退票；更多的请把明细筛选为“银行退回”后翻页。".into(),
            action: format!("{path}/account"),
            request_id: format!("account-{:x}", ctx.next_id()),
            fields: vec![
                Field::select("card_payment", "退票", options.clone()).required(),
                Field::text("card_number", "新账号").required(),
                Field::text("card_holder", "户名").required(),
            ],
            button: "更换账户".into(),
            class: "btn-primary",
            ..ActForm::default()
        },
        ActForm {
            title: "不再发放".into(),
            hint: "资金退回原分配，可再用于本项目。".into(),
            action: format!("{path}/give-up"),
            request_id: format!("giveup-{:x}", ctx.next_id()),
            fields: vec![
                Field::select("stop_payment", "退票", options).required(),
                Field::text("stop_reason", "理由").required(),
            ],
            button: "不再发放".into(),
            class: "btn-outline-danger",
            ..ActForm::default()
        },
    ])
}
