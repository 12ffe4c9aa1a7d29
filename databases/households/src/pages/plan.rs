//! `GET /desk/plans/{id}`: a plan with its five questions line by line, what this role may do with it, and its
//! history; `/print` puts it on paper.

use access::Resource;
use askama::Template;
use axum::extract::Path;
use directory::regions;
use kernel::{AppResult, ErrorKind, Money, RegionCode, name};
use records::{
    flow::{Code, Step as FlowStep},
    history as versions,
};
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pair, Paper, Step, TimelineItem},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table, request_id},
    filled::Filled,
    list::place_path,
    plan_list::PATH,
};
use crate::{
    model::{
        guards::Vote,
        plan::{FIELD_TITLES, FLOW, Plan, PlanAct, PlanState, QUESTIONS, Target},
        record::MeasureLine,
    },
    reach::{desk_layer, sees_masked_names},
    store::{
        Outcome,
        plan::{self, Brought, KIND, missing_plan},
        reading,
    },
};

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    page(&ctx, id, &Filled::default(), None).await
}

async fn reached(ctx: &Ctx, id: i64, action: &str) -> AppResult<(Plan, Resource)> {
    let plan = plan::plan(&ctx.db, ctx.scope(), id).await?.ok_or_else(missing_plan)?;
    let here = Resource::in_region(RegionCode::from_i64(plan.region).unwrap_or(RegionCode::NATION));
    ctx.require(action, &here)?;
    Ok((plan, here))
}

fn title(plan: &Plan, masked: bool) -> String {
    match Target::parse(&plan.target) {
        Some(Target::Household) if masked => format!("{}户 {} 年一户一法", name::mask(&plan.name), plan.year),
        Some(Target::Household) => format!("{}户 {} 年一户一法", plan.name, plan.year),
        _ => format!("{} {} 年一村一策", plan.name, plan.year),
    }
}

/// The measures that lines name.
async fn measures(ctx: &Ctx, plan: &Plan) -> AppResult<Vec<MeasureLine>> {
    if plan.target != Target::Household.id() {
        return Ok(Vec::new());
    }
    let record = reading::record(&ctx.db, plan.subject).await?;
    Ok(record.map_or(Vec::new(), |record| record.measures))
}

async fn page(ctx: &Ctx, id: i64, filled: &Filled, problem: Option<String>) -> Page {
    let (now, here) = reached(ctx, id, "household.view").await?;
    let tree = regions(ctx.app()).await?;
    let masked = sees_masked_names(ctx.actor().role);
    let state = PlanState::parse(&now.state).unwrap_or(PlanState::Draft);
    let refused = problem.is_some();
    let mut blocks: Vec<Block> = problem.into_iter().map(|text| Block::Note("danger", text)).collect();
    blocks.push(Block::Steps(line(state)));
    let mut facts = vec![
        Pair::new("所在村", place_path(&tree, now.region)),
        Pair::whole("年度", now.year.to_string()),
        Pair::new("状态", state.title()),
        Pair::whole("本状态起", &now.since_on),
        Pair::new("年度目标", &now.aim),
        Pair::new("计划资金", format!("{} 元", now.planned())),
    ];
    if let Some(m) = &now.meeting {
        facts.push(Pair::new(
            "村级会议",
            format!(
                "{}，应到 {}，实到 {}；赞成 {}，反对 {}，弃权 {}；{}",
                m.on, m.due, m.present, m.agree, m.against, m.abstain, m.basis
            ),
        ));
        if now.target == Target::Household.id() {
            facts.push(Pair::new(
                "本户意见",
                if m.household_agrees { "同意" } else { "未同意" },
            ));
        }
    }
    blocks.push(Block::Pairs(facts));
    let known = measures(ctx, &now).await?;
    let rows = now.lines.iter().enumerate().map(|(n, line)| {
        let measure = line.measure_id.and_then(|id| known.iter().find(|m| m.id == id));
        let carried = match measure {
            Some(m) => Cell::link(
                format!("{} {}", m.on_day, m.content),
                format!("/desk/households/{}?tab=measures", now.subject),
            ),
            None => Cell::text("尚未落实"),
        };
        vec![
            Cell::class((n + 1).to_string(), "mid"),
            Cell::class(&line.what, "wrap"),
            Cell::class(fund(line.fund.as_str(), line.amount_fen), "wrap"),
            Cell::class(&line.who, "wrap"),
            Cell::class(format!("{} 至 {}", line.from_on, line.to_on), "mid"),
            Cell::class(&line.duty, "wrap"),
            carried,
        ]
    });
    let mut heads = vec!["序号"];
    heads.extend(QUESTIONS);
    heads.push("落实情况");
    blocks.push(Block::Table(Table {
        title: "计划内容".into(),
        heads,
        rows: rows.collect(),
        empty: "还没有内容。",
        list: false,
    }));
    if ctx.may("household.step", &here) {
        let open: Vec<&FlowStep<PlanState, PlanAct>> = FLOW.open_to(state, ctx.actor().role);
        for step in open {
            blocks.push(Block::Form(form(ctx, id, &now, step, filled)));
        }
    }
    blocks.push(history(ctx, id).await?);
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("帮扶计划", PATH)
        .here(title(&now, masked));
    let mut shown = Blocks::new(shell, blocks);
    if ctx.may("household.enter", &here) && state == PlanState::Draft {
        shown.actions.push(("修改计划".into(), format!("{PATH}/{id}/edit")));
    }
    if ctx.may("household.card", &here) {
        shown.actions.push(("打印".into(), format!("{PATH}/{id}/print")));
    }
    if now.target == Target::Household.id() {
        shown
            .actions
            .push(("本户档案".into(), format!("/desk/households/{}", now.subject)));
    }
    if refused { shown.refused() } else { shown.show() }
}

