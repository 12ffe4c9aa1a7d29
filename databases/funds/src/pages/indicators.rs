//! Documents of money: list, export, filing list, entry, one document with its shares and steps.

use access::Resource;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::IntoResponse,
};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, Money, RegionCode};
use records::{filters, flow::Code};
use serde::Deserialize;
use web::{
    Ctx, Page, WebError,
    export::{Cell as Out, Export},
    html,
    parts::{Field, Filter, Pager, Pair},
};

use super::{
    filled::Filled,
    payments::within_reach,
    sheet::{ActForm, Cell, Grid, Link, Note, Sheet, Tile, act_form, day_of, history_of, layer, line, place, short},
};
use crate::{
    chain::{
        FAMILIES, FUND_CLASSES, IndicatorRow, LEVELS, NewIndicator, NewPlan, ORIGINS, TARGETS, books, enter,
        filing_due, indicator, indicator_rows, indicator_step, plan, title_of,
    },
    model::{
        flows::{INDICATOR, IndicatorAct, IndicatorState},
        ledger::{Kind, Stage},
    },
    search::PAGE_ROWS,
};

const LIST: &str = "/desk/funds/indicators";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    programme: String,
    level: String,
    origin: String,
    state: String,
    text: String,
    page: String,
}

impl ListQuery {
    fn keeps(&self, row: &IndicatorRow) -> bool {
        let same = |asked: &str, is: &str| asked.is_empty() || asked == is;
        same(&self.programme, &row.programme)
            && same(&self.level, &row.level)
            && same(&self.origin, &row.origin)
            && same(&self.state, &row.state)
            && (self.text.trim().is_empty()
                || row.doc_no.contains(self.text.trim())
                || row.giver.contains(self.text.trim()))
    }

    fn query(&self) -> String {
        let pairs = [
            ("programme", &self.programme),
            ("level", &self.level),
            ("origin", &self.origin),
            ("state", &self.state),
            ("text", &self.text),
        ];
        let filled: Vec<_> = pairs.into_iter().filter(|(_, v)| !v.is_empty()).collect();
        serde_urlencoded::to_string(filled).unwrap_or_default()
    }
}

fn tone(state: IndicatorState) -> &'static str {
    match state {
        IndicatorState::Announced => "wait",
        IndicatorState::Arrived => "doing",
        IndicatorState::Filed => "done",
        IndicatorState::CarriedOver => "late",
        IndicatorState::Recovered => "closed",
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let today = ctx.clock.today();
    let books = books(&ctx.db, ctx.scope()).await?.narrowed(|row| query.keeps(row));
    let standing = books.standing_by_indicator(today);
    let total: Money = books.indicators.iter().map(IndicatorRow::amount).sum();
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let rows = books
        .indicators
        .iter()
        .skip(((page - 1) * PAGE_ROWS) as usize)
        .take(PAGE_ROWS as usize)
        .map(|row| {
            let sums = standing.get(&row.id).copied().unwrap_or_default();
            vec![
                Cell::link(&row.doc_no, format!("{LIST}/{}", row.id)),
                Cell::text(&row.programme_name),
                Cell::text(&row.level),
                Cell::text(title_of(&ORIGINS, &row.origin)),
                Cell::money(row.amount_fen),
                Cell::money(sums.balance_fen),
                Cell::money(sums.used_fen),
                Cell::whole(&row.arrived_on),
                Cell::state(row.state().title(), tone(row.state())),
            ]
        })
        .collect();
    let mut programmes = vec![(String::new(), "全部".to_owned())];
    programmes.extend(within_reach(&ctx).await?.into_iter().map(|p| (p.code, p.name)));
    let all = |titles: &[(&str, &str)]| -> Vec<(String, String)> {
        let mut list = vec![(String::new(), "全部".to_owned())];
        list.extend(titles.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
        list
    };
    let states: Vec<(&str, &str)> = IndicatorState::ALL.iter().map(|s| (s.id(), s.title())).collect();
    let text = query.query();
    let mut links = Vec::new();
    let mut link = |action: &str, title, href: String, download| {
        if ctx.may(action, &Resource::any()) {
            links.push(Link { title, href, download });
        }
    };
    link("indicator.enter", "登记指标", format!("{LIST}/new"), false);
    link("fund.view", "报备情况", "/desk/funds/filing".into(), false);
    link("fund.export", "导出表格", format!("{LIST}.xlsx?{text}"), true);
    let account = ctx.actor().account.map(|a| a.0);
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("资金指标"),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("programme", "项目", programmes).value(&query.programme),
                Field::select("level", "来源层级", all(&LEVELS.map(|l| (l, l)))).value(&query.level),
                Field::select("origin", "资金渠道", all(&ORIGINS)).value(&query.origin),
                Field::select("state", "状态", all(&states)).value(&query.state),
                Field::input("search", "text", "文号、出资单位").value(&query.text),
            ],
        }),
        bar: Some(filters::bar(&ctx.db, account, LIST, &text).await?),
        links,
        grids: vec![Grid {
            total: format!("共 {} 份，合计 {total} 元", books.indicators.len()),
            heads: vec![
                "文号",
                "项目",
                "层级",
                "渠道",
                "金额（元）",
                "未分配（元）",
                "使用到位（元）",
                "到位日期",
                "状态",
            ],
            rows,
            empty: "没有符合条件的资金指标。",
            pager: Some(Pager {
                page,
                page_size: PAGE_ROWS,
                total_rows: books.indicators.len() as u64,
                total_amount: Some(total.to_string()),
                path: LIST.into(),
                query: text,
            }),
            ..Grid::default()
        }],
        ..Sheet::default()
    })
}

pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let books = books(&ctx.db, ctx.scope()).await?.narrowed(|row| query.keeps(row));
    let standing = books.standing_by_indicator(ctx.clock.today());
    let columns = [
        ("文号", 24.0),
        ("项目", 24.0),
        ("来源层级", 10.0),
        ("资金渠道", 16.0),
        ("出资单位", 20.0),
        ("金额（元）", 16.0),
        ("未分配（元）", 16.0),
        ("使用到位（元）", 16.0),
        ("到位日期", 12.0),
        ("报备日期", 12.0),
        ("状态", 14.0),
    ];
    let mut export = Export::begin(ctx.app(), "资金指标", &columns)?;
    for row in &books.indicators {
        let sums = standing.get(&row.id).copied().unwrap_or_default();
        export.row([
            Out::text(&row.doc_no),
            Out::text(&row.programme_name),
            Out::text(&row.level),
            Out::text(title_of(&ORIGINS, &row.origin)),
            Out::text(&row.giver),
            Out::Money(row.amount()),
            Out::Money(Money(sums.balance_fen)),
            Out::Money(Money(sums.used_fen)),
            Out::text(&row.arrived_on),
            Out::text(row.filed_on.clone().unwrap_or_default()),
            Out::text(row.state().title()),
        ])?;
    }
    let act = trail::Act::new("fund.export", "indicator:list").with(serde_json::json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send("资金指标.xlsx").await?)
}

/// Money that bypassed the city treasury: filed, due, overdue.
pub(crate) async fn filing(ctx: Ctx) -> Page {
    let today = ctx.clock.today();
    let mut rows = indicator_rows(&ctx.db, ctx.scope()).await?;
    rows.retain(|r| r.bypass_city);
    rows.sort_by_key(|r| (r.filed_on.is_some(), r.arrived_on.clone()));
    let late = |r: &IndicatorRow| r.filed_on.is_none() && filing_due(r, &ctx.calendar).is_some_and(|d| d < today);
    let overdue = rows.iter().filter(|r| late(r)).count();
    let grid = Grid {
        total: format!("共 {} 份，逾期未报备 {overdue} 份", rows.len()),
        heads: vec!["文号", "项目", "层级", "金额（元）", "到位日期", "报备期限", "报备日期"],
        rows: rows
            .iter()
            .map(|r| {
                vec![
                    Cell::link(&r.doc_no, format!("{LIST}/{}", r.id)),
                    Cell::text(&r.programme_name),
                    Cell::text(&r.level),
                    Cell::money(r.amount_fen),
                    Cell::whole(&r.arrived_on),
                    if r.filed_on.is_some() {
                        Cell::whole(filing_due(r, &ctx.calendar).map_or_else(String::new, |d| d.to_string()))
                    } else {
                        Cell::due(filing_due(r, &ctx.calendar), today)
                    },
                    Cell::whole(r.filed_on.clone().unwrap_or_else(|| "未报备".into())),
                ]
            })
            .collect(),
        empty: "没有未经市级财政的资金。",
        ..Grid::default()
    };
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("上级资金报备"),
        notes: vec![Note {
            tone: "info",
            text: "未经市级财政的中央、省资金，到位后 10 个工作日内向市级财政报备；逾期仍可补报，记录在案。".into(),
        }],
        grids: vec![grid],
        ..Sheet::default()
    })
}

