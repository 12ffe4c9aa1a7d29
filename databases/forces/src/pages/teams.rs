//! Teams: list, founding, one team with members, pairings and days of presence; projects that want a group.

use access::Resource;
use axum::{
    Form,
    extract::{Path, Query},
};
use directory::{AreaQuery, area_fields, regions};
use kernel::{Month, RegionLevel};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair},
};

use super::sheet::{
    Grid, Sheet, badge, choices, form, is_for_the_form, link, number, page_no, pager, path, query_text, refused, saved,
    text, timeline, to, whole, with_first,
};
use crate::{
    acts::{
        duty::{self, PresenceForm},
        missing,
        team::{self, MemberForm, ProjectForm, TargetForm, TeamForm},
    },
    model::{
        duty::presence_problem,
        team::{Part, TargetKind, TeamKind},
    },
    store::{
        duties,
        helpers::{self, HelperFilter},
        targets,
        teams::{self as store, TeamFilter},
    },
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    kind: String,
    name: String,
    page: String,
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = TeamFilter {
        area: query.area.area(&tree, ctx.scope()),
        kind: TeamKind::parse(&query.kind),
        name: query.name.clone(),
    };
    let page = page_no(&query.page);
    let total = store::count(&ctx.db, ctx.scope(), &filter).await?;
    let rows = store::page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let query_line = query_text(&query.area, &[("kind", &query.kind), ("name", &query.name)]);
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::select("kind", "类别", with_first("全部", choices::<TeamKind>())).value(&query.kind));
    fields.push(Field::input("search", "name", "队伍或单位").value(&query.name));
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("帮扶队伍"));
    if ctx.may("force.enter", &Resource::any()) {
        sheet.links.push(link("成立队伍", "/desk/forces/teams/new").primary());
        sheet.links.push(link("登记项目", "/desk/forces/projects/new"));
    }
    sheet.filter = Some(Filter {
        action: "/desk/forces/teams".into(),
        fields,
    });
    sheet.bar = saved(&ctx, "/desk/forces/teams", &query_line).await?;
    sheet.grids.push(Grid {
        label: "帮扶队伍列表",
        total: format!("共 {total} 支"),
        heads: vec![
            "队伍",
            "类别",
            "牵头单位",
            "区域",
            "现有人数",
            "结对村或项目",
            "人数要求",
        ],
        rows: rows
            .into_iter()
            .map(|t| {
                let kind = TeamKind::parse(&t.kind);
                let members = usize::try_from(t.members).unwrap_or(0);
                let problem = kind.and_then(|k| k.size_problem(members));
                vec![
                    to(t.name, format!("/desk/forces/teams/{}", t.id)),
                    text(kind.map_or("", Code::title)),
                    text(t.unit),
                    text(path(&tree, t.region)),
                    number(t.members),
                    number(t.targets),
                    match (problem, kind.and_then(TeamKind::size)) {
                        (Some(_), Some((least, most))) => badge(format!("应为 {least}—{most} 人"), "late"),
                        (None, Some(_)) => badge("符合", "done"),
                        _ => text(""),
                    },
                ]
            })
            .collect(),
        empty: "没有符合条件的队伍。",
        pager: pager("/desk/forces/teams", &query_line, page, total),
        ..Grid::default()
    });
    sheet.show()
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    one(&ctx, id, "").await
}

