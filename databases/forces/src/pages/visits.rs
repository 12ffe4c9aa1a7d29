//! Visits: list, one visit with its steps, entering a whole visit in one form.

use access::{Resource, Role};
use axum::{
    Form,
    extract::{FromRequest, Path, Query, Request},
};
use directory::{AreaQuery, RegionTree, area_fields, regions};
use kernel::Timestamp;
use records::{
    flow::Code,
    papers,
    sent::{Limits, Sent},
};
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair, Step},
};

use super::sheet::{
    Cell, Grid, Sheet, TickBox, badge, choices, form, is_for_the_form, link, page_no, pager, path, prose, query_text,
    refused, saved, text, timeline, to, with_first,
};
use crate::{
    acts::{
        missing,
        visit::{self, StepForm, VisitForm},
    },
    model::{
        measure::MeasureKind,
        visit::{FLOW, VisitAct, VisitState, WAY, signals},
    },
    store::{
        duties,
        figures::kept,
        helpers,
        visits::{self as store, VisitFilter},
    },
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    month: String,
    state: String,
    name: String,
    household: String,
    page: String,
}

impl ListQuery {
    pub(super) fn filter(&self, ctx: &Ctx, tree: &RegionTree) -> VisitFilter {
        VisitFilter {
            area: self.area.area(tree, ctx.scope()),
            month: self.month.clone(),
            state: VisitState::parse(&self.state),
            name: self.name.clone(),
            household: self.household.parse().ok(),
            helper: None,
        }
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&ctx, &tree);
    let page = page_no(&query.page);
    let key = format!("visit list {:?} {filter:?}", ctx.scope());
    let total = kept(ctx.app(), key, store::count(&ctx.db, ctx.scope(), &filter)).await?;
    let rows = store::page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let pairs = [
        ("month", query.month.as_str()),
        ("state", &query.state),
        ("name", &query.name),
        ("household", &query.household),
    ];
    let query_line = query_text(&query.area, &pairs);
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::input("month", "month", "月份").value(&query.month));
    fields.push(Field::select("state", "状态", with_first("全部", choices::<VisitState>())).value(&query.state));
    fields.push(Field::input("search", "name", "户主或责任人").value(&query.name));
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("走访记录"));
    if ctx.may("visit.enter", &Resource::any()) {
        sheet.links.push(link("填报走访", "/desk/forces/visits/new").primary());
        sheet.links.push(link("导入表格", "/desk/forces/visits/import"));
    }
    if ctx.may("visit.export", &Resource::any()) {
        let href = format!("/desk/forces/visits.xlsx?{query_line}");
        sheet.links.push(link("导出表格", href).file());
    }
    sheet.filter = Some(Filter {
        action: "/desk/forces/visits".into(),
        fields,
    });
    sheet.bar = saved(&ctx, "/desk/forces/visits", &query_line).await?;
    let masked = hides_names(&ctx);
    sheet.grids.push(Grid {
        label: "走访记录列表",
        total: format!("共 {total} 次"),
        heads: vec!["日期", "户主", "所在村", "走访人", "状态", "走访内容"],
        rows: rows
            .into_iter()
            .map(|v| {
                let state = VisitState::parse(&v.state);
                vec![
                    day_link(&v.day, v.id),
                    text(shown(&v.head_name, masked)),
                    text(path(&tree, v.region)),
                    text(v.helper_name),
                    badge(state.map_or("", Code::title), state.map_or("", VisitState::tone)),
                    prose(v.note),
                ]
            })
            .collect(),
        empty: "没有符合条件的走访。",
        pager: pager("/desk/forces/visits", &query_line, page, total),
        ..Grid::default()
    });
    sheet.show()
}

/// The day of a visit, leading to it.
fn day_link(day: &str, visit: i64) -> Cell {
    Cell {
        class: "whole",
        ..to(day, format!("/desk/forces/visits/{visit}"))
    }
}

/// Roles that see heads of households masked.
fn hides_names(ctx: &Ctx) -> bool {
    matches!(ctx.actor().role, Role::VillageSupervision | Role::Liaison)
}

fn shown(name: &str, masked: bool) -> String {
    if masked {
        kernel::name::mask(name)
    } else {
        name.to_owned()
    }
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    one(&ctx, id, "").await
}