pub(crate) async fn blank(ctx: Ctx) -> Page {
    Ok(entry(&ctx, &Filled::default(), None).await?)
}

async fn entry(ctx: &Ctx, filled: &Filled, error: Option<String>) -> Result<axum::response::Response, WebError> {
    let programmes: Vec<(String, String)> = within_reach(ctx).await?.into_iter().map(|p| (p.code, p.name)).collect();
    let field = |f: Field| {
        let value = filled.get(&f.name.clone()).to_owned();
        f.value(value)
    };
    let form = ActForm {
        title: "指标文件".into(),
        action: LIST.into(),
        request_id: format!("indicator-{:x}", ctx.next_id()),
        fields: vec![
            field(Field::select("programme", "资金项目", programmes).required()),
            field(
                Field::text("doc_no", "指标文号")
                    .required()
                    .placeholder("例如 鲁财农指〔2026〕12号"),
            ),
            field(Field::select("level", "来源层级", LEVELS.map(|l| (l, l))).required()),
            field(Field::text("amount", "金额（元）").required()),
            field(Field::input("date", "arrived_on", "到位日期").hint("尚未到位的留空")),
            field(Field::select("fund_class", "资金类别", FUND_CLASSES).required()),
            field(Field::select("family", "资金大类", FAMILIES.map(|f| (f, f))).required()),
            field(Field::select("origin", "资金渠道", ORIGINS).required()),
            field(Field::text("giver", "出资单位或捐赠人").hint("财政资金留空")),
            field(Field::text("need", "需求")),
            field(Field::text("destination", "去向")),
            field(Field::input("date", "due_on", "约定使用日期").hint("合同约定未到期的不计滞留")),
            field(Field::checkbox("bypass_city", "未经市级财政，需要报备")),
        ],
        button: "登记".into(),
        class: "btn-primary",
        guard: true,
        ..ActForm::default()
    };
    let failed = error.is_some();
    let page = html(Sheet {
        shell: ctx
            .shell(layer(ctx))
            .crumb("资金总览", "/desk/funds/board")
            .crumb("资金指标", LIST)
            .here("登记指标"),
        notes: error.map(|text| Note { tone: "danger", text }).into_iter().collect(),
        forms: vec![form],
        ..Sheet::default()
    })?;
    Ok(if failed {
        (StatusCode::UNPROCESSABLE_ENTITY, [("x-own-body", "1")], page).into_response()
    } else {
        page
    })
}

pub(crate) async fn add(ctx: Ctx, filled: Filled) -> Page {
    match added(&ctx, &filled).await {
        Ok(id) => ctx.done("指标已登记。", &format!("{LIST}/{id}")).await,
        Err(e) if e.kind == ErrorKind::Invalid => Ok(entry(&ctx, &filled, Some(e.message)).await?),
        Err(e) => Err(e.into()),
    }
}