async fn one(ctx: &Ctx, id: i64, problem: &str) -> Page {
    let team = store::one(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| missing("这支队伍"))?;
    let tree = regions(ctx.app()).await?;
    let members = store::members(&ctx.db, id).await?;
    let pairings = store::pairings_of(&ctx.db, id).await?;
    let today = ctx.clock.today();
    let month = Month::of(today).plus(-1);
    let rules = duties::duty_on(&ctx.db, month.last_day()).await?;
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("帮扶队伍", "/desk/forces/teams")
            .here(team.name.as_str()),
    )
    .problem(problem);
    sheet.facts = vec![
        Pair::new("类别", team.kind().title()),
        Pair::new("结对方式", team.kind().pairing_title()),
        Pair::new("牵头单位", &team.unit),
        Pair::new("区域", path(&tree, team.region)),
        Pair::whole("成立日期", &team.founded_on),
    ];
    let present: Vec<_> = members.iter().filter(|m| m.to_on.is_none()).collect();
    if let Some(problem) = team.kind().size_problem(present.len()) {
        sheet.warn(problem);
    }
    let mut rows = Vec::new();
    for m in &members {
        let mut cells = vec![
            text(&m.name),
            text(m.part_title()),
            text(&m.unit),
            whole(&m.from_on),
            whole(m.to_on.clone().unwrap_or_else(|| "至今".into())),
        ];
        if team.kind().is_present() {
            let p = duties::presence(&ctx.db, m.helper_id, month).await?;
            let lacks = presence_problem(
                p.days_month,
                p.days_year,
                p.leave_month,
                p.leave_year,
                month,
                today,
                &rules,
            );
            cells.push(number(p.days_month));
            cells.push(number(p.days_year));
            cells.push(match lacks {
                Some(problem) if m.to_on.is_none() => badge(problem, "late"),
                _ => text(""),
            });
        }
        rows.push(cells);
    }
    let mut heads = vec!["姓名", "队内职务", "单位", "开始", "结束"];
    if team.kind().is_present() {
        heads.extend(["上月在村（天）", "当年在村（天）", "提示"]);
    }
    sheet.grids.push(Grid {
        title: "成员",
        label: "成员",
        heads,
        rows,
        empty: "还没有成员。",
        ..Grid::default()
    });
    sheet.grids.push(Grid {
        title: "结对",
        label: "结对",
        heads: vec!["村或项目", "开始", "结束"],
        rows: pairings
            .iter()
            .map(|p| {
                vec![
                    text(&p.title),
                    whole(&p.from_on),
                    whole(p.to_on.clone().unwrap_or_else(|| "至今".into())),
                ]
            })
            .collect(),
        empty: "还没有结对。",
        ..Grid::default()
    });
    if ctx.may("force.change", &Resource::in_region(team.region())) {
        let base = format!("/desk/forces/teams/{id}");
        let on = Field::input("date", "on", "日期").value(today.to_string()).required();
        let reason = Field::text("reason", "理由").required();
        let all = helpers::rows(&ctx.db, ctx.scope(), &HelperFilter::default(), 500, 0).await?;
        let known: Vec<_> = all
            .into_iter()
            .filter(|h| !present.iter().any(|m| m.helper_id == h.id))
            .collect();
        let offered = known
            .into_iter()
            .map(|h| (h.id.to_string(), format!("{}（{}）", h.name, h.kind_title())))
            .collect();
        let here = || {
            present
                .iter()
                .map(|m| (m.helper_id.to_string(), m.name.clone()))
                .collect::<Vec<_>>()
        };
        let targets = match team.kind().target() {
            TargetKind::Village => tree
                .inside(ctx.scope().region().unwrap_or(ctx.config.area), RegionLevel::Community)
                .into_iter()
                .map(|r| (r.code.to_string(), tree.path_in_county(r.code)))
                .collect(),
            TargetKind::Project => targets::projects_on(ctx.app(), ctx.scope(), None, today)
                .await?
                .into_iter()
                .map(|p| (p.id.to_string(), format!("{} {}", p.no, p.title)))
                .collect::<Vec<_>>(),
        };
        sheet.forms.push(
            form(ctx, "结对", format!("{base}/pair"), "结对")
                .note(if team.kind().one_for_each_target() {
                    "对象已有同类队伍的，从当日起由本队接替，中间不留空档。"
                } else {
                    ""
                })
                .fields([
                    Field::select("target", "村或项目", with_first("请选择", targets)).required(),
                    on.clone(),
                ]),
        );
        sheet
            .forms
            .push(form(ctx, "增加成员", format!("{base}/join"), "增加").fields([
                Field::select("helper", "人员", with_first("请选择", offered)).required(),
                Field::select("part", "队内职务", choices::<Part>()).value(Part::Member.id()),
                on.clone(),
            ]));
        if !present.is_empty() {
            sheet
                .forms
                .push(form(ctx, "调出成员", format!("{base}/part"), "调出").fields([
                    Field::select("helper", "成员", with_first("请选择", here())).required(),
                    on.clone(),
                    reason.clone(),
                ]));
        }
        let held: Vec<_> = pairings.iter().filter(|p| p.to_on.is_none()).collect();
        if !held.is_empty() {
            let held = held.iter().map(|p| (p.id.to_string(), p.title.clone())).collect();
            let mut end = form(ctx, "结束结对", format!("{base}/unpair"), "结束结对").fields([
                Field::select("target", "村或项目", with_first("请选择", held)).required(),
                on,
                reason,
            ]);
            end.class = "btn-outline-danger";
            sheet.forms.push(end);
        }
        if team.kind().is_present() && !present.is_empty() {
            sheet
                .forms
                .push(form(ctx, "登记在村天数", format!("{base}/present"), "登记").fields([
                    Field::select("helper", "队员", with_first("请选择", here())).required(),
                    Field::input("date", "from_on", "开始日期").required(),
                    Field::input("date", "to_on", "结束日期").required(),
                ]));
        }
    }
    let acts = [
        ("found", "成立"),
        ("load", "批量登记"),
        ("join", "增加成员"),
        ("part", "调出成员"),
        ("pair", "结对"),
        ("unpair", "结束结对"),
    ];
    let titles = [
        ("member", "成员"),
        ("part", "队内职务"),
        ("target", "对象"),
        ("took_over_from", "接替"),
    ];
    sheet.timeline = timeline(ctx, "team", id, &titles, &acts).await?;
    sheet.show()
}

