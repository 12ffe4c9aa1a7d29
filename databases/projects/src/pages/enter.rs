//! `/desk/projects/new`: a project with its six public fields and the five questions, all answered at once.

use std::collections::BTreeMap;

use axum::extract::{Form, Path};
use directory::regions;
use kernel::{AppResult, ErrorKind, Money, RegionLevel};
use records::{flow::Code, history};
use web::{Ctx, Page, parts::Field};

use super::{
    block::{Block, Blocks, FormView},
    frame, href, reachable, request_id, together,
};
use crate::{
    model::{
        ProjectMode,
        plan::{FUND_LEVELS, IncomeModel, Problems, SubsidyClass, read},
    },
    store::{
        KIND, enter,
        project::{self, Project},
    },
};

type Sent = BTreeMap<String, String>;

pub(crate) async fn blank(ctx: Ctx) -> Page {
    page(&ctx, &Sent::new(), &Problems::new(), None).await?.show()
}

/// `GET /desk/projects/{id}/edit`: the form as it stands, with the version it was read at.
pub(crate) async fn edit(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = reachable(&ctx, id, "project.enter").await?;
    let version = history::current(&ctx.db, KIND, id).await?.map_or(0, |e| e.version);
    let sent = as_sent(&ctx, &row, version).await?;
    page(&ctx, &sent, &Problems::new(), Some(&row)).await?.show()
}

/// `POST /desk/projects/{id}/edit`
pub(crate) async fn amend(ctx: Ctx, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Page {
    let row = reachable(&ctx, id, "project.enter").await?;
    let get = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let done = match read(get, ctx.clock.today()) {
        Ok(new) => {
            let version = get("version").parse().unwrap_or(0);
            enter::amend(ctx.app(), ctx.actor(), &get("request_id"), id, version, new).await
        }
        Err(problems) => {
            let lines: Vec<String> = problems.values().cloned().collect();
            return page(&ctx, &sent, &problems, Some(&row))
                .await?
                .refused(&lines.join("\n"));
        }
    };
    match done {
        Ok(()) => ctx.done("修改已保存。", &href(id)).await,
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            conflict(&ctx, &sent, &row, &e.message).await
        }
        Err(e) => Err(e.into()),
    }
}

/// The form again: both changes put together when somebody else changed the project meanwhile.
async fn conflict(ctx: &Ctx, sent: &Sent, row: &Project, message: &str) -> Page {
    let base = sent.get("version").and_then(|v| v.parse().ok()).unwrap_or(0_i64);
    let now = history::current(&ctx.db, KIND, row.id).await?;
    let Some(now) = now.filter(|now| now.version != base) else {
        return page(ctx, sent, &Problems::new(), Some(row)).await?.refused(message);
    };
    let before = history::entries(&ctx.db, KIND, row.id).await?;
    let before = before
        .into_iter()
        .find(|e| e.version == base)
        .map_or(serde_json::Value::Null, |e| e.state);
    let theirs = as_sent(ctx, row, now.version).await?;
    let (merged, lines) = together::put(&before, &now, &theirs, sent);
    page(ctx, &merged, &Problems::new(), Some(row))
        .await?
        .refused(&lines.join("\n"))
}

/// A project as its form would send it.
async fn as_sent(ctx: &Ctx, row: &Project, version: i64) -> AppResult<Sent> {
    let mut sent: Sent = [
        ("name", row.name.clone()),
        ("region", row.place().to_string()),
        ("site", row.site.clone()),
        ("mode", row.mode.clone()),
        ("content", row.content.clone()),
        ("need", row.need.clone()),
        ("surveyed_on", row.surveyed_on.clone()),
        ("site_note", row.site_note.clone()),
        ("owner", row.owner.clone()),
        ("responsible", row.responsible.clone()),
        ("start", row.start_plan.clone()),
        ("end", row.end_plan.clone()),
        ("duty", row.duty.clone()),
        ("expected_yield", Money(row.expected_yield_fen).to_string()),
        ("link", row.link.clone()),
        ("subsidy", row.subsidy.clone()),
        ("income_model", row.income_model.clone()),
        ("province_key", if row.province_key { "1" } else { "" }.to_owned()),
        ("version", version.to_string()),
    ]
    .map(|(k, v)| (k.to_owned(), v))
    .into();
    for (n, fund) in (1..).zip(project::funds(&ctx.db, row.id).await?) {
        sent.insert(format!("source{n}"), fund.source);
        sent.insert(format!("level{n}"), fund.level);
        sent.insert(format!("amount{n}"), Money(fund.amount_fen).to_string());
    }
    let households = project::beneficiaries(&ctx.db, row.id).await?;
    let numbers: Vec<String> = households.into_iter().map(|b| b.household_no).collect();
    sent.insert("households".into(), numbers.join("\n"));
    Ok(sent)
}

