//! Measures, spot checks, and the posts of the centres.

use access::Resource;
use axum::{Form, extract::Query};
use directory::{AreaQuery, area_fields, regions};
use kernel::{Money, RegionLevel};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair},
};

use super::sheet::{
    Grid, Sheet, Tile, badge, choices, form, is_for_the_form, link, number, page_no, pager, path, prose, query_text,
    refused, saved, span_below, text, to, whole, with_first,
};
use crate::{
    acts::{
        duty::{self, StaffingForm},
        measure::{self, MeasureForm},
        missing,
        spot::{self, SpotForm},
    },
    model::{
        helper::{Branch, HelperKind},
        measure::{ADVISER_FORMS, FundOrigin, MeasureKind},
        spot::{Colour, QUESTIONS, percent},
        staffing::{Posts, RESERVE_CADRES, TO_ADD, WEAK_VILLAGE_SECRETARIES, prescribed},
    },
    store::{
        figures::kept,
        helpers::{self, HelperFilter},
        measures::{self, MeasureFilter},
        spots, staffing, targets, teams, visits,
    },
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MeasureQuery {
    #[serde(flatten)]
    area: AreaQuery,
    kind: String,
    by: String,
    origin: String,
    name: String,
    page: String,
}

pub(crate) async fn measure_list(ctx: Ctx, Query(query): Query<MeasureQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = MeasureFilter {
        area: query.area.area(&tree, ctx.scope()),
        kind: MeasureKind::parse(&query.kind),
        by: HelperKind::parse(&query.by),
        origin: FundOrigin::parse(&query.origin),
        name: query.name.clone(),
    };
    let page = page_no(&query.page);
    let key = |of: &str| format!("{of} {:?} {filter:?}", ctx.scope());
    let work = measures::totals(&ctx.db, ctx.scope(), &filter);
    let totals = kept(ctx.app(), key("measures"), work).await?;
    let rows = measures::page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let pairs = [
        ("kind", query.kind.as_str()),
        ("by", &query.by),
        ("origin", &query.origin),
        ("name", &query.name),
    ];
    let query_line = query_text(&query.area, &pairs);
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::select("kind", "措施类别", with_first("全部", choices::<MeasureKind>())).value(&query.kind));
    fields.push(Field::select("by", "帮扶人类别", with_first("全部", choices::<HelperKind>())).value(&query.by));
    fields.push(Field::select("origin", "资金来源", with_first("全部", choices::<FundOrigin>())).value(&query.origin));
    fields.push(Field::input("search", "name", "对象或帮扶人").value(&query.name));
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("帮扶措施"));
    if ctx.may("measure.enter", &Resource::any()) {
        sheet
            .links
            .push(link("登记措施", "/desk/forces/measures/new").primary());
    }
    sheet.filter = Some(Filter {
        action: "/desk/forces/measures".into(),
        fields,
    });
    sheet.bar = saved(&ctx, "/desk/forces/measures", &query_line).await?;
    let work = measures::by_origin(&ctx.db, ctx.scope(), &filter);
    for origin in kept(ctx.app(), key("measures by origin"), work).await? {
        sheet.tiles.push(Tile {
            title: FundOrigin::parse(&origin.code).map_or("", Code::title).to_owned(),
            value: Money(origin.amount_fen).to_string(),
            foot: format!("元，{} 项", origin.measures),
            ..Tile::default()
        });
    }
    if filter.by == Some(HelperKind::CppccMember) {
        let counts = measures::by_kind(&ctx.db, ctx.scope(), &filter).await?;
        for kind in ADVISER_FORMS {
            let done = counts.iter().find(|c| c.code == kind.id()).map_or(0, |c| c.measures);
            sheet.tiles.push(Tile {
                title: kind.title().to_owned(),
                value: done.to_string(),
                foot: "项".to_owned(),
                ..Tile::default()
            });
        }
    }
    sheet.grids.push(Grid {
        label: "帮扶措施列表",
        total: format!("共 {} 项，投入合计 {} 元", totals.measures, Money(totals.amount_fen)),
        heads: vec![
            "日期",
            "措施类别",
            "帮扶人（队伍）",
            "对象",
            "所在地",
            "内容",
            "投入（元）",
            "资金来源",
        ],
        rows: rows
            .into_iter()
            .map(|m| {
                let (kind, origin) = (m.kind_title(), m.origin_title());
                vec![
                    whole(m.day),
                    text(kind),
                    text(m.who),
                    text(m.target_title),
                    text(path(&tree, m.region)),
                    prose(m.content),
                    number(if m.amount_fen == 0 {
                        String::new()
                    } else {
                        Money(m.amount_fen).to_string()
                    }),
                    text(origin),
                ]
            })
            .collect(),
        empty: "没有符合条件的措施。",
        pager: pager("/desk/forces/measures", &query_line, page, totals.measures),
        ..Grid::default()
    });
    sheet.show()
}