async fn back(ctx: Ctx, id: i64, outcome: kernel::AppResult<()>, said: &str) -> Page {
    match outcome {
        Ok(()) => ctx.done(said, &format!("/desk/forces/teams/{id}")).await,
        Err(error) if is_for_the_form(&error) => refused(one(&ctx, id, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn join(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<MemberForm>) -> Page {
    let outcome = team::join(ctx.app(), ctx.actor(), id, &typed).await;
    back(ctx, id, outcome, "已增加成员。").await
}

pub(crate) async fn part(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<MemberForm>) -> Page {
    let outcome = team::part_with(ctx.app(), ctx.actor(), id, &typed).await;
    back(ctx, id, outcome, "已调出。").await
}

pub(crate) async fn pair(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<TargetForm>) -> Page {
    let outcome = team::pair(ctx.app(), ctx.actor(), id, &typed).await;
    back(ctx, id, outcome, "已结对。").await
}

pub(crate) async fn unpair(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<TargetForm>) -> Page {
    let outcome = team::unpair(ctx.app(), ctx.actor(), id, &typed).await;
    back(ctx, id, outcome, "已结束结对。").await
}

pub(crate) async fn present(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<PresenceForm>) -> Page {
    let outcome = duty::present(ctx.app(), ctx.actor(), id, &typed).await.map(|_| ());
    back(ctx, id, outcome, "已登记在村天数。").await
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PlaceQuery {
    #[serde(flatten)]
    area: AreaQuery,
}

pub(crate) async fn ask(ctx: Ctx, Query(query): Query<PlaceQuery>) -> Page {
    let typed = TeamForm {
        region: chosen(&ctx, &query.area).await?,
        ..TeamForm::default()
    };
    entry(&ctx, &typed, "").await
}

async fn chosen(ctx: &Ctx, area: &AreaQuery) -> kernel::AppResult<String> {
    let tree = regions(ctx.app()).await?;
    let region = area
        .area(&tree, ctx.scope())
        .or(ctx.scope().region())
        .unwrap_or(ctx.config.area);
    Ok(region.to_string())
}

async fn place_of(ctx: &Ctx, sheet: &mut Sheet, region: &str, action: &str, label: &str) -> kernel::AppResult<()> {
    let tree = regions(ctx.app()).await?;
    let code = region.parse().unwrap_or(ctx.config.area);
    sheet.facts = vec![Pair::new(label, tree.path(code))];
    sheet.filter = Some(Filter {
        action: action.to_owned(),
        fields: area_fields(&tree, ctx.scope(), ctx.config.area, &AreaQuery::default()),
    });
    Ok(())
}

async fn entry(ctx: &Ctx, typed: &TeamForm, problem: &str) -> Page {
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("帮扶队伍", "/desk/forces/teams")
            .here("成立队伍"),
    )
    .problem(problem);
    place_of(ctx, &mut sheet, &typed.region, "/desk/forces/teams/new", "所在区域").await?;
    let founded = if typed.founded_on.is_empty() {
        ctx.clock.today().to_string()
    } else {
        typed.founded_on.clone()
    };
    let entry = form(ctx, "", "/desk/forces/teams/new", "保存")
        .hide("region", typed.region.as_str())
        .fields([
            Field::text("name", "队伍（单位）名称").value(&typed.name).required(),
            Field::select("kind", "类别", with_first("请选择", choices::<TeamKind>()))
                .value(&typed.kind)
                .required(),
            Field::text("unit", "派出（牵头）单位").value(&typed.unit),
            Field::input("date", "founded_on", "成立日期").value(founded).required(),
        ]);
    sheet.forms.push(entry);
    sheet.show()
}

pub(crate) async fn found(ctx: Ctx, Form(typed): Form<TeamForm>) -> Page {
    match team::found(ctx.app(), ctx.actor(), &typed).await {
        Ok(id) => {
            ctx.done("已成立，请增加成员并结对。", &format!("/desk/forces/teams/{id}"))
                .await
        }
        Err(error) if is_for_the_form(&error) => refused(entry(&ctx, &typed, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn ask_project(ctx: Ctx, Query(query): Query<PlaceQuery>) -> Page {
    let typed = ProjectForm {
        region: chosen(&ctx, &query.area).await?,
        ..ProjectForm::default()
    };
    project_entry(&ctx, &typed, "").await
}

async fn project_entry(ctx: &Ctx, typed: &ProjectForm, problem: &str) -> Page {
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("帮扶队伍", "/desk/forces/teams")
            .here("登记需要帮扶组的项目"),
    )
    .problem(problem);
    place_of(ctx, &mut sheet, &typed.region, "/desk/forces/projects/new", "建设地点").await?;
    let entry = form(ctx, "", "/desk/forces/projects/new", "保存")
        .hide("region", typed.region.as_str())
        .fields([
            Field::text("no", "项目编号").value(&typed.no).required(),
            Field::text("title", "项目名称").value(&typed.title).required(),
            Field::input("date", "from_on", "开始日期")
                .value(ctx.clock.today().to_string())
                .required(),
        ]);
    sheet.forms.push(entry);
    sheet.show()
}

pub(crate) async fn know_project(ctx: Ctx, Form(typed): Form<ProjectForm>) -> Page {
    match team::know_project(ctx.app(), ctx.actor(), &typed).await {
        Ok(_) => {
            ctx.done("已登记，列入“一项目一帮扶组”。", "/desk/forces/gaps?of=project")
                .await
        }
        Err(error) if is_for_the_form(&error) => refused(project_entry(&ctx, &typed, &error.message).await),
        Err(error) => Err(error.into()),
    }
}
