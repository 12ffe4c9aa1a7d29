//! Pairings of households: list, one household with its acts, and many at once with a preview.

use access::Resource;
use axum::{
    Form,
    extract::{Path, Query},
};
use directory::{AreaQuery, RegionTree, area_fields, regions};
use households::pairing::{HelpFilter, coverage, helped_households};
use kernel::AppResult;
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair},
};

use super::sheet::{
    FormBox, Grid, Sheet, TickBox, badge, form, is_for_the_form, link, number, page_no, pager, path, query_text,
    refused, saved, text, timeline, to, whole, with_first,
};
use crate::{
    acts::{
        bulk::{self, BulkForm},
        missing,
        pairing::{self, PairingForm, Wanted},
        place,
    },
    store::{
        figures::kept,
        helpers::{self, HelperFilter},
        offset,
    },
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    helped: String,
    name: String,
    page: String,
}

impl ListQuery {
    pub(super) fn filter(&self, ctx: &Ctx, tree: &RegionTree) -> HelpFilter {
        HelpFilter {
            area: self.area.area(tree, ctx.scope()),
            name: self.name.clone(),
            helped: match self.helped.as_str() {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            },
            account: None,
        }
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today();
    let filter = query.filter(&ctx, &tree);
    let page = page_no(&query.page);
    let key = format!("pairings {:?} {filter:?} {today}", ctx.scope());
    let sum = kept(ctx.app(), key, coverage(&ctx.db, ctx.scope(), &filter, today)).await?;
    let limit = crate::store::PAGE_ROWS;
    let rows = helped_households(&ctx.db, ctx.scope(), &filter, today, limit, offset(page)).await?;
    let query_line = query_text(&query.area, &[("helped", &query.helped), ("name", &query.name)]);
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(
        Field::select("helped", "结对情况", [("", "全部"), ("1", "已结对"), ("0", "未结对")]).value(&query.helped),
    );
    fields.push(Field::input("search", "name", "户主或责任人").value(&query.name));
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("结对帮扶"));
    if ctx.may("pairing.change", &Resource::any()) {
        sheet
            .links
            .push(link("批量结对", "/desk/forces/pairings/bulk").primary());
        sheet.links.push(link("导入表格", "/desk/forces/pairings/import"));
    }
    if ctx.may("force.export", &Resource::any()) {
        let href = format!("/desk/forces/pairings.xlsx?{query_line}");
        sheet.links.push(link("导出表格", href).file());
    }
    sheet.filter = Some(Filter {
        action: "/desk/forces/pairings".into(),
        fields,
    });
    sheet.bar = saved(&ctx, "/desk/forces/pairings", &query_line).await?;
    sheet.grids.push(Grid {
        label: "结对帮扶列表",
        total: format!(
            "应帮扶 {} 户，已结对 {} 户，未结对 {} 户",
            sum.households,
            sum.helped,
            sum.gaps()
        ),
        heads: vec!["户主", "户编号", "所在村", "人口", "帮扶责任人", "结对开始"],
        rows: rows
            .into_iter()
            .map(|row| {
                vec![
                    to(row.head_name, format!("/desk/forces/pairings/{}", row.id)),
                    whole(row.household_no),
                    text(path(&tree, row.region)),
                    number(row.population),
                    match row.helper_name {
                        Some(name) => text(name),
                        None => badge("未结对", "late"),
                    },
                    whole(row.from_on.unwrap_or_default()),
                ]
            })
            .collect(),
        empty: "没有符合条件的户。",
        pager: pager("/desk/forces/pairings", &query_line, page, sum.households),
        ..Grid::default()
    });
    sheet.show()
}

/// Who can be chosen for a household.
pub(crate) async fn helper_field(ctx: &Ctx, label: &str, without: Option<i64>, name: &str) -> AppResult<Field> {
    let filter = HelperFilter {
        name: name.to_owned(),
        ..HelperFilter::default()
    };
    let all = helpers::rows(&ctx.db, ctx.scope(), &filter, 500, 0).await?;
    let offered = all
        .into_iter()
        .filter(|h| h.kind().is_some_and(|k| k.helps_households()) && Some(h.id) != without)
        .map(|h| (h.id.to_string(), format!("{}（{} {}）", h.name, h.kind_title(), h.unit)))
        .collect();
    Ok(Field::select("helper", label, with_first("请选择", offered)).required())
}

/// Narrows the helpers to choose from: a county has thousands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Find {
    who: String,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(find): Query<Find>) -> Page {
    one(&ctx, id, &find.who, "").await
}

