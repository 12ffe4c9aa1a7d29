//! `/desk/projects/new`: a project with its six public fields and the five questions, all answered at once.

use std::collections::BTreeMap;

use axum::extract::Form;
use directory::regions;
use kernel::{AppResult, RegionLevel};
use records::flow::Code;
use web::{Ctx, Page, parts::Field};

use super::{
    block::{Block, Blocks, FormView},
    frame, href, request_id,
};
use crate::{
    model::{
        ProjectMode,
        plan::{FUND_LEVELS, IncomeModel, Problems, SubsidyClass, read},
    },
    store::project,
};

type Sent = BTreeMap<String, String>;

pub(crate) async fn blank(ctx: Ctx) -> Page {
    page(&ctx, &Sent::new(), &Problems::new()).await?.show()
}

pub(crate) async fn enter(ctx: Ctx, Form(sent): Form<Sent>) -> Page {
    let get = |name: &str| sent.get(name).cloned().unwrap_or_default();
    match read(get, ctx.clock.today()) {
        Ok(new) => match project::enter(ctx.app(), ctx.actor(), &get("request_id"), new).await {
            Ok(id) => ctx.done("项目已登记，下一步是两会论证。", &href(id)).await,
            Err(e) if e.kind == kernel::ErrorKind::Invalid => {
                page(&ctx, &sent, &Problems::new()).await?.refused(&e.message)
            }
            Err(e) => Err(e.into()),
        },
        Err(problems) => {
            let lines: Vec<String> = problems.values().cloned().collect();
            page(&ctx, &sent, &problems).await?.refused(&lines.join("\n"))
        }
    }
}

async fn page(ctx: &Ctx, sent: &Sent, wrong: &Problems) -> AppResult<Blocks> {
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
    let gain = vec![
        Field::text("expected_yield", "预期年收益（元）"),
        Field::text("link", "带动机制").hint("例如：土地流转、务工、分红"),
        Field::select("subsidy", "薄弱村补助", subsidies),
        Field::select("income_model", "增收方式", codes(models)),
        Field::checkbox("province_key", "省级支持项目"),
        Field::area("households", "受益户编号").hint("每行一户；直接到户和载体带动项目在申报前须填"),
        Field::text("no", "项目编号").hint("不填则自动编号"),
    ];
    let fields = [what, money, who, gain].concat().into_iter().map(done).collect();
    let form = FormView {
        action: "/desk/projects/new".into(),
        request_id: request_id(ctx),
        fields,
        button: "登记项目".into(),
        ..FormView::default()
    };
    let block = Block::new("项目登记")
        .say("公示六项和“五问”须全部填写，缺一不能登记。")
        .form(form);
    Ok(Blocks::new(frame(ctx).here("登记项目")).block(block))
}
