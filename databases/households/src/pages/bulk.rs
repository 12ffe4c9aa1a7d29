//! `GET/POST /desk/households/bulk`: one act for the households of a list, as filtered or as ticked. The page first
//! shows how many it reaches and whom it leaves out and why; what is confirmed is what was shown.

use access::Resource;
use axum::extract::Query;
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind};
use web::{
    Ctx, Page,
    parts::{Field, Pair, Tab},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table, request_id},
    filled::Filled,
    list::{ListQuery, place_path},
    sections::choose,
};
use crate::{
    codes,
    model::terms,
    reach::desk_layer,
    store::{
        bulk::{self, Chosen, Line, Proposal, Wanted},
        campaign::KINDS,
    },
};

pub(super) const PATH: &str = "/desk/households/bulk";
/// Rows of each table of the preview; the list itself shows the rest.
const SHOWN: usize = 20;
/// Fields that name the choice; they go with every link and form of the page.
const CHOICE: [&str; 7] = ["town", "community", "village", "status", "attr", "name", "ticked"];

/// What one may do to many: name in the URL, title, the action asked for.
const ACTS: [(&str, &str, &str); 2] = [
    ("tasks", "布置采集任务", "campaign.create"),
    ("measure", "登记措施或政策", "household.enter"),
];

pub(crate) async fn ask(ctx: Ctx, Query(pairs): Query<Vec<(String, String)>>) -> Page {
    let mut filled = Filled::default();
    let mut ticked = Vec::new();
    for (name, value) in pairs {
        match name.as_str() {
            "pick" => ticked.push(value),
            _ => drop(filled.texts.insert(name, value)),
        }
    }
    if !ticked.is_empty() && filled.of("only") != "all" {
        filled.texts.insert("ticked".into(), ticked.join(","));
    }
    let asked_without = filled.of("only") == "ticked" && filled.of("ticked").is_empty();
    let problem = asked_without.then(|| "没有勾选任何户，请返回列表勾选后再办理。".to_owned());
    page(&ctx, &filled, problem).await
}

