//! Helpers: list with saved filters, export, one helper with history, entering and changing, leaving the post.

use access::Resource;
use axum::{
    Form,
    extract::{Path, Query},
};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppResult, RegionCode};
use records::flow::Code;
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell as FileCell, Export},
    parts::{Field, Filter, Pair, Tab},
};

use super::{
    pairings::helper_field,
    sheet::{
        FormBox, Grid, Sheet, Tile, badge, choices, form, is_for_the_form, link, number, page_no, pager, path,
        query_text, refused, saved, text, timeline, to, whole, with_first,
    },
};
use crate::{
    acts::{
        helper::{self, HelperForm},
        missing,
        pairing::{self, PairingForm},
    },
    model::helper::{Branch, HelperKind},
    store::helpers::{self as store, FIELDS, Helper, HelperFilter},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    kind: String,
    branch: String,
    name: String,
    left: String,
    page: String,
}

impl ListQuery {
    async fn filter(&self, ctx: &Ctx) -> AppResult<HelperFilter> {
        let tree = regions(ctx.app()).await?;
        Ok(HelperFilter {
            area: self.area.area(&tree, ctx.scope()),
            kind: HelperKind::parse(&self.kind),
            branch: Branch::parse(&self.branch),
            name: self.name.clone(),
            left: self.left == "1",
        })
    }

    fn text(&self) -> String {
        let pairs = [
            ("kind", self.kind.as_str()),
            ("branch", &self.branch),
            ("name", &self.name),
            ("left", &self.left),
        ];
        query_text(&self.area, &pairs)
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let page = page_no(&query.page);
    let total = store::count(&ctx.db, ctx.scope(), &filter).await?;
    let rows = store::page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let tree = regions(ctx.app()).await?;
    let query_line = query.text();
    let away = filter.kind == Some(HelperKind::AwayFromHome);
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::select("kind", "类别", with_first("全部", choices::<HelperKind>())).value(&query.kind));
    fields.push(Field::select("branch", "细类", with_first("全部", choices::<Branch>())).value(&query.branch));
    fields.push(Field::select("left", "状态", [("", "在岗"), ("1", "已离岗")]).value(&query.left));
    fields.push(Field::input("search", "name", "姓名或单位").value(&query.name));
    let line = |h: Helper| {
        let mut cells = vec![
            to(&h.name, format!("/desk/forces/helpers/{}", h.id)),
            text(h.kind_title()),
            text(h.branch_title()),
            text(&h.unit),
            text(&h.title),
            text(path(&tree, h.region)),
        ];
        if away {
            cells.extend([text(&h.trade), text(&h.place)]);
        } else {
            cells.push(if h.account.is_some() {
                badge("已开通", "done")
            } else {
                badge("未开通", "closed")
            });
        }
        cells
    };
    let mut heads = vec!["姓名", "类别", "细类", "单位", "职务", "服务区域"];
    heads.extend(if away {
        vec!["行业", "现居地"]
    } else {
        vec!["账号"]
    });
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here(if away {
        "在外创业人士名录"
    } else {
        "帮扶人员"
    }));
    if ctx.may("force.enter", &Resource::any()) {
        sheet.links.push(link("登记人员", "/desk/forces/helpers/new").primary());
        sheet.links.push(link("导入表格", "/desk/forces/helpers/import"));
        sheet.links.push(link("导入近亲属", "/desk/forces/helpers/kin-import"));
    }
    if ctx.may("force.export", &Resource::any()) {
        sheet
            .links
            .push(link("导出表格", format!("/desk/forces/helpers.xlsx?{query_line}")).file());
    }
    sheet.tabs = tabs(filter.kind);
    sheet.filter = Some(Filter {
        action: "/desk/forces/helpers".into(),
        fields,
    });
    sheet.bar = saved(&ctx, "/desk/forces/helpers", &query_line).await?;
    sheet.grids.push(Grid {
        label: "帮扶人员列表",
        total: format!("共 {total} 人"),
        heads,
        rows: rows.into_iter().map(line).collect(),
        empty: "没有符合条件的帮扶人员。",
        hint: "放宽筛选条件，或点“重置”查看全部。",
        pager: pager("/desk/forces/helpers", &query_line, page, total),
        ..Grid::default()
    });
    sheet.show()
}