pub(crate) async fn measure_ask(ctx: Ctx, Query(typed): Query<MeasureForm>) -> Page {
    measure_entry(&ctx, &typed, "").await
}

async fn measure_entry(ctx: &Ctx, typed: &MeasureForm, problem: &str) -> Page {
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today();
    let people = helpers::rows(&ctx.db, ctx.scope(), &HelperFilter::default(), 300, 0).await?;
    let groups = teams::page_of(&ctx.db, ctx.scope(), &teams::TeamFilter::default(), 1).await?;
    let who = groups.into_iter().map(|t| (format!("team:{}", t.id), t.name)).chain(
        people
            .into_iter()
            .map(|h| (format!("helper:{}", h.id), format!("{}（{}）", h.name, h.kind_title()))),
    );
    let area = ctx.scope().region().unwrap_or(ctx.config.area);
    let villages = tree.inside(area, RegionLevel::Community).into_iter().map(|r| {
        (
            format!("village:{}", r.code),
            format!("村：{}", tree.path_in_county(r.code)),
        )
    });
    let projects = targets::projects_on(ctx.app(), ctx.scope(), None, today).await?;
    let projects = projects
        .into_iter()
        .map(|p| (format!("project:{}", p.id), format!("项目：{}", p.title)));
    let filter = households::pairing::HelpFilter::default();
    let homes = households::pairing::helped_households(&ctx.db, ctx.scope(), &filter, today, 300, 0).await?;
    let homes = homes
        .into_iter()
        .map(|h| (format!("household:{}", h.id), format!("户：{}", h.head_name)));
    let on = if typed.day.is_empty() {
        today.to_string()
    } else {
        typed.day.clone()
    };
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("帮扶措施", "/desk/forces/measures")
            .here("登记措施"),
    )
    .problem(problem);
    let entry = form(ctx, "", "/desk/forces/measures/new", "保存").fields([
        Field::select("who", "帮扶人员或队伍", with_first("请选择", who.collect()))
            .value(&typed.who)
            .required(),
        Field::select("kind", "措施类别", with_first("请选择", choices::<MeasureKind>()))
            .value(&typed.kind)
            .required(),
        Field::select(
            "target",
            "帮扶对象",
            with_first("请选择", villages.chain(projects).chain(homes).collect()),
        )
        .value(&typed.target)
        .required(),
        Field::input("date", "day", "日期").value(on).required(),
        Field::area("content", "措施内容")
            .value(&typed.content)
            .hint("媒体报道请写明媒体名称和标题。")
            .required(),
        Field::text("amount", "投入金额（元）")
            .value(&typed.amount)
            .hint("没有投入不填。"),
        Field::select("fund_origin", "资金来源", with_first("无", choices::<FundOrigin>())).value(&typed.fund_origin),
    ]);
    sheet.forms.push(entry);
    sheet.show()
}