async fn one(ctx: &Ctx, id: i64, who: &str, problem: &str) -> Page {
    let household = households::household(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| missing("这一户"))?;
    let tree = regions(ctx.app()).await?;
    let row = &household.row;
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("结对帮扶", "/desk/forces/pairings")
            .here(format!("{}户", row.head_name)),
    )
    .problem(problem);
    let present = household.helpers.iter().find(|h| h.to_on.is_none());
    sheet.facts = vec![
        Pair::new("户主", &row.head_name),
        Pair::whole("户编号", &row.household_no),
        Pair::new("所在村", path(&tree, row.region)),
        Pair::new("现任帮扶责任人", present.map_or("未结对", |h| h.helper_name.as_str())),
    ];
    if ctx.may("visit.list", &Resource::any()) {
        sheet
            .links
            .push(link("走访记录", format!("/desk/forces/visits?household={id}")));
    }
    sheet.grids.push(Grid {
        title: "历任帮扶责任人",
        label: "历任帮扶责任人",
        heads: vec!["帮扶责任人", "开始", "结束"],
        rows: household
            .helpers
            .iter()
            .map(|h| {
                vec![
                    text(&h.helper_name),
                    whole(&h.from_on),
                    whole(h.to_on.clone().unwrap_or_else(|| "至今".into())),
                ]
            })
            .collect(),
        empty: "尚未结对。",
        ..Grid::default()
    });
    if ctx.may("pairing.change", &Resource::in_region(place(row.region))) {
        let on = Field::input("date", "on", "日期")
            .value(ctx.clock.today().to_string())
            .required();
        let reason = Field::text("reason", "理由").required();
        let helper = helper_field(ctx, "帮扶责任人", None, who).await?;
        let base = format!("/desk/forces/pairings/{id}");
        sheet.filter = Some(Filter {
            action: base.clone(),
            fields: vec![
                Field::input("search", "who", "查找帮扶人员")
                    .value(who)
                    .placeholder("姓名或单位"),
            ],
        });
        if present.is_some() {
            sheet.forms.push(
                form(ctx, "移交", format!("{base}/hand-over"), "移交")
                    .note("新责任人从当日起负责，原责任人当日结束，中间不留空档。")
                    .fields([helper, on.clone(), reason.clone()]),
            );
            let mut end: FormBox = form(ctx, "结束结对", format!("{base}/end"), "结束结对")
                .note("结束后该户没有帮扶责任人，将列入缺口清单。换人请办“移交”。")
                .fields([on, reason])
                .ask("结束后该户没有帮扶责任人，确定吗？");
            end.class = "btn-outline-danger";
            sheet.forms.push(end);
        } else {
            sheet
                .forms
                .push(form(ctx, "结对", format!("{base}/pair"), "结对").fields([helper, on]));
        }
    }
    let acts = [("pair", "结对"), ("hand_over", "移交"), ("end", "结束结对")];
    let titles = [("helper", "帮扶责任人"), ("kind", "类别"), ("unit", "单位")];
    sheet.timeline = timeline(ctx, "pairing", id, &titles, &acts).await?;
    sheet.show()
}