pub(crate) async fn enter(ctx: Ctx, Form(sent): Form<Sent>) -> Page {
    let get = |name: &str| sent.get(name).cloned().unwrap_or_default();
    match read(get, ctx.clock.today()) {
        Ok(new) => match enter::enter(ctx.app(), ctx.actor(), &get("request_id"), new).await {
            Ok(id) => ctx.done("项目已登记，下一步是两会论证。", &href(id)).await,
            Err(e) if e.kind == ErrorKind::Invalid => {
                page(&ctx, &sent, &Problems::new(), None).await?.refused(&e.message)
            }
            Err(e) => Err(e.into()),
        },
        Err(problems) => {
            let lines: Vec<String> = problems.values().cloned().collect();
            page(&ctx, &sent, &problems, None).await?.refused(&lines.join("\n"))
        }
    }
}

async fn page(ctx: &Ctx, sent: &Sent, wrong: &Problems, row: Option<&Project>) -> AppResult<Blocks> {
    let tree = regions(ctx.app()).await?;
    let top = ctx.scope().region().unwrap_or(ctx.config.area);
    let depth = [RegionLevel::Village, RegionLevel::Community, RegionLevel::Town];
    let mut places: Vec<(String, String)> = vec![(String::new(), "请选择".into())];
    for level in depth {
        let found = tree.inside(top, level);
        if !found.is_empty() {
            places.extend(found.iter().map(|r| (r.code.to_string(), tree.path_in_county(r.code))));
            break;
        }
    }
    let val = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let done = |f: Field| {
        let (value, error) = (val(&f.name), wrong.get(f.name.as_str()));
        let keep = f.value.clone();
        f.value(if value.is_empty() { keep } else { value }).error(error)
    };
    let codes = |list: Vec<(&'static str, &'static str)>| std::iter::once(("", "请选择")).chain(list);
    let modes = ProjectMode::ALL.iter().map(|m| (m.id(), m.title())).collect();
    let models = IncomeModel::ALL.iter().map(|m| (m.id(), m.title())).collect();
    let subsidies: Vec<_> = SubsidyClass::ALL.iter().map(|m| (m.id(), m.title())).collect();
    let what = vec![
        Field::text("name", "项目名称").required(),
        Field::select("region", "所在村", places).required(),
        Field::text("site", "实施地点").required(),
        Field::select("mode", "类别", codes(modes)).required(),
        Field::area("content", "一问：干什么（建设内容）").required(),
        Field::area("need", "真实需求（入户调研所得）").required(),
        Field::input("date", "surveyed_on", "调研日期").required(),
        Field::area("site_note", "选址说明")
            .hint("是否兼顾用地和农活，如何防止闲置")
            .required(),
    ];
    let mut money = Vec::new();
    for n in 1..=3 {
        let levels = codes(FUND_LEVELS.iter().map(|l| (*l, *l)).collect());
        let title = if n == 1 {
            "二问：资金在哪里（来源 1）".to_owned()
        } else {
            format!("资金来源 {n}")
        };
        let source = Field::text(&format!("source{n}"), &title);
        money.push(if n == 1 { source.required() } else { source });
        money.push(Field::select(&format!("level{n}"), &format!("层级 {n}"), levels));
        money.push(Field::text(&format!("amount{n}"), &format!("金额 {n}（元）")));
    }
    let who = vec![
        Field::text("owner", "三问：谁来实施（实施单位）").required(),
        Field::text("responsible", "责任人").required(),
        Field::input("date", "start", "四问：什么时间（开工）").required(),
        Field::input("date", "end", "完工").required(),
        Field::area("duty", "五问：何责任").required(),
    ];
    let mut gain = vec![
        Field::text("expected_yield", "预期年收益（元）"),
        Field::text("link", "带动机制").hint("例如：土地流转、务工、分红"),
        Field::select("subsidy", "薄弱村补助", subsidies),
        Field::select("income_model", "增收方式", codes(models)),
        Field::checkbox("province_key", "省级支持项目"),
        Field::area("households", "受益户编号").hint("每行一户；直接到户和载体带动项目在申报前须填"),
    ];
    if row.is_none() {
        gain.push(Field::text("no", "项目编号").hint("不填则自动编号"));
    }
    let fields = [what, money, who, gain].concat().into_iter().map(done).collect();
    let (action, button, title) = match row {
        Some(row) => (format!("{}/edit", href(row.id)), "保存修改", "修改项目"),
        None => ("/desk/projects/new".to_owned(), "登记项目", "登记项目"),
    };
    let form = FormView {
        action,
        request_id: request_id(ctx),
        hidden: vec![("version", val("version"))],
        fields,
        button: button.into(),
        ..FormView::default()
    };
    let block = Block::new(title)
        .say("公示六项和“五问”须全部填写，缺一不能登记。")
        .form(form);
    let shell = row.map_or_else(|| frame(ctx), |row| frame(ctx).crumb(row.name.clone(), href(row.id)));
    Ok(Blocks::new(shell.here(title)).block(block))
}