fn tabs(here: Option<HelperKind>) -> Vec<Tab> {
    let tab = |title: &str, kind: Option<HelperKind>| Tab {
        title: title.to_owned(),
        href: kind.map_or("/desk/forces/helpers".into(), |k| {
            format!("/desk/forces/helpers?kind={}", k.id())
        }),
        active: here == kind,
        count: None,
    };
    vec![
        tab("全部", None),
        tab("帮扶责任人", Some(HelperKind::Responsible)),
        tab("第一书记", Some(HelperKind::FirstSecretary)),
        tab("志愿者", Some(HelperKind::Volunteer)),
        tab("第三方机构", Some(HelperKind::ThirdParty)),
        tab("在外创业人士名录", Some(HelperKind::AwayFromHome)),
        tab("义务监督员", Some(HelperKind::Observer)),
    ]
}

pub(crate) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    const CHUNK: i64 = 2000;
    let filter = query.filter(&ctx).await?;
    let tree = regions(ctx.app()).await?;
    let columns = [
        ("姓名", 12.0),
        ("类别", 16.0),
        ("细类", 24.0),
        ("单位", 28.0),
        ("职务", 16.0),
        ("行业（专长）", 16.0),
        ("现居地", 20.0),
        ("服务区域", 28.0),
        ("服务区域代码", 18.0),
        ("登记日期", 12.0),
        ("服务期至", 12.0),
        ("离岗日期", 12.0),
    ];
    let mut file = Export::begin(ctx.app(), "帮扶人员", &columns)?;
    let mut offset = 0;
    loop {
        let rows = store::rows(&ctx.db, ctx.scope(), &filter, CHUNK, offset).await?;
        for h in &rows {
            file.row([
                FileCell::text(&h.name),
                FileCell::text(h.kind_title()),
                FileCell::text(h.branch_title()),
                FileCell::text(&h.unit),
                FileCell::text(&h.title),
                FileCell::text(&h.trade),
                FileCell::text(&h.place),
                FileCell::text(path(&tree, h.region)),
                FileCell::text(h.region().to_string()),
                FileCell::text(&h.entered_on),
                FileCell::text(h.until_on.clone().unwrap_or_default()),
                FileCell::text(h.left_on.clone().unwrap_or_default()),
            ])?;
        }
        if (rows.len() as i64) < CHUNK {
            break;
        }
        offset += CHUNK;
    }
    let act = Act::new("force.export", "helper:list").with(json!({"rows": file.rows()}));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("帮扶人员.xlsx").await?)
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    one(&ctx, id, "").await
}