pub(crate) async fn confirm(ctx: Ctx, filled: Filled) -> Page {
    let (what, _, action) = act(&ctx, &filled)?;
    ctx.require(action, &Resource::any())?;
    let carried_out = async {
        let chosen = chosen(&ctx, &filled).await?;
        let wanted = wanted(&ctx, what, &filled)?;
        let seal = filled.of("seal");
        bulk::carry_out(ctx.app(), ctx.actor(), filled.request_id(), &chosen, &wanted, seal).await
    };
    match carried_out.await {
        Ok(Some(id)) => ctx.done("批量办理已完成。", &format!("{PATH}/{id}")).await,
        Ok(None) => ctx.done("已经办理过，没有重复办理。", &format!("{PATH}/done")).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            page(&ctx, &filled, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The act that is asked for, or the first the actor may do.
fn act(ctx: &Ctx, filled: &Filled) -> AppResult<(&'static str, &'static str, &'static str)> {
    let may: Vec<_> = ACTS
        .into_iter()
        .filter(|(_, _, action)| ctx.may(action, &Resource::any()))
        .collect();
    let asked = may.iter().find(|(id, _, _)| *id == filled.of("what"));
    asked
        .or(may.first())
        .copied()
        .ok_or_else(|| AppError::forbidden("没有可以批量办理的事项。"))
}

async fn chosen(ctx: &Ctx, filled: &Filled) -> AppResult<Chosen> {
    let query = ListQuery {
        area: directory::AreaQuery {
            town: filled.of("town").to_owned(),
            community: filled.of("community").to_owned(),
            village: filled.of("village").to_owned(),
        },
        status: filled.of("status").to_owned(),
        attr: filled.of("attr").to_owned(),
        name: filled.of("name").to_owned(),
        page: String::new(),
    };
    let filter = query.filter(ctx).await?;
    let ticked: Vec<i64> = filled
        .of("ticked")
        .split(',')
        .filter_map(|id| id.parse().ok())
        .collect();
    let tree = regions(ctx.app()).await?;
    let words = if ticked.is_empty() {
        let mut words = Vec::new();
        let area = filter.area.or(ctx.scope().region()).unwrap_or(ctx.config.area);
        words.push(tree.path(area));
        words.extend(filter.status.map(|code| codes::title(&codes::STATUSES, code)));
        words.extend(filter.attr.map(|code| codes::title(&codes::ATTRS, code)));
        if !filter.name.trim().is_empty() {
            words.push(format!("户主或编号“{}”", filter.name.trim()));
        }
        words.join("，")
    } else {
        format!("勾选 {} 户", ticked.len())
    };
    Ok(Chosen { filter, ticked, words })
}

fn wanted(ctx: &Ctx, what: &str, filled: &Filled) -> AppResult<Wanted> {
    let today = ctx.clock.today();
    if what == "tasks" {
        return Ok(Wanted::Tasks {
            kind: filled.of("task").to_owned(),
            period: filled.of("period").to_owned(),
            due_on: filled
                .day("due_on", "截止日期")?
                .ok_or_else(|| AppError::invalid("截止日期：请填写。"))?,
        });
    }
    Ok(Wanted::Measure {
        policy: filled.of("sort") == "policy",
        kind: filled.text("kind", "类别", 10)?,
        content: filled.text("content", "内容", 200)?,
        amount: filled.money("amount", "金额")?,
        on: filled.day_or("on", "日期", today)?,
    })
}

fn fields(ctx: &Ctx, what: &str, filled: &Filled) -> Vec<Field> {
    let today = ctx.clock.today();
    let or = |name: &str, usual: String| {
        let sent = filled.of(name);
        if sent.is_empty() { usual } else { sent.to_owned() }
    };
    if what == "tasks" {
        return vec![
            Field::select("task", "采集类别", KINDS).value(or("task", "quarter".into())),
            Field::text("period", "期间")
                .value(or("period", terms::quarter_of(today)))
                .hint("季度写成 2026Q1，年度写成 2026。"),
            Field::input("date", "due_on", "截止日期")
                .value(or("due_on", (today + time::Duration::days(30)).to_string())),
        ];
    }
    vec![
        Field::select("sort", "属于", [("measure", "帮扶措施"), ("policy", "享受政策")]).value(filled.of("sort")),
        Field::select("kind", "类别", choose(&codes::MEASURES)).value(filled.of("kind")),
        Field::text("content", "内容").value(filled.of("content")).required(),
        Field::text("amount", "每户金额（元）")
            .value(filled.of("amount"))
            .hint("没有金额可留空。"),
        Field::input("date", "on", "日期").value(or("on", today.to_string())),
    ]
}

async fn page(ctx: &Ctx, filled: &Filled, problem: Option<String>) -> Page {
    let (what, title, _) = act(ctx, filled)?;
    let chosen = chosen(ctx, filled).await?;
    let mut refused = problem.is_some();
    let mut blocks: Vec<Block> = problem.into_iter().map(|text| Block::Note("danger", text)).collect();
    let choice: Vec<(&'static str, String)> = CHOICE
        .into_iter()
        .map(|name| (name, filled.of(name).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let mut hidden = vec![("what", what.to_owned()), ("show", "1".to_owned())];
    hidden.extend(choice.iter().cloned());
    blocks.push(Block::Pairs(vec![
        Pair::new("所选范围", &chosen.words),
        Pair::new("办理事项", title),
    ]));
    blocks.push(Block::Form(Form {
        id: "act".into(),
        title: title.into(),
        hint: "先预览：只显示将办理哪些户、哪些户不办理及原因，不写入任何内容。".into(),
        action: PATH.into(),
        hidden,
        fields: fields(ctx, what, filled),
        button: "预览".into(),
        class: "btn-primary",
        get: true,
        ..Form::default()
    }));
    if filled.of("show") == "1" {
        let shown = async {
            let wanted = wanted(ctx, what, filled)?;
            bulk::propose(&ctx.db, ctx.actor(), ctx.clock.today(), &chosen, &wanted)
                .await
                .map(|proposal| (wanted, proposal))
        };
        match shown.await {
            Ok((wanted, proposal)) => blocks.extend(preview(ctx, filled, &choice, what, &wanted, &proposal).await?),
            Err(error) if error.kind == ErrorKind::Invalid => {
                if !refused {
                    blocks.insert(0, Block::Note("danger", error.message));
                }
                refused = true;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("帮扶户", "/desk/households")
        .here("批量办理");
    let mut page = Blocks::new(shell, blocks);
    page.actions = vec![("办理记录".into(), format!("{PATH}/done"))];
    let rest = web::query_of(choice.iter().map(|(name, value)| (*name, value)));
    page.tabs = ACTS
        .into_iter()
        .filter(|(_, _, action)| ctx.may(action, &Resource::any()))
        .map(|(id, title, _)| Tab {
            title: title.into(),
            href: format!("{PATH}?what={id}&{rest}"),
            active: id == what,
            count: None,
        })
        .collect();
    if refused { page.refused() } else { page.show() }
}

async fn preview(
    ctx: &Ctx,
    filled: &Filled,
    choice: &[(&'static str, String)],
    what: &str,
    wanted: &Wanted,
    proposal: &Proposal,
) -> AppResult<Vec<Block>> {
    let tree = regions(ctx.app()).await?;
    let mut left: Vec<Vec<Cell>> = Vec::new();
    for (why, lines) in &proposal.left_out {
        for line in lines.iter().take(SHOWN) {
            left.push(vec![
                Cell::link(&line.head_name, format!("/desk/households/{}", line.id)),
                Cell::text(place_path(&tree, line.region)),
                Cell::text(why.title()),
            ]);
        }
        if lines.len() > SHOWN {
            let rest = format!("另有 {} 户", lines.len() - SHOWN);
            left.push(vec![Cell::text(rest), Cell::text(""), Cell::text(why.title())]);
        }
    }
    if proposal.out_of_reach > 0 {
        left.push(vec![
            Cell::text(format!("{} 户", proposal.out_of_reach)),
            Cell::text(""),
            Cell::text("不在您的管理范围内"),
        ]);
    }
    let mut counts: Vec<String> = proposal
        .left_out
        .iter()
        .map(|(why, lines)| format!("{} {} 户", why.title(), lines.len()))
        .collect();
    if proposal.out_of_reach > 0 {
        counts.push(format!("不在您的管理范围内 {} 户", proposal.out_of_reach));
    }
    let mut facts = vec![
        Pair::new(
            "将办理",
            format!("{} 户，{} 人", proposal.taken.len(), proposal.people()),
        ),
        Pair::new(
            "不办理",
            if counts.is_empty() {
                "没有".to_owned()
            } else {
                format!("{} 户（{}）", proposal.left(), counts.join("；"))
            },
        ),
        Pair::new("内容", wanted.title()),
    ];
    if let Wanted::Measure { amount, .. } = wanted
        && amount.fen() > 0
    {
        let sum = amount
            .fen()
            .checked_mul(proposal.taken.len() as i64)
            .ok_or_else(|| AppError::invalid("金额：合计超出范围，请核对。"))?;
        facts.push(Pair::new("金额合计", format!("{} 元", kernel::Money(sum))));
    }
    let mut blocks = vec![Block::Pairs(facts)];
    let taken = proposal.taken.len();
    if taken == 0 {
        blocks.push(Block::Note(
            "warning",
            "没有可以办理的户。请调整所选范围或填写的内容后再预览。".into(),
        ));
    } else {
        let mut hidden = vec![
            ("what", what.to_owned()),
            ("show", "1".to_owned()),
            ("seal", proposal.seal.clone()),
            request_id(ctx, "bulk"),
        ];
        hidden.extend(choice.iter().cloned());
        let names: &[&'static str] = if what == "tasks" {
            &["task", "period", "due_on"]
        } else {
            &["sort", "kind", "content", "amount", "on"]
        };
        hidden.extend(names.iter().map(|name| (*name, filled.of(name).to_owned())));
        blocks.push(Block::Form(Form {
            id: "confirm".into(),
            action: PATH.into(),
            hint: "确认后一次写入各户档案和变更历史；办错了可在“办理记录”里写明理由撤回。".into(),
            hidden,
            button: format!("确认办理 {taken} 户"),
            class: "btn-primary",
            question: "确认对以上各户办理吗？",
            ..Form::default()
        }));
    }
    if !left.is_empty() {
        blocks.push(Block::Table(Table {
            title: format!("不办理的户（{}）", proposal.left()),
            heads: vec!["户主", "所在村", "原因"],
            rows: left,
            ..Table::default()
        }));
    }
    if taken == 0 {
        return Ok(blocks);
    }
    let title = if taken > SHOWN {
        format!("将办理的户（{taken}，列出前 {SHOWN} 户）")
    } else {
        format!("将办理的户（{taken}）")
    };
    blocks.push(Block::Table(Table {
        title,
        heads: vec!["户主", "户编号", "所在村", "人口", "户状态"],
        rows: proposal.taken.iter().take(SHOWN).map(|line| row(line, &tree)).collect(),
        ..Table::default()
    }));
    Ok(blocks)
}

/// A household in a table of this page or of the record.
pub(super) fn row(line: &Line, tree: &directory::RegionTree) -> Vec<Cell> {
    vec![
        Cell::link(&line.head_name, format!("/desk/households/{}", line.id)),
        Cell::class(&line.household_no, "whole"),
        Cell::text(place_path(tree, line.region)),
        Cell::class(line.population.to_string(), "num"),
        Cell::class(codes::title(&codes::STATUSES, line.status), "mid"),
    ]
}
