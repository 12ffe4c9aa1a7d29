//! `GET /desk/project-board`: how many projects stand where, what is overdue; and the register of risks.

use std::collections::BTreeMap;

use directory::regions;
use kernel::Money;
use records::flow::Code;
use web::{Ctx, Page};

use super::{
    block::{Block, Blocks, Cell},
    frame, href, place,
};
use crate::{
    model::ProjectState,
    store::{
        board::{self, OpenRisk, Overdue},
        ledgers::in_words,
        parameters::parameters,
    },
};
/// Groups of states as the board counts them.
const GROUPS: [(&str, &[ProjectState]); 6] = {
    use ProjectState as S;
    [
        (
            "论证申报",
            &[S::Demand, S::Argued, S::Declared, S::TownCompiled, S::Reviewed],
        ),
        ("入库立项", &[S::Library, S::Approved, S::Filed, S::NoticePre]),
        ("招标实施", &[S::Tender, S::Contracted, S::Building]),
        (
            "竣工验收",
            &[
                S::Completed,
                S::AccVillage,
                S::AccTown,
                S::AccCounty,
                S::Settled,
                S::NoticePost,
            ],
        ),
        (
            "资产收益",
            &[
                S::AssetRegistered,
                S::Performance,
                S::Distributing,
                S::Operating,
                S::Closed,
            ],
        ),
        ("暂停取消", &[S::Suspended, S::Cancelled, S::Exempted]),
    ]
};

/// `GET /desk/project-board`
pub(crate) async fn show(ctx: Ctx) -> Page {
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today();
    let mut towns: BTreeMap<i64, ([i64; 6], i64, i64)> = BTreeMap::new();
    for cell in board::cells(&ctx.db, ctx.scope()).await? {
        let line = towns.entry(cell.town).or_default();
        let group = GROUPS
            .iter()
            .position(|(_, states)| states.iter().any(|s| s.id() == cell.state));
        if let Some(n) = group {
            line.0[n] += cell.projects;
        }
        line.1 += cell.planned_fen;
        line.2 += cell.paid_fen;
    }
    let mut all = ([0_i64; 6], 0, 0);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (town, (counts, planned, paid)) in &towns {
        for (sum, n) in all.0.iter_mut().zip(counts) {
            *sum += n;
        }
        all.1 += planned;
        all.2 += paid;
        rows.push(line(place(&tree, *town), counts, *planned, *paid));
    }
    rows.push(line("合计".into(), &all.0, all.1, all.2));
    let mut head = vec!["乡镇"];
    head.extend(GROUPS.iter().map(|(title, _)| *title));
    head.extend(["项目数", "计划资金（元）", "已拨付（元）", "拨付率"]);
    let photo_days = parameters(&ctx.db, today).await?.get("photo_days");
    let late = [
        (
            "上月没有督促检查",
            board::uninspected(&ctx.db, ctx.scope(), today).await?,
        ),
        (
            "超过规定天数没有实施图片",
            board::without_photo(&ctx.db, ctx.scope(), today, photo_days).await?,
        ),
        ("超过计划完工日期", board::past_end(&ctx.db, ctx.scope(), today).await?),
    ];
    let risks = board::risks(&ctx.db, ctx.scope(), None).await?;
    let open = risks.iter().filter(|r| r.closed_on.is_none()).count();
    let mut page = Blocks::new(frame(&ctx).here("项目监管"))
        .block(Block::new("各乡镇项目进度").table(&head, rows))
        .blocks(late.iter().map(|(title, list)| overdue(&tree, title, list)));
    page.links = vec![
        (format!("风险台账（未销号 {open}）"), "/desk/project-risks".into()),
        ("年度日历".into(), "/desk/project-calendar".into()),
    ];
    page.show()
}

fn line(title: String, counts: &[i64; 6], planned: i64, paid: i64) -> Vec<Cell> {
    let mut row = vec![Cell::text(title)];
    row.extend(counts.iter().map(|n| Cell::num(*n)));
    row.push(Cell::num(counts.iter().sum()));
    row.push(Cell::amount(Money(planned).to_string()));
    row.push(Cell::amount(Money(paid).to_string()));
    let share = (i128::from(paid) * 10_000)
        .checked_div(i128::from(planned))
        .unwrap_or(0);
    row.push(Cell {
        class: "num",
        ..Cell::text(format!("{}.{:02}%", share / 100, share % 100))
    });
    row
}

fn overdue(tree: &directory::RegionTree, title: &str, list: &[Overdue]) -> Block {
    let rows = list.iter().map(|o| {
        vec![
            Cell::link(&o.name, href(o.id)),
            Cell::whole(&o.no),
            Cell::text(place(tree, o.region)),
            Cell::whole(&o.since),
        ]
    });
    let mut block = Block::new(format!("{title}（{}）", list.len()));
    block.empty = "没有。";
    block.table(&["项目", "编号", "所在村", "自"], rows.collect())
}

/// `GET /desk/project-risks`
pub(crate) async fn risks(ctx: Ctx) -> Page {
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today().to_string();
    let all = board::risks(&ctx.db, ctx.scope(), None).await?;
    let rows = all.iter().map(|r| {
        let mut row = vec![Cell::link(&r.name, href(r.project)), Cell::text(place(&tree, r.region))];
        row.extend(risk_cells(r, &today));
        row
    });
    let head = [
        "项目",
        "所在村",
        "类别",
        "等级",
        "风险",
        "措施",
        "责任人",
        "期限",
        "状态",
    ];
    let shell = frame(&ctx)
        .crumb("项目监管", "/desk/project-board")
        .here("项目风险台账");
    Blocks::new(shell)
        .block(Block::new("风险台账").table(&head, rows.collect()))
        .show()
}

/// Kind to state of a risk, for any table of risks.
pub(crate) fn risk_cells(r: &OpenRisk, today: &str) -> [Cell; 7] {
    let (state, tone) = match &r.closed_on {
        Some(day) => (format!("{day} 已销号"), "done"),
        None if r.due_on.as_str() < today => ("已超期".to_owned(), "late"),
        None => ("防范中".to_owned(), "doing"),
    };
    [
        Cell::text(in_words(&r.kind)),
        Cell::text(in_words(&r.level)),
        Cell::text(&r.note),
        Cell::text(&r.measure),
        Cell::text(&r.owner),
        Cell::whole(&r.due_on),
        Cell::tag(state, tone),
    ]
}