async fn act(ctx: Ctx, id: i64, wanted: Wanted, typed: PairingForm, said: &str) -> Page {
    match pairing::act(ctx.app(), ctx.actor(), id, wanted, &typed).await {
        Ok(()) => ctx.done(said, &format!("/desk/forces/pairings/{id}")).await,
        Err(error) if is_for_the_form(&error) => refused(one(&ctx, id, "", &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn pair(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<PairingForm>) -> Page {
    act(ctx, id, Wanted::Pair, typed, "已结对。").await
}

pub(crate) async fn hand_over(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<PairingForm>) -> Page {
    act(ctx, id, Wanted::HandOver, typed, "已移交。").await
}

pub(crate) async fn end(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<PairingForm>) -> Page {
    act(ctx, id, Wanted::End, typed, "已结束结对。").await
}

fn bulk_form(ctx: &Ctx, tree: &directory::RegionTree, pairs: &[(String, String)]) -> (BulkForm, AreaQuery) {
    let one = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v).to_owned();
    let area = AreaQuery {
        town: one("town"),
        community: one("community"),
        village: one("village"),
    };
    let form = BulkForm {
        request_id: one("request_id"),
        area: area.area(tree, ctx.scope()),
        helpers: pairs
            .iter()
            .filter(|(n, _)| n == "helper")
            .map(|(_, v)| v.clone())
            .collect(),
        most: one("most"),
        on: one("on"),
        seal: one("seal"),
    };
    (form, area)
}

/// First the village, then the helpers, then the proposal: each step is a link one can keep.
pub(crate) async fn bulk_ask(ctx: Ctx, Query(pairs): Query<Vec<(String, String)>>) -> Page {
    bulk_page(&ctx, &pairs, "").await
}

async fn bulk_page(ctx: &Ctx, pairs: &[(String, String)], problem: &str) -> Page {
    let tree = regions(ctx.app()).await?;
    let (mut typed, area) = bulk_form(ctx, &tree, pairs);
    let today = ctx.clock.today().to_string();
    if typed.most.is_empty() {
        typed.most = "5".to_owned();
    }
    if typed.on.is_empty() {
        typed.on = today;
    }
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("结对帮扶", "/desk/forces/pairings")
            .here("批量结对"),
    )
    .problem(problem);
    let who = pairs.iter().find(|(n, _)| n == "who").map_or("", |(_, v)| v);
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &area);
    fields.push(
        Field::input("search", "who", "查找帮扶人员")
            .value(who)
            .placeholder("姓名或单位"),
    );
    sheet.filter = Some(Filter {
        action: "/desk/forces/pairings/bulk".into(),
        fields,
    });
    let Some(chosen) = typed.area else {
        sheet.warn("先选择镇、村，再选择参加结对的帮扶责任人，预览后确认。");
        return sheet.show();
    };
    let filter = HelpFilter {
        area: Some(chosen),
        ..HelpFilter::default()
    };
    let sum = coverage(&ctx.db, ctx.scope(), &filter, ctx.clock.today()).await?;
    sheet.facts = vec![
        Pair::new("范围", tree.path(chosen)),
        Pair::new("应帮扶", format!("{} 户", sum.households)),
        Pair::new("未结对", format!("{} 户", sum.gaps())),
    ];
    let known = HelperFilter {
        name: who.to_owned(),
        ..HelperFilter::default()
    };
    let all = helpers::rows(&ctx.db, ctx.scope(), &known, 200, 0).await?;
    let offered = all
        .into_iter()
        .filter(|h| h.kind().is_some_and(|k| k.helps_households()));
    let boxes: Vec<TickBox> = offered
        .map(|h| TickBox {
            ticked: typed.helpers.contains(&h.id.to_string()),
            value: h.id.to_string(),
            label: format!("{}（{}）", h.name, h.kind_title()),
        })
        .collect();
    let mut ask = form(ctx, "参加结对的人员", "/desk/forces/pairings/bulk", "预览");
    ask.method = "get";
    ask.hidden = [
        ("town", &area.town),
        ("community", &area.community),
        ("village", &area.village),
    ]
    .map(|(name, value)| (name, value.clone()))
    .into();
    ask.boxes_label = "帮扶责任人";
    ask.boxes_name = "helper";
    ask.boxes = boxes;
    ask = ask.fields([
        Field::input("number", "most", "每人最多户数")
            .value(&typed.most)
            .required(),
        Field::input("date", "on", "开始日期").value(&typed.on).required(),
    ]);
    if typed.helpers.is_empty() {
        sheet.forms.push(ask);
        return sheet.show();
    }
    match bulk::propose(ctx.app(), &ctx.db, ctx.actor(), &typed).await {
        Ok(proposal) => {
            let numbers = proposal.numbers();
            let shares: Vec<String> = proposal
                .helpers
                .iter()
                .zip(&numbers)
                .map(|(h, n)| format!("{} {n} 户", h.name))
                .collect();
            let total: usize = numbers.iter().sum();
            sheet.grids.push(Grid {
                title: "预览",
                label: "批量结对预览",
                total: format!(
                    "将结对 {total} 户：{}；{} 户暂无合适人选",
                    shares.join("，"),
                    proposal.lines.len() - total
                ),
                heads: vec!["户主", "户编号", "所在村", "帮扶责任人"],
                rows: proposal
                    .lines
                    .iter()
                    .map(|(row, helper)| {
                        vec![
                            text(&row.head_name),
                            whole(&row.household_no),
                            text(path(&tree, row.region)),
                            helper.map_or(badge("人数已满或须回避", "wait"), |place| {
                                text(&proposal.helpers[place].name)
                            }),
                        ]
                    })
                    .collect(),
                empty: "这个范围内没有未结对的户。",
                ..Grid::default()
            });
            if total > 0 {
                let mut confirm = form(ctx, "确认", "/desk/forces/pairings/bulk", "确认结对")
                    .note("以上只是预览，尚未写入。确认后一次全部写入。")
                    .hide("most", typed.most.as_str())
                    .hide("on", typed.on.as_str())
                    .hide("seal", proposal.seal.as_str())
                    .hide("town", area.town.as_str())
                    .hide("community", area.community.as_str())
                    .hide("village", area.village.as_str());
                for helper in &typed.helpers {
                    confirm = confirm.hide("helper", helper.as_str());
                }
                sheet.forms.push(confirm);
            }
        }
        Err(error) if is_for_the_form(&error) => sheet = sheet.problem(&error.message),
        Err(error) => return Err(error.into()),
    }
    sheet.forms.push(ask);
    sheet.show()
}

pub(crate) async fn bulk_confirm(ctx: Ctx, Form(pairs): Form<Vec<(String, String)>>) -> Page {
    let tree = regions(ctx.app()).await?;
    let (typed, _) = bulk_form(&ctx, &tree, &pairs);
    match bulk::confirm(ctx.app(), ctx.actor(), &typed).await {
        Ok(rows) => ctx.done(format!("已结对 {rows} 户。"), "/desk/forces/pairings").await,
        Err(error) if is_for_the_form(&error) => refused(bulk_page(&ctx, &pairs, &error.message).await),
        Err(error) => Err(error.into()),
    }
}