pub(crate) async fn measure_enter(ctx: Ctx, Form(typed): Form<MeasureForm>) -> Page {
    match measure::enter(ctx.app(), ctx.actor(), &typed).await {
        Ok(_) => ctx.done("已登记。", "/desk/forces/measures").await,
        Err(error) if is_for_the_form(&error) => refused(measure_entry(&ctx, &typed, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SpotQuery {
    #[serde(flatten)]
    area: AreaQuery,
    page: String,
}

pub(crate) async fn spot_list(ctx: Ctx, Query(query): Query<SpotQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = query.area.area(&tree, ctx.scope());
    let page = page_no(&query.page);
    let totals = spots::totals(&ctx.db, ctx.scope(), area).await?;
    let rows = spots::page_of(&ctx.db, ctx.scope(), area, page).await?;
    let parts = spots::totals_by(&ctx.db, ctx.scope(), area, span_below(&ctx, area)).await?;
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("入户抽查"));
    if ctx.may("spot.enter", &Resource::any()) {
        sheet
            .links
            .push(link("登记抽查", "/desk/forces/spot-checks/new").primary());
    }
    sheet.filter = Some(Filter {
        action: "/desk/forces/spot-checks".into(),
        fields: area_fields(&tree, ctx.scope(), ctx.config.area, &query.area),
    });
    sheet.bar = saved(&ctx, "/desk/forces/spot-checks", &query_text(&query.area, &[])).await?;
    let mark = |yes, asked| match Colour::of(yes, asked) {
        Some(colour) => badge(colour.title(), colour.tone()),
        None => text(""),
    };
    sheet.grids.push(Grid {
        title: "分区域有效率",
        label: "分区域有效率",
        total: format!(
            "共抽查 {} 户，有效率 {}",
            totals.checks,
            percent(totals.yes, totals.asked)
        ),
        heads: vec!["区域", "抽查（户）", "回答“是”", "问题数", "有效率", "等次"],
        rows: parts
            .into_iter()
            .map(|p| {
                vec![
                    text(path(&tree, p.region)),
                    number(p.checks),
                    number(p.yes),
                    number(p.asked),
                    number(percent(p.yes, p.asked)),
                    mark(p.yes, p.asked),
                ]
            })
            .collect(),
        empty: "还没有抽查。",
        ..Grid::default()
    });
    sheet.grids.push(Grid {
        title: "抽查记录",
        label: "抽查记录",
        heads: vec![
            "日期",
            "户主",
            "所在村",
            "帮扶责任人",
            "回答“是”",
            "等次",
            "抽查人",
            "备注",
        ],
        rows: rows
            .into_iter()
            .map(|s| {
                vec![
                    whole(s.day),
                    match s.visit_id {
                        Some(visit) => to(s.head_name, format!("/desk/forces/visits/{visit}")),
                        None => text(s.head_name),
                    },
                    text(path(&tree, s.region)),
                    text(s.helper_name),
                    number(format!("{}/{}", s.yes_count, s.asked_count)),
                    mark(s.yes_count, s.asked_count),
                    text(s.checker_name),
                    prose(s.note),
                ]
            })
            .collect(),
        empty: "还没有抽查。",
        pager: pager(
            "/desk/forces/spot-checks",
            &query_text(&query.area, &[]),
            page,
            totals.checks,
        ),
        ..Grid::default()
    });
    sheet.show()
}

pub(crate) async fn spot_ask(ctx: Ctx, Query(typed): Query<SpotForm>) -> Page {
    spot_entry(&ctx, typed, "").await
}

async fn spot_entry(ctx: &Ctx, mut typed: SpotForm, problem: &str) -> Page {
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today();
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("入户抽查", "/desk/forces/spot-checks")
            .here("登记抽查"),
    )
    .problem(problem);
    let mut fields = Vec::new();
    if let Ok(id) = typed.visit.parse() {
        let visit = visits::one(&ctx.db, ctx.scope(), id)
            .await?
            .ok_or_else(|| missing("这次走访"))?;
        typed.household = visit.household_id.to_string();
        let home = households::household(&ctx.db, ctx.scope(), visit.household_id).await?;
        sheet.facts = vec![
            Pair::new("抽查户", home.map_or(String::new(), |h| h.row.head_name)),
            Pair::whole("走访日期", &visit.day),
            Pair::new("走访内容", &visit.note),
        ];
    } else {
        let filter = households::pairing::HelpFilter::default();
        let homes = households::pairing::helped_households(&ctx.db, ctx.scope(), &filter, today, 500, 0).await?;
        let offered = homes
            .into_iter()
            .map(|h| (h.id.to_string(), format!("{} {}", h.head_name, path(&tree, h.region))))
            .collect();
        let field = Field::select("household", "抽查户", with_first("请选择", offered));
        fields.push(field.value(&typed.household).required());
    }
    let on = if typed.day.is_empty() {
        today.to_string()
    } else {
        typed.day.clone()
    };
    fields.push(Field::input("date", "day", "抽查日期").value(on).required());
    let given = [&typed.q1, &typed.q2, &typed.q3, &typed.q4, &typed.q5];
    for (n, (question, answer)) in QUESTIONS.iter().zip(given).enumerate() {
        let name = format!("q{}", n + 1);
        fields.push(
            Field::radio(&name, question, [("1", "是"), ("0", "否")])
                .value(answer.as_str())
                .required(),
        );
    }
    fields.push(Field::area("note", "备注").value(&typed.note));
    let mut entry = form(ctx, "", "/desk/forces/spot-checks/new", "保存").hide("visit", typed.visit.as_str());
    if sheet.facts.is_empty() {
        entry.note = "五个问题由农户回答。".to_owned();
    } else {
        entry = entry.hide("household", typed.household.as_str());
    }
    sheet.forms.push(entry.fields(fields));
    sheet.show()
}

pub(crate) async fn spot_enter(ctx: Ctx, Form(typed): Form<SpotForm>) -> Page {
    match spot::enter(ctx.app(), ctx.actor(), &typed).await {
        Ok(_) => ctx.done("抽查已登记。", "/desk/forces/spot-checks").await,
        Err(error) if is_for_the_form(&error) => refused(spot_entry(&ctx, typed, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn posts(ctx: Ctx) -> Page {
    posts_page(&ctx, "").await
}

async fn posts_page(ctx: &Ctx, problem: &str) -> Page {
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today().to_string();
    let rows = staffing::latest(&ctx.db, ctx.scope(), &today).await?;
    let kinds = helpers::by_kind(&ctx.db, ctx.scope()).await?;
    let of_branch = |branch: Branch| {
        kinds
            .iter()
            .filter(|k| k.branch == branch.id())
            .map(|k| k.helpers)
            .sum::<i64>()
    };
    let added: i64 = rows.iter().map(|r| r.added).sum();
    let (reserve, weak) = (of_branch(Branch::ReserveCadre), of_branch(Branch::WeakVillageSecretary));
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(ctx)).here("中心编制")).problem(problem);
    let tile = |title: &str, value: i64, wanted: i64| Tile {
        title: title.to_owned(),
        value: value.to_string(),
        foot: format!("全市要求 {wanted} 名"),
        ..Tile::default()
    };
    sheet.tiles = vec![
        tile("新增专职人员", added, TO_ADD),
        tile(Branch::ReserveCadre.title(), reserve, RESERVE_CADRES),
        tile(Branch::WeakVillageSecretary.title(), weak, WEAK_VILLAGE_SECRETARIES),
    ];
    sheet.grids.push(Grid {
        label: "中心编制",
        total: format!(
            "编制合计 {} 名，实有 {} 名",
            rows.iter().map(|r| r.posts).sum::<i64>(),
            rows.iter().map(|r| r.in_post).sum::<i64>()
        ),
        heads: vec![
            "县（区）",
            "类型",
            "编制",
            "要求",
            "核对",
            "实有",
            "新增专职",
            "填报日期",
            "依据",
        ],
        rows: rows
            .into_iter()
            .map(|r| {
                let posts = Posts::of(r.key_county, r.posts);
                vec![
                    text(path(&tree, r.region)),
                    text(if r.key_county {
                        "重点县区"
                    } else {
                        "非重点县区"
                    }),
                    number(r.posts),
                    text(prescribed(r.key_county)),
                    badge(posts.title(), posts.tone()),
                    number(r.in_post),
                    number(r.added),
                    whole(r.day),
                    text(r.basis),
                ]
            })
            .collect(),
        empty: "还没有填报。",
        ..Grid::default()
    });
    if ctx.may("staffing.enter", &Resource::any()) {
        let area = ctx.scope().region().unwrap_or(ctx.config.area);
        let counties = tree.inside(area, RegionLevel::County);
        let counties: Vec<_> = counties
            .into_iter()
            .map(|r| (r.code.to_string(), r.name.clone()))
            .collect();
        sheet
            .forms
            .push(form(ctx, "填报", "/desk/forces/staffing", "保存").fields([
                Field::select("region", "县（区）", counties).required(),
                Field::input("date", "day", "填报日期").value(today).required(),
                Field::checkbox("key_county", "重点县区"),
                Field::input("number", "posts", "编制数").required(),
                Field::input("number", "in_post", "实有人数").required(),
                Field::input("number", "added", "新增专职").required(),
                Field::text("basis", "依据"),
            ]));
    }
    sheet.show()
}

pub(crate) async fn posts_enter(ctx: Ctx, Form(typed): Form<StaffingForm>) -> Page {
    match duty::report_posts(ctx.app(), ctx.actor(), &typed).await {
        Ok(()) => ctx.done("已填报。", "/desk/forces/staffing").await,
        Err(error) if is_for_the_form(&error) => refused(posts_page(&ctx, &error.message).await),
        Err(error) => Err(error.into()),
    }
}