async fn added(ctx: &Ctx, filled: &Filled) -> AppResult<i64> {
    let new = NewIndicator {
        programme: filled.get("programme").to_owned(),
        doc_no: filled.get("doc_no").to_owned(),
        level: filled.get("level").to_owned(),
        amount: filled.money("amount", "金额")?,
        arrived_on: filled.day("arrived_on", "到位日期")?,
        fund_class: filled.get("fund_class").parse().unwrap_or(0),
        family: filled.get("family").to_owned(),
        origin: filled.get("origin").to_owned(),
        giver: filled.get("giver").to_owned(),
        need: filled.get("need").to_owned(),
        destination: filled.get("destination").to_owned(),
        bypass_city: filled.ticked("bypass_city"),
        due_on: filled.day("due_on", "约定使用日期")?,
    };
    enter(ctx.app(), ctx.actor(), filled.request_id(), &new).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AsOf {
    on: String,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(as_of): Query<AsOf>) -> Page {
    let row = indicator(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这份指标。"))?;
    let today = ctx.clock.today();
    let day = day_of(&ctx, &as_of.on);
    let tree = regions(ctx.app()).await?;
    let books = books(&ctx.db, ctx.scope()).await?.narrowed(|r| r.id == id);
    let sums = books.standing_by_indicator(day).remove(&id).unwrap_or_default();
    let by_share = books.standing_by_allocation(day);
    let until = day.to_string();
    let path = format!("{LIST}/{id}");
    let resource = Resource::any().of_department(row.org.clone());
    let mut forms: Vec<ActForm> = Vec::new();
    if day == today && ctx.may("indicator.step", &Resource::any()) {
        let open = INDICATOR.open_to(row.state(), ctx.actor().role);
        let fits = |a: IndicatorAct| a != IndicatorAct::File || row.bypass_city;
        forms.extend(
            open.into_iter()
                .filter(|s| fits(s.act))
                .map(|s| act_form(&ctx, s, &path, row.version, vec![])),
        );
    }
    if day == today && ctx.may("allocation.plan", &resource) && sums.balance_fen > 0 {
        forms.insert(0, plan_form(&ctx, &tree, &path, sums.balance_fen));
    }
    let shares = books
        .allocations
        .iter()
        .filter(|a| a.planned_on <= until)
        .map(|a| {
            let s = by_share.get(&a.id).copied().unwrap_or_default();
            vec![
                Cell::link(target(&tree, a), format!("/desk/funds/allocations/{}", a.id)),
                Cell::money(a.amount_fen),
                Cell::money(s.waiting_fen),
                Cell::money(s.at_hop_fen),
                Cell::money(s.on_the_way_fen + s.returned_fen),
                Cell::money(s.used_fen),
                Cell::number(a.last_hop),
                Cell::whole(a.decided_on.clone().unwrap_or_default()),
                Cell::state(a.state().title(), "doing"),
            ]
        })
        .collect();
    let mut facts = vec![
        Pair::whole("指标文号", &row.doc_no),
        Pair::new("资金项目", &row.programme_name),
        Pair::new("来源层级", &row.level),
        Pair::new("资金渠道", title_of(&ORIGINS, &row.origin)),
        Pair::new("资金类别", title_of(&FUND_CLASSES, &row.fund_class.to_string())),
        Pair::new("资金大类", &row.family),
        Pair::whole("到位日期", &row.arrived_on),
        Pair::new("状态", row.state().title()),
    ];
    if row.origin != "fiscal" {
        facts.extend([
            Pair::new("出资单位或捐赠人", &row.giver),
            Pair::new("需求", &row.need),
            Pair::new("去向", &row.destination),
        ]);
    }
    if let Some(due) = filing_due(&row, &ctx.calendar) {
        facts.push(Pair::whole("报备期限", due.to_string()));
        facts.push(Pair::whole(
            "报备日期",
            row.filed_on.clone().unwrap_or_else(|| "未报备".into()),
        ));
    }
    let states: &[IndicatorState] = if row.bypass_city {
        &[
            IndicatorState::Announced,
            IndicatorState::Arrived,
            IndicatorState::Filed,
        ]
    } else {
        &[IndicatorState::Announced, IndicatorState::Arrived]
    };
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .crumb("资金指标", LIST)
            .here(row.doc_no.clone()),
        filter: Some(Filter {
            action: path.clone(),
            fields: vec![Field::input("date", "on", "查看哪一天的样子").value(day.to_string())],
        }),
        links: vec![Link {
            title: "追踪这笔资金",
            href: format!("/desk/funds/trace?indicator={id}"),
            download: false,
        }],
        steps: line(states, row.state()),
        notes: as_of_note(day, today),
        tiles: vec![
            money_tile(
                "金额",
                row.amount_fen,
                format!("截至 {day} 到位 {}", Money(sums.appropriated_fen)),
            ),
            money_tile(
                "已分配",
                sums.allocated_fen,
                format!("未分配 {} 元", Money(sums.balance_fen)),
            ),
            money_tile(
                "使用到位",
                sums.used_fen,
                format!("在途和退票 {} 元", Money(sums.on_the_way_fen + sums.returned_fen)),
            ),
            money_tile("收回", sums.recovered_fen, String::new()),
        ],
        pairs: facts,
        forms,
        grids: vec![
            Grid {
                title: "分配".into(),
                heads: vec![
                    "去向",
                    "分配（元）",
                    "待拨（元）",
                    "在账（元）",
                    "在途退票（元）",
                    "使用到位（元）",
                    "中间环节",
                    "决定日期",
                    "状态",
                ],
                rows: shares,
                empty: "还没有分配。",
                ..Grid::default()
            },
            entries_grid(&books, &until),
        ],
        timeline: history_of(&ctx, "indicator", id, &INDICATOR).await?,
        ..Sheet::default()
    })
}

pub(super) fn as_of_note(day: kernel::Date, today: kernel::Date) -> Vec<Note> {
    if day == today {
        return Vec::new();
    }
    vec![Note {
        tone: "info",
        text: format!("这是 {day} 当天结束时的样子；金额、分配和流水均按当天计算，办理按钮不显示。"),
    }]
}

