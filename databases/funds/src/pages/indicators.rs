//! Documents of money: list, export, filing list, entry, one document with its shares and steps.

use access::Resource;
use axum::extract::{Path, Query};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, Money, RegionCode};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, WebError, html,
    parts::{Field, Filter, Pair},
};

use super::{
    filled::Filled,
    payments::within_reach,
    sheet::{ActForm, Cell, Grid, Link, Note, Sheet, Tile, act_form, day_of, history_of, layer, line, place, short},
};
use crate::{
    chain::{
        FAMILIES, FUND_CLASSES, LEVELS, NewIndicator, NewPlan, ORIGINS, TARGETS, enter, filing_due, indicator,
        indicator_step, kept, plan, title_of,
    },
    model::flows::{INDICATOR, IndicatorAct, IndicatorState},
};

pub(super) const LIST: &str = "/desk/funds/indicators";

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
    Ok(if failed { web::refused(page) } else { page })
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
    let books = kept(ctx.app(), ctx.scope()).await?.narrowed(|r| r.id == id);
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
            entries_grid(&books, day),
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
pub(super) fn entries_grid(books: &crate::chain::Books, day: kernel::Date) -> Grid {
    const MOST: usize = 200;
    let rows: Vec<Vec<Cell>> = books
        .until(day)
        .iter()
        .rev()
        .take(MOST)
        .map(|e| {
            vec![
                Cell::whole(e.on.to_string()),
                Cell::text(e.kind.title()),
                Cell::text(e.from.stage.title()),
                Cell::text(e.to.stage.title()),
                Cell::money(e.amount_fen),
                Cell::text(&*e.doc),
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