pub(super) async fn one(ctx: &Ctx, id: i64, problem: &str) -> Page {
    let helper = store::one(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| missing("这名帮扶人员"))?;
    let tree = regions(ctx.app()).await?;
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("帮扶人员", "/desk/forces/helpers")
            .here(helper.name.as_str()),
    )
    .problem(problem);
    sheet.facts = vec![
        Pair::new("姓名", &helper.name),
        Pair::new("类别", helper.kind_title()),
        Pair::new("细类", helper.branch_title()),
        Pair::new("单位", &helper.unit),
        Pair::new("职务", &helper.title),
        Pair::new("行业（专长）", &helper.trade),
        Pair::new("现居地", &helper.place),
        Pair::new("服务区域", path(&tree, helper.region)),
        Pair::new(
            "近亲属回避",
            if helper.person_key.is_some() {
                "已登记身份，结对时自动核对"
            } else {
                "未登记身份证号，结对时无法核对"
            },
        ),
        Pair::whole("登记日期", &helper.entered_on),
        Pair::whole("服务期至", helper.until_on.clone().unwrap_or_else(|| "长期".into())),
        Pair::new(
            "状态",
            helper
                .left_on
                .as_ref()
                .map_or("在岗".to_owned(), |day| format!("{day} 离岗")),
        ),
    ];
    let filter = households::pairing::HelpFilter {
        account: Some(helper.pair_key),
        ..Default::default()
    };
    let today = ctx.clock.today();
    let paired = households::pairing::helped_households(&ctx.db, ctx.scope(), &filter, today, 200, 0).await?;
    let held = paired.len();
    sheet.grids.push(Grid {
        title: "现在结对的户",
        label: "现在结对的户",
        total: format!("共 {held} 户"),
        heads: vec!["户主", "户编号", "所在村", "人口", "结对开始"],
        rows: paired
            .into_iter()
            .map(|p| {
                vec![
                    to(p.head_name, format!("/desk/forces/pairings/{}", p.id)),
                    whole(p.household_no),
                    text(path(&tree, p.region)),
                    number(p.population),
                    whole(p.from_on.unwrap_or_default()),
                ]
            })
            .collect(),
        empty: "没有您管理范围内的结对户。",
        ..Grid::default()
    });
    super::kin::show(ctx, &helper, &mut sheet).await?;
    let may_change = helper.is_active() && ctx.may("force.change", &Resource::in_region(helper.region()));
    if may_change && ctx.scope().covers(helper.region()) {
        sheet
            .links
            .push(link("修改", format!("/desk/forces/helpers/{id}/change")));
        let on = Field::input("date", "on", "日期").value(today.to_string()).required();
        let reason = Field::text("reason", "理由").required();
        if held > 0 {
            let takers = helper_field(ctx, "接手人", Some(helper.id), "").await?;
            sheet.forms.push(
                form(
                    ctx,
                    "全部移交",
                    format!("/desk/forces/helpers/{id}/hand-over"),
                    "全部移交",
                )
                .note("新责任人从移交当日起负责，中间不留空档；有一户不能移交则全部不移交。")
                .fields([takers, on.clone(), reason.clone()])
                .ask(format!("把 {held} 户全部移交？")),
            );
        } else {
            let mut leave = form(ctx, "办理离岗", format!("/desk/forces/helpers/{id}/leave"), "办理离岗")
                .fields([on, reason])
                .ask("办理离岗后不能再结对，确定吗？");
            leave.class = "btn-outline-danger";
            sheet.forms.push(leave);
        }
    }
    let acts = [
        ("enter", "登记"),
        ("load", "批量登记"),
        ("change", "修改"),
        ("leave", "离岗"),
    ];
    sheet.timeline = timeline(ctx, "helper", id, FIELDS, &acts).await?;
    sheet.show()
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct OnForm {
    request_id: String,
    on: String,
    reason: String,
}