async fn one(ctx: &Ctx, id: i64, problem: &str) -> Page {
    let visit = store::one(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| missing("这次走访"))?;
    let tree = regions(ctx.app()).await?;
    let household = households::household(&ctx.db, ctx.scope(), visit.household_id).await?;
    let helper = helpers::several(&ctx.db, [visit.helper_id]).await?.pop();
    let head = household.map_or(String::new(), |h| shown(&h.row.head_name, hides_names(ctx)));
    let state = visit.state()?;
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("走访记录", "/desk/forces/visits")
            .here(format!("{} 走访{head}户", visit.day)),
    )
    .problem(problem);
    let time = |millis: Option<i64>| millis.map_or(String::new(), |at| Timestamp(at).to_string());
    sheet.facts = vec![
        Pair::new("户主", head),
        Pair::new("所在村", path(&tree, visit.region)),
        Pair::new(
            "走访人",
            helper.map_or(String::new(), |h| format!("{}（{}）", h.name, h.kind_title())),
        ),
        Pair::new("状态", state.title()),
        Pair::whole("签到", time(visit.check_in_millis)),
        Pair::whole("签退", time(visit.check_out_millis)),
        Pair::whole("提交", time(visit.uploaded_millis)),
        Pair::new("走访内容", &visit.note),
        Pair::new("帮扶措施", &visit.measures),
        Pair::new(
            "农户确认",
            match visit.household_confirm.as_str() {
                "yes" => "已确认",
                "no" => "有异议",
                _ => "尚未确认",
            },
        ),
    ];
    if !visit.late_reason.is_empty() {
        sheet.facts.push(Pair::new("迟交理由", &visit.late_reason));
    }
    let rules = duties::duty_on(&ctx.db, households::pairing::day(&visit.day)?).await?;
    let looks = signals(
        visit.check_in_millis,
        visit.check_out_millis,
        visit.uploaded_millis,
        visit.photos,
        &rules,
    );
    if !looks.is_empty() && ctx.scope().helper().is_none() {
        sheet.warn(format!("供核对：{}。这只是提示，不是结论。", looks.join("；")));
    }
    sheet.steps = steps(state);
    let photos = papers::of(&ctx.db, "visit", id).await?;
    if !photos.is_empty() {
        sheet.grids.push(Grid {
            title: "照片",
            label: "照片",
            heads: vec!["文件", "上传人"],
            rows: photos
                .into_iter()
                .map(|p| {
                    vec![
                        to(p.file_name, format!("/desk/forces/visits/{id}/photos/{}", p.digest)),
                        text(p.actor_name),
                    ]
                })
                .collect(),
            ..Grid::default()
        });
    }
    for step in FLOW.open_to(state, ctx.actor().role) {
        match step.act {
            VisitAct::Sample => {
                sheet
                    .links
                    .push(link("入户抽查", format!("/desk/forces/spot-checks/new?visit={id}")));
                continue;
            }
            VisitAct::CheckIn => sheet.links.push(
                link(
                    "填报这次走访",
                    format!("/desk/forces/visits/new?visit={id}&household={}", visit.household_id),
                )
                .primary(),
            ),
            _ => {}
        }
        let mut fields = Vec::new();
        if matches!(step.act, VisitAct::CheckIn | VisitAct::CheckOut) {
            fields.push(Field::input("time", "time", "时间").hint("不填为现在。"));
        }
        if step.act == VisitAct::Record {
            fields.push(Field::area("note", "走访内容").value(&visit.note).required());
        }
        if step.needs.reason {
            fields.push(Field::text("reason", "理由").required());
        } else if step.act == VisitAct::Upload {
            fields.push(Field::text("reason", "迟交理由").hint("超过提交时限时填写。"));
        }
        let action = format!("/desk/forces/visits/{id}/{}", step.act.id());
        sheet
            .forms
            .push(form(ctx, step.act.title(), action, step.act.title()).fields(fields));
    }
    let acts: Vec<(&str, &str)> = VisitAct::ALL.iter().map(|a| (a.id(), a.title())).collect();
    let acts = [acts, vec![("load", "批量登记"), ("plan", "列入计划")]].concat();
    let titles = [
        ("state", "状态"),
        ("note", "走访内容"),
        ("measures", "措施"),
        ("late_reason", "迟交理由"),
    ];
    sheet.timeline = timeline(ctx, "visit", id, &titles, &acts).await?;
    sheet.show()
}

fn steps(state: VisitState) -> Vec<Step> {
    let here = WAY.iter().position(|s| *s == state).unwrap_or(match state {
        VisitState::Disputed => 4,
        _ => 0,
    });
    WAY.iter()
        .enumerate()
        .map(|(place, s)| Step {
            title: s.title().to_owned(),
            state: match place.cmp(&here) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "todo",
            },
            detail: if place == here && *s != state {
                state.title().to_owned()
            } else {
                String::new()
            },
        })
        .collect()
}