fn fund(source: &str, amount_fen: i64) -> String {
    if amount_fen == 0 {
        source.to_owned()
    } else {
        format!("{source} {} 元", Money(amount_fen))
    }
}

fn line(state: PlanState) -> Vec<Step> {
    let at = PlanState::ALL.iter().position(|s| *s == state).unwrap_or(0);
    let last = PlanState::ALL.len() - 1;
    PlanState::ALL
        .iter()
        .enumerate()
        .map(|(n, s)| Step {
            title: s.title().to_owned(),
            state: match n.cmp(&at) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal if n == last => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "todo",
            },
            detail: String::new(),
        })
        .collect()
}

fn form(ctx: &Ctx, id: i64, plan: &Plan, step: &FlowStep<PlanState, PlanAct>, filled: &Filled) -> Form {
    let act = step.act;
    let of = |name: &str| {
        if filled.of("act") == act.id() {
            filled.of(name).to_owned()
        } else {
            String::new()
        }
    };
    let or = |name: &str, usual: String| if of(name).is_empty() { usual } else { of(name) };
    let count = |name: &str, label: &str| Field::input("number", name, label).value(of(name));
    let mut fields = Vec::new();
    if act == PlanAct::Meet {
        fields.push(Field::input("date", "on", "会议日期").value(or("on", ctx.clock.today().to_string())));
        fields.push(
            Field::text("basis", "会议记录")
                .value(of("basis"))
                .placeholder("村民代表会议纪要〔2026〕3 号")
                .required(),
        );
        for (name, label) in VOTES {
            fields.push(count(name, label).required());
        }
        if plan.target == Target::Household.id() {
            fields.push(Field::checkbox("household_agrees", "本户已同意").value(of("household_agrees")));
        }
    }
    if step.needs.reason {
        fields.push(Field::area("reason", "理由").value(of("reason")).required());
    }
    let back = matches!(act, PlanAct::SendBack | PlanAct::Revise);
    Form {
        id: act.id().to_owned(),
        title: act.title().to_owned(),
        hint: step.guard.to_owned(),
        action: format!("{PATH}/{id}/step"),
        hidden: vec![("act", act.id().to_owned()), request_id(ctx, "plan-step")],
        fields,
        button: act.title().to_owned(),
        class: if back { "btn-outline-danger" } else { "btn-primary" },
        question: if back {
            "确认吗？退回后须重新开会、重新批准。"
        } else {
            ""
        },
        folded: back && filled.of("act") != act.id(),
        ..Form::default()
    }
}

const VOTES: [(&str, &str); 5] = [
    ("due", "应到（人）"),
    ("present", "实到（人）"),
    ("agree", "赞成"),
    ("against", "反对"),
    ("abstain", "弃权"),
];

