//! `/desk/batches/bulk`: one step for many batches: what goes, what is held back and why, then the ticked ones at once.

use std::collections::BTreeMap;

use access::Resource;
use askama::Template;
use axum::extract::{Form, Query};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppResult, ErrorKind, Money, Month, period::parse_date};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter},
};

use super::{
    batches::LIST,
    payments::within_reach,
    sheet::{Cell, layer, place},
};
use crate::{
    batch::{self, BULK_ACTS, BatchFilter, Chosen, Group, Line, MOST_BATCHES, Preview},
    chain::Asked,
    model::flows::{BATCH, BatchAct},
};

const PATH: &str = "/desk/batches/bulk";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BulkQuery {
    #[serde(flatten)]
    area: AreaQuery,
    act: String,
    programme: String,
    month: String,
}

#[derive(Template)]
#[template(path = "pages/batch_bulk.html")]
struct BulkPage {
    shell: Shell,
    filter: Filter,
    problem: String,
    /// Of the step; empty when this role has none.
    act: &'static str,
    act_title: &'static str,
    guard: &'static str,
    request_id: String,
    today: String,
    hidden: Vec<(&'static str, String)>,
    /// What goes.
    goes: Vec<Pick>,
    goes_total: String,
    goes_heads: Vec<&'static str>,
    reasons: Vec<Vec<Cell>>,
    held: Vec<Vec<Cell>>,
    more: String,
}

impl BulkPage {
    fn ticked(&self) -> usize {
        self.goes.iter().filter(|pick| pick.ticked).count()
    }
}

/// A row that can be ticked.
struct Pick {
    value: String,
    ticked: bool,
    label: String,
    cells: Vec<Cell>,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<BulkQuery>) -> Page {
    html(page(&ctx, &query, String::new()).await?)
}

/// The steps this role takes at all.
fn acts_of(ctx: &Ctx) -> Vec<BatchAct> {
    let role = ctx.actor().role;
    let takes = |act: &BatchAct| BATCH.steps.iter().any(|s| s.act == *act && s.by.contains(&role));
    BULK_ACTS.into_iter().filter(takes).collect()
}

async fn page(ctx: &Ctx, query: &BulkQuery, problem: String) -> AppResult<BulkPage> {
    let tree = regions(ctx.app()).await?;
    let acts = acts_of(ctx);
    let asked_for = BatchAct::parse(&query.act).filter(|act| acts.contains(act));
    let act = asked_for.or_else(|| acts.first().copied());
    let filter = BatchFilter {
        programme: (!query.programme.is_empty()).then(|| query.programme.clone()),
        month: query.month.parse::<Month>().ok().map(|m| m.to_string()),
        area: query.area.area(&tree, ctx.scope()),
        state: None,
    };
    let today = ctx.clock.today();
    let preview = match act {
        Some(act) => {
            let asked = Asked::on("", today);
            batch::preview(ctx.app(), ctx.actor(), act, &filter, &asked).await?
        }
        None => Preview::default(),
    };
    let mut programmes = vec![(String::new(), "全部".to_owned())];
    let paying = within_reach(ctx).await?.into_iter().filter(|p| p.pays_people());
    programmes.extend(paying.map(|p| (p.code, p.name)));
    let mut fields =
        vec![Field::select("act", "办理", acts.iter().map(|a| (a.id(), a.title()))).value(act.map_or("", |a| a.id()))];
    fields.extend(area_fields(&tree, ctx.scope(), ctx.config.area, &query.area));
    fields.push(Field::select("programme", "项目", programmes).value(&query.programme));
    fields.push(
        Field::input("month", "month", "所属月份")
            .value(&query.month)
            .placeholder("例如 2026-01"),
    );
    let again = act == Some(BatchAct::Reissue);
    let cells = |line: &Line, rows: i64, amount: Money| {
        vec![
            Cell::link(&line.row.batch_no, format!("{LIST}/{}", line.row.id)),
            Cell::text(&line.row.programme_name),
            Cell::text(place(&tree, line.row.region)),
            Cell::whole(&line.row.month),
            Cell::number(rows),
            Cell::money(amount.fen()),
        ]
    };
    let mut goes = Vec::new();
    let mut held = Vec::new();
    for line in &preview.lines {
        let key = format!("{}:{}", line.row.id, line.row.version);
        match (&line.against, again) {
            (Some(why), _) => {
                let mut cells = cells(line, line.rows, line.amount);
                cells.push(Cell::text(why));
                held.push(cells);
            }
            (None, false) => goes.push(Pick {
                value: key,
                ticked: true,
                label: line.row.batch_no.clone(),
                cells: cells(line, line.rows, line.amount),
            }),
            (None, true) => goes.extend(line.groups.iter().map(|group| {
                let mut cells = cells(line, group.rows, group.amount());
                cells.push(Cell::text(&group.reason));
                cells.push(if group.wants_account() {
                    Cell::state("账户未更换", "late")
                } else {
                    Cell::state("可重发", "done")
                });
                Pick {
                    value: format!("{key}:{}", group.id()),
                    ticked: !group.wants_account(),
                    label: format!("{} {}", line.row.batch_no, group.reason),
                    cells,
                }
            })),
        }
    }
    let going = || preview.lines.iter().filter(|l| l.against.is_none());
    let (rows, amount) = (
        going().map(|l| l.rows).sum::<i64>(),
        going().map(|l| l.amount).sum::<Money>(),
    );
    let mut goes_heads = vec!["批次号", "项目", "地方", "所属月份", "笔数", "金额（元）"];
    if again {
        goes_heads.extend(["退回原因", "提示"]);
    }
    let step = act.and_then(|act| BATCH.steps.iter().find(|s| s.act == act));
    let unseen = preview.total - preview.lines.len() as i64;
    Ok(BulkPage {
        shell: ctx.shell(layer(ctx)).crumb("发放批次", LIST).here("批量办理"),
        filter: Filter {
            action: PATH.into(),
            fields,
        },
        problem,
        act: act.map_or("", |a| a.id()),
        act_title: act.map_or("", |a| a.title()),
        guard: step.map_or("", |s| s.guard),
        request_id: format!("bulk-{:x}", ctx.next_id()),
        today: today.to_string(),
        hidden: vec![
            ("town", query.area.town.clone()),
            ("community", query.area.community.clone()),
            ("village", query.area.village.clone()),
            ("programme", query.programme.clone()),
            ("month", query.month.clone()),
        ],
        goes_total: format!("可办理 {} 批，{rows} 笔，合计 {amount} 元", going().count()),
        goes,
        goes_heads,
        reasons: if again { by_reason(&preview) } else { Vec::new() },
        held,
        more: if unseen > 0 {
            format!(
                "每次最多 {MOST_BATCHES} 批，这里列出最早的；另有 {unseen} 批，办完后再看，或按地方、项目、月份缩小范围。"
            )
        } else {
            String::new()
        },
    })
}

/// What came back in all batches shown, by reason.
fn by_reason(preview: &Preview) -> Vec<Vec<Cell>> {
    let mut sums: BTreeMap<&str, Group> = BTreeMap::new();
    for group in preview.lines.iter().flat_map(|l| &l.groups) {
        let reason = group
            .reason
            .strip_prefix(batch::REPLACED)
            .map_or(group.reason.as_str(), |_| "已更换账户");
        let sum = sums.entry(reason).or_insert(Group {
            reason: reason.to_owned(),
            rows: 0,
            amount_fen: 0,
        });
        sum.rows += group.rows;
        sum.amount_fen += group.amount_fen;
    }
    let cells = |g: &Group| vec![Cell::text(&g.reason), Cell::number(g.rows), Cell::money(g.amount_fen)];
    sums.values().map(cells).collect()
}

/// The form: fields by name, ticked boxes several times.
pub(crate) type Sent = Vec<(String, String)>;

pub(crate) async fn confirm(ctx: Ctx, Form(sent): Form<Sent>) -> Page {
    let one = |name: &str| sent.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim());
    let query = BulkQuery {
        area: AreaQuery {
            town: one("town").to_owned(),
            community: one("community").to_owned(),
            village: one("village").to_owned(),
        },
        act: one("act").to_owned(),
        programme: one("programme").to_owned(),
        month: one("month").to_owned(),
    };
    let outcome = match (BatchAct::parse(one("act")), parse_date(one("on"))) {
        (Some(act), Some(on)) => {
            ctx.require("batch.step", &Resource::any())?;
            let asked = Asked::on(one("request_id"), on);
            batch::confirm(ctx.app(), ctx.actor(), act, &asked, &chosen(&sent)).await
        }
        (None, _) => Err(kernel::AppError::invalid("请选择办理的步骤。")),
        (_, None) => Err(kernel::AppError::invalid("办理日期：请写成 2026-03-02。")),
    };
    match outcome {
        Ok(Some(done)) => {
            let text = format!(
                "已办理 {} 批，{} 笔，合计 {} 元。",
                done.batches, done.rows, done.amount
            );
            ctx.done(text, &format!("{PATH}?act={}", query.act)).await
        }
        Ok(None) => {
            ctx.done("这次办理已经完成，没有重复办理。", &format!("{PATH}?act={}", query.act))
                .await
        }
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Forbidden) => {
            let page = page(&ctx, &query, e.message).await?;
            Ok(web::refused(html(page)?))
        }
        Err(e) => Err(e.into()),
    }
}

/// The ticked batches in their order, the reasons of one batch together.
fn chosen(sent: &Sent) -> Vec<Chosen> {
    let mut chosen: Vec<Chosen> = Vec::new();
    for (_, value) in sent.iter().filter(|(name, _)| name == "pick") {
        let mut parts = value.split(':');
        let mut number = || parts.next().and_then(|n| n.parse::<i64>().ok()).unwrap_or(0);
        let (batch, version) = (number(), number());
        let group = parts.next().map(str::to_owned);
        match chosen.iter_mut().find(|c| c.batch == batch) {
            Some(known) => known.groups.extend(group),
            None => chosen.push(Chosen {
                batch,
                version,
                groups: group.into_iter().collect(),
            }),
        }
    }
    chosen
}