pub(crate) async fn leave(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<OnForm>) -> Page {
    match helper::leave(ctx.app(), ctx.actor(), &typed.request_id, id, &typed.on, &typed.reason).await {
        Ok(()) => ctx.done("已办理离岗。", &format!("/desk/forces/helpers/{id}")).await,
        Err(error) if is_for_the_form(&error) => refused(one(&ctx, id, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn hand_over(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<PairingForm>) -> Page {
    match pairing::hand_over_all(ctx.app(), ctx.actor(), id, &typed).await {
        Ok(rows) => {
            ctx.done(format!("已移交 {rows} 户。"), &format!("/desk/forces/helpers/{id}"))
                .await
        }
        Err(error) if is_for_the_form(&error) => refused(one(&ctx, id, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewQuery {
    #[serde(flatten)]
    area: AreaQuery,
}

pub(crate) async fn ask(ctx: Ctx, Query(query): Query<NewQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let region = query
        .area
        .area(&tree, ctx.scope())
        .or(ctx.scope().region())
        .unwrap_or(ctx.config.area);
    let typed = HelperForm {
        region: region.to_string(),
        ..HelperForm::default()
    };
    entry(&ctx, None, &typed, "").await
}

pub(crate) async fn enter(ctx: Ctx, Form(typed): Form<HelperForm>) -> Page {
    match helper::enter(ctx.app(), ctx.actor(), &typed).await {
        Ok(id) => ctx.done("已登记。", &format!("/desk/forces/helpers/{id}")).await,
        Err(error) if is_for_the_form(&error) => refused(entry(&ctx, None, &typed, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn ask_change(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let helper = store::one(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| missing("这名帮扶人员"))?;
    let version = records::history::current(&ctx.db, "helper", id)
        .await?
        .map_or(0, |entry| entry.version);
    let typed = HelperForm {
        version: version.to_string(),
        region: helper.region().to_string(),
        name: helper.name,
        kind: helper.kind,
        branch: helper.branch,
        unit: helper.unit,
        title: helper.title,
        trade: helper.trade,
        place: helper.place,
        until_on: helper.until_on.unwrap_or_default(),
        ..HelperForm::default()
    };
    entry(&ctx, Some(id), &typed, "").await
}

pub(crate) async fn change(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<HelperForm>) -> Page {
    match helper::change(ctx.app(), ctx.actor(), id, &typed).await {
        Ok(()) => ctx.done("已修改。", &format!("/desk/forces/helpers/{id}")).await,
        Err(error) if is_for_the_form(&error) => match super::together::moved(&ctx, id, &typed).await? {
            Some(moved) => {
                let mut sheet = entry_sheet(&ctx, Some(id), &moved.merged, "").await?;
                moved.tell(&mut sheet);
                refused(sheet.show())
            }
            None => refused(entry(&ctx, Some(id), &typed, &error.message).await),
        },
        Err(error) => Err(error.into()),
    }
}

async fn entry(ctx: &Ctx, id: Option<i64>, typed: &HelperForm, problem: &str) -> Page {
    entry_sheet(ctx, id, typed, problem).await?.show()
}

async fn entry_sheet(ctx: &Ctx, id: Option<i64>, typed: &HelperForm, problem: &str) -> AppResult<Sheet> {
    let tree = regions(ctx.app()).await?;
    let region: RegionCode = typed.region.parse().unwrap_or(ctx.config.area);
    let action = id.map_or("/desk/forces/helpers/new".to_owned(), |id| {
        format!("/desk/forces/helpers/{id}/change")
    });
    let mut sheet = Sheet::of(
        ctx.shell(households::desk_layer(ctx))
            .crumb("帮扶人员", "/desk/forces/helpers")
            .here(if id.is_some() {
                "修改帮扶人员"
            } else {
                "登记帮扶人员"
            }),
    )
    .problem(problem);
    let mut fields = vec![
        Field::text("name", "姓名").value(&typed.name).required(),
        Field::select("kind", "类别", with_first("请选择", choices::<HelperKind>()))
            .value(&typed.kind)
            .required(),
        Field::select("branch", "细类", with_first("无", choices::<Branch>()))
            .value(&typed.branch)
            .hint("第三方机构、人大代表、志愿者、义务监督员必选。"),
        Field::text("unit", "单位").value(&typed.unit),
        Field::text("title", "职务").value(&typed.title),
        Field::text("trade", "行业（专长）").value(&typed.trade),
        Field::text("place", "现居地")
            .value(&typed.place)
            .hint("在外创业人士填写。"),
        Field::text("id_number", "身份证号").hint("用于近亲属回避核对，只保存加密标识，不保存号码。"),
        Field::text("login", "登录名").hint("已开通账号的填写，填报走访时用。"),
        Field::input("date", "until_on", "服务期至")
            .value(&typed.until_on)
            .hint("不填为长期；第三方机构必填。"),
    ];
    if id.is_some() {
        fields.push(Field::text("reason", "变更理由").value(&typed.reason).required());
    } else {
        sheet.filter = Some(Filter {
            action: "/desk/forces/helpers/new".into(),
            fields: area_fields(&tree, ctx.scope(), ctx.config.area, &AreaQuery::default()),
        });
    }
    sheet.facts = vec![Pair::new("服务区域", tree.path(region))];
    let entry: FormBox = form(ctx, "", action, "保存")
        .hide("region", region.to_string())
        .hide("version", typed.version.as_str())
        .fields(fields);
    sheet.forms.push(entry);
    Ok(sheet)
}

/// Figures by kind, for the overview.
pub(crate) async fn tiles(ctx: &Ctx) -> AppResult<Vec<Tile>> {
    let counts = store::by_kind(&ctx.db, ctx.scope()).await?;
    let tile = |kind: &HelperKind| {
        let helpers: i64 = counts.iter().filter(|c| c.kind == kind.id()).map(|c| c.helpers).sum();
        Tile {
            title: kind.title().to_owned(),
            value: helpers.to_string(),
            foot: "人".to_owned(),
            href: Some(format!("/desk/forces/helpers?kind={}", kind.id())),
            alert: false,
        }
    };
    Ok(HelperKind::ALL
        .iter()
        .map(tile)
        .filter(|tile| tile.value != "0")
        .collect())
}