pub(crate) async fn photo(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    store::one(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| missing("这次走访"))?;
    let found = papers::read(&ctx.db, &ctx.objects, "visit", id, &digest).await?;
    let (paper, bytes) = found.ok_or_else(|| missing("这张照片"))?;
    Ok(web::download(&paper.file_name, "application/octet-stream", bytes))
}

pub(crate) async fn step(ctx: Ctx, Path((id, act)): Path<(i64, String)>, Form(typed): Form<StepForm>) -> Page {
    let act = VisitAct::parse(&act)
        .filter(|act| *act != VisitAct::Sample)
        .ok_or_else(|| missing("这一步"))?;
    match visit::step(ctx.app(), ctx.actor(), id, act, &typed).await {
        Ok(()) => {
            ctx.done(
                format!("已办理“{}”。", act.title()),
                &format!("/desk/forces/visits/{id}"),
            )
            .await
        }
        Err(error) if is_for_the_form(&error) => refused(one(&ctx, id, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn ask(ctx: Ctx, Query(typed): Query<VisitForm>) -> Page {
    let typed = VisitForm {
        day: if typed.day.is_empty() {
            ctx.clock.today().to_string()
        } else {
            typed.day.clone()
        },
        ..typed
    };
    entry(&ctx, &typed, "").await
}

async fn entry(ctx: &Ctx, typed: &VisitForm, problem: &str) -> Page {
    let filter = households::pairing::HelpFilter::default();
    let today = ctx.clock.today();
    let rows = households::pairing::helped_households(&ctx.db, ctx.scope(), &filter, today, 300, 0).await?;
    let tree = regions(ctx.app()).await?;
    let offered = rows
        .into_iter()
        .map(|r| (r.id.to_string(), format!("{} {}", r.head_name, path(&tree, r.region))))
        .collect();
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("走访记录", "/desk/forces/visits")
            .here("填报走访"),
    )
    .problem(problem);
    let mut entry = form(ctx, "", "/desk/forces/visits/new", "提交")
        .hide("visit", typed.visit.as_str())
        .fields([
            Field::select("household", "走访户", with_first("请选择", offered))
                .value(&typed.household)
                .required(),
            Field::input("date", "day", "走访日期").value(&typed.day).required(),
            Field::input("time", "arrived", "签到时间")
                .value(&typed.arrived)
                .required(),
            Field::input("time", "left", "签退时间").value(&typed.left).required(),
            Field::area("note", "走访内容").value(&typed.note).required(),
            Field::text("late_reason", "迟交理由")
                .value(&typed.late_reason)
                .hint("走访 48 小时后才填报的，请写明原因。"),
        ]);
    entry.boxes_label = "落实的帮扶措施";
    entry.boxes_name = "measures";
    entry.boxes = MeasureKind::ALL
        .iter()
        .filter(|k| !matches!(k, MeasureKind::Clipping | MeasureKind::Supervision))
        .map(|k| TickBox {
            value: k.id().to_owned(),
            label: k.title().to_owned(),
            ticked: typed.measures.iter().any(|m| m == k.id()),
        })
        .collect();
    entry.files = true;
    sheet.forms.push(entry);
    sheet.show()
}

/// Photos of one visit.
const PHOTOS: Limits = Limits {
    file_bytes: papers::MAX_PAPER_BYTES,
    files: visit::MOST_PHOTOS,
    too_large: "照片：每张不超过 10 MB，最多 9 张，请减少或压缩后再提交。",
};

/// A visit with its photos, as the form sends them.
pub(crate) struct Entered(VisitForm, Vec<papers::Upload>);

impl FromRequest<web::App> for Entered {
    type Rejection = web::WebError;

    async fn from_request(request: Request, state: &web::App) -> Result<Entered, web::WebError> {
        let Sent { mut texts, files } = Sent::read(request, state, PHOTOS).await?;
        let mut take = |name: &str| texts.remove(name).unwrap_or_default();
        let typed = VisitForm {
            request_id: take("request_id"),
            household: take("household"),
            visit: take("visit"),
            day: take("day"),
            arrived: take("arrived"),
            left: take("left"),
            note: take("note"),
            measures: take("measures").lines().map(str::to_owned).collect(),
            late_reason: take("late_reason"),
        };
        Ok(Entered(typed, files))
    }
}

pub(crate) async fn enter(ctx: Ctx, Entered(typed, photos): Entered) -> Page {
    match visit::enter(ctx.app(), ctx.actor(), &typed, photos).await {
        Ok(id) => ctx.done("走访已提交。", &format!("/desk/forces/visits/{id}")).await,
        Err(error) if is_for_the_form(&error) => refused(entry(&ctx, &typed, &error.message).await),
        Err(error) => Err(error.into()),
    }
}