pub(super) fn money_tile(title: &'static str, fen: i64, foot: String) -> Tile {
    Tile {
        title,
        value: short(fen),
        foot,
        alert: false,
    }
}

/// To whom a share went, in words.
pub(super) fn target(tree: &directory::RegionTree, a: &crate::chain::AllocationRow) -> String {
    let place = place(tree, a.region);
    match a.target.as_str() {
        "project" => format!("项目 {}（{place}）", a.project_name),
        "org" => format!("单位 {}", a.org.clone().unwrap_or_default()),
        "households" => format!("{place} 到户"),
        _ => place,
    }
}

/// Movements up to a day, the latest first.
pub(super) fn entries_grid(books: &crate::chain::Books, until: &str) -> Grid {
    const MOST: usize = 200;
    let rows: Vec<Vec<Cell>> = books
        .entries
        .iter()
        .rev()
        .filter(|e| e.on_day.as_str() <= until)
        .take(MOST)
        .map(|e| {
            let stage = |id: &str| Stage::parse(id).map_or("", |s| s.title());
            vec![
                Cell::whole(&e.on_day),
                Cell::text(e.kind().map_or("", Kind::title)),
                Cell::text(stage(&e.from_stage)),
                Cell::text(stage(&e.to_stage)),
                Cell::money(e.amount_fen),
                Cell::text(&e.doc),
            ]
        })
        .collect();
    Grid {
        title: "资金流水".into(),
        total: format!("最近 {} 笔", rows.len()),
        heads: vec!["日期", "事由", "从", "到", "金额（元）", "依据"],
        rows,
        empty: "还没有流水。",
        pager: None,
    }
}

fn plan_form(ctx: &Ctx, tree: &directory::RegionTree, path: &str, balance_fen: i64) -> ActForm {
    let area = ctx.scope().region().unwrap_or(ctx.config.area);
    let mut places = vec![(area.to_string(), "全县（区）".to_owned())];
    places.extend(
        tree.children(area.at(kernel::RegionLevel::County))
            .iter()
            .map(|r| (r.code.to_string(), r.name.clone())),
    );
    ActForm {
        title: "提出分配方案".into(),
        hint: format!("可分配 {} 元；金额不能超过结余减去其他方案。", Money(balance_fen)),
        action: format!("{path}/allocations"),
        request_id: format!("plan-{:x}", ctx.next_id()),
        fields: vec![
            Field::select("plan_target", "分配对象", TARGETS).required(),
            Field::select("plan_region", "地方", places).required(),
            Field::text("plan_org", "单位代码").hint("分配到单位时填写"),
            Field::text("plan_project_name", "项目名称").hint("分配到项目时填写"),
            Field::text("plan_amount", "金额（元）").required(),
            Field::text("plan_doc", "分配方案名称或文号").required(),
            Field::input("date", "plan_due_on", "约定使用日期").hint("合同约定未到期的不计滞留"),
        ],
        button: "提出方案".into(),
        class: "btn-primary",
        ..ActForm::default()
    }
}

pub(crate) async fn step(ctx: Ctx, Path((id, act)): Path<(i64, String)>, filled: Filled) -> Page {
    let act = IndicatorAct::parse(&act).ok_or_else(|| AppError::not_found("没有这个办理步骤。"))?;
    let asked = filled.asked(act.id(), ctx.clock.today())?;
    indicator_step(ctx.app(), ctx.actor(), id, act, &asked).await?;
    ctx.done(format!("已办理：{}。", act.title()), &format!("{LIST}/{id}"))
        .await
}

pub(crate) async fn add_plan(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    let region: RegionCode = filled
        .get("plan_region")
        .parse()
        .map_err(|_| AppError::invalid("请选择地方。"))?;
    let new = NewPlan {
        indicator: id,
        target: filled.get("plan_target").to_owned(),
        region,
        org: Some(filled.get("plan_org").to_owned()),
        project_id: None,
        project_name: filled.get("plan_project_name").to_owned(),
        amount: filled.money("plan_amount", "分配金额")?,
        plan_doc: filled.get("plan_doc").to_owned(),
        due_on: filled.day("plan_due_on", "约定使用日期")?,
    };
    let allocation = plan(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    ctx.done(
        "方案已提出，待另一人决定。",
        &format!("/desk/funds/allocations/{allocation}"),
    )
    .await
}