async fn history(ctx: &Ctx, id: i64) -> AppResult<Block> {
    let entries = versions::entries(&ctx.db, KIND, id).await?;
    let mut items = Vec::new();
    for (n, entry) in entries.iter().enumerate() {
        let changed = entries
            .get(n + 1)
            .map(|older| versions::differences(&older.state, &entry.state, &FIELD_TITLES))
            .unwrap_or_default();
        let mut note: Vec<String> = changed
            .iter()
            .filter(|d| d.field != "state")
            .map(|d| match d.field.as_str() {
                "aim" => format!("目标：{} → {}", d.before, d.after),
                _ => format!("{}有变动", d.title),
            })
            .collect();
        if !entry.reason.is_empty() {
            note.push(format!("理由：{}", entry.reason));
        }
        if !entry.basis.is_empty() {
            note.push(format!("依据：{}", entry.basis));
        }
        let act = match entry.act.as_str() {
            "create" => "制定计划",
            "edit" => "修改计划",
            other => PlanAct::parse(other).map_or("", Code::title),
        };
        items.push(TimelineItem {
            time: entry.at(),
            actor: entry.actor_name.clone(),
            act: format!("第 {} 版：{act}", entry.version),
            note: note.join("；"),
            tone: if matches!(entry.act.as_str(), "send_back" | "revise") {
                "back"
            } else {
                "done"
            },
        });
    }
    Ok(Block::Timeline("变更记录".into(), items))
}

pub(crate) async fn step(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    reached(&ctx, id, "household.step").await?;
    let done = async {
        let act = PlanAct::parse(filled.of("act"))
            .ok_or_else(|| kernel::AppError::invalid("没有这一步，请刷新页面后重试。"))?;
        let brought = Brought {
            reason: filled.text("reason", "理由", 300)?,
            basis: filled.text("basis", "会议记录", 100)?,
            on: filled.day("on", "会议日期")?,
            vote: Vote {
                due: filled.number("due"),
                present: filled.number("present"),
                agree: filled.number("agree"),
                against: filled.number("against"),
                abstain: filled.number("abstain"),
            },
            household_agrees: filled.ticked("household_agrees"),
        };
        let outcome = plan::step(ctx.app(), ctx.actor(), id, filled.request_id(), act, &brought).await?;
        AppResult::Ok((act, outcome))
    };
    match done.await {
        Ok((act, Outcome::Done)) => {
            ctx.done(format!("已办理：{}。", act.title()), &format!("{PATH}/{id}"))
                .await
        }
        Ok((_, Outcome::Already)) => ctx.done("已经办理过，没有重复办理。", &format!("{PATH}/{id}")).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            page(&ctx, id, &filled, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "pages/plan_print.html")]
struct Printed {
    shell: Shell,
    paper: Paper,
    pairs: Vec<Pair>,
    lines: Vec<Vec<String>>,
    planned: String,
    slots: Vec<&'static str>,
}

pub(crate) async fn print(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let (now, _) = reached(&ctx, id, "household.card").await?;
    let tree = regions(ctx.app()).await?;
    let state = PlanState::parse(&now.state).map_or("", Code::title);
    let household = now.target == Target::Household.id();
    let lines = now.lines.iter().enumerate().map(|(n, line)| {
        vec![
            (n + 1).to_string(),
            line.what.clone(),
            fund(&line.fund, line.amount_fen),
            line.who.clone(),
            format!("{} 至 {}", line.from_on, line.to_on),
            line.duty.clone(),
        ]
    });
    let mut pairs = vec![
        Pair::new(if household { "户主" } else { "村" }, &now.name),
        Pair::new("所在村", place_path(&tree, now.region)),
        Pair::new("年度", now.year.to_string()),
        Pair::new("状态", state),
        Pair::new("年度目标", &now.aim),
    ];
    if let Some(m) = &now.meeting {
        pairs.push(Pair::new("村级会议", format!("{}，{}", m.on, m.basis)));
    }
    html(Printed {
        lines: lines.collect(),
        pairs,
        planned: now.planned().to_string(),
        slots: if household {
            vec!["户主", "帮扶责任人", "村（居）委会", "镇（街）"]
        } else {
            vec!["村党组织书记", "驻村工作队", "村（居）委会", "镇（街）"]
        },
        paper: Paper {
            serial: format!("{}（{state}）", place_path(&tree, now.region)),
            issuer: ctx.config.area_title.clone(),
            issued: ctx.clock.today().to_string(),
            ..Paper::default()
        },
        shell: ctx
            .shell(desk_layer(&ctx))
            .crumb("帮扶计划", format!("{PATH}/{id}"))
            .here(title(&now, false)),
    })
}
