//! `GET /desk/projects/{id}`: one project under nine tabs, and what this reader can do next.

use axum::extract::{Path, Query};
use directory::{RegionTree, duties, regions};
use kernel::{AppResult, Money, name, period::parse_date};
use records::{flow::Code, history, papers};
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Pair, Tab, TimelineItem},
};

use super::{
    block::{Block, Blocks, Cell, FormView},
    board::risk_cells,
    frame, href, place, prices, reachable, request_id,
};
use crate::{
    model::{
        AssetState, EntryKind, PROJECT_FLOW, ProjectAct,
        plan::{IncomeModel, SubsidyClass},
        views::{APPROVALS, GATES, NODES, passed},
    },
    six_fields,
    store::{
        KIND, assets,
        board::risks,
        entries::PAPER_STEPS,
        facts::{StepRow, standing, steps},
        ledgers,
        project::{Project, TITLES, beneficiaries, funds},
    },
};

const TABS: [(&str, &str); 9] = [
    ("", "概况"),
    ("flow", "流程"),
    ("tender", "招标合同"),
    ("prices", "清单单价"),
    ("watch", "检查与照片"),
    ("accept", "验收"),
    ("money", "资金"),
    ("asset", "资产与收益"),
    ("history", "历史"),
];

/// Which tab, and on the last one which day.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct DetailQuery {
    tab: String,
    as_of: String,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(query): Query<DetailQuery>) -> Page {
    let row = reachable(&ctx, id, "project.view").await?;
    let tree = regions(ctx.app()).await?;
    let steps = steps(&ctx.db, id).await?;
    let blocks = match query.tab.as_str() {
        "flow" => flow(&steps),
        "tender" => tender(&ctx, &row).await?,
        "prices" => prices::tab(&ctx, &row, doors(&ctx, &row, &[EntryKind::Price])).await?,
        "watch" => watch(&ctx, &row).await?,
        "accept" => accept(&ctx, &row).await?,
        "money" => money(&ctx, &row).await?,
        "asset" => asset(&ctx, &row).await?,
        "history" => history(&ctx, &row, &query.as_of).await?,
        _ => overview(&ctx, &row, &tree, &steps).await?,
    };
    let mut page = Blocks::new(frame(&ctx).here(row.name.clone()));
    page.tabs = TABS
        .iter()
        .map(|(tab, title)| Tab {
            title: (*title).to_owned(),
            href: if tab.is_empty() {
                href(id)
            } else {
                format!("{}?tab={tab}", href(id))
            },
            active: *tab == query.tab,
            count: None,
        })
        .collect();
    page.links = PROJECT_FLOW
        .open_to(row.state(), ctx.actor().role)
        .iter()
        .map(|s| (s.act.title().to_owned(), format!("{}/steps/{}", href(id), s.act.id())))
        .collect();
    let resource = access::Resource::in_region(row.place());
    if row.state() == crate::model::ProjectState::Demand && ctx.may("project.enter", &resource) {
        page.links.push(("修改".to_owned(), format!("{}/edit", href(id))));
    }
    page.blocks(blocks).show()
}

/// Entry forms this reader may open now.
fn doors(ctx: &Ctx, row: &Project, kinds: &[EntryKind]) -> Vec<(String, String)> {
    kinds
        .iter()
        .filter(|k| k.by().contains(&ctx.actor().role) && k.when().contains(&row.state()))
        .map(|k| (k.title().to_owned(), format!("{}/entries/{}", href(row.id), k.id())))
        .collect()
}

fn with_doors(mut block: Block, doors: Vec<(String, String)>) -> Block {
    block.links.extend(doors);
    block
}

async fn overview(ctx: &Ctx, row: &Project, tree: &RegionTree, steps: &[StepRow]) -> AppResult<Vec<Block>> {
    let fund_rows = funds(&ctx.db, row.id).await?;
    let mut facts: Vec<Pair> = six_fields(row, &fund_rows)
        .into_iter()
        .map(|(t, v)| Pair::new(t, v))
        .collect();
    facts.extend([
        Pair::whole("项目编号", &row.no),
        Pair::new("类别", row.mode().title()),
        Pair::new("状态", row.state().title()),
        Pair::new("所在村", place(tree, row.region)),
        Pair::new("省级支持", if row.province_key { "是" } else { "否" }),
        Pair::new("责任", &row.duty),
        Pair::new("真实需求", format!("{}（{} 调研）", row.need, row.surveyed_on)),
        Pair::new("选址说明", &row.site_note),
        Pair::new("预期年收益", format!("{} 元", Money(row.expected_yield_fen))),
        Pair::new("带动机制", &row.link),
    ]);
    if let Some(class) = SubsidyClass::parse(&row.subsidy).filter(|c| *c != SubsidyClass::Nothing) {
        let model = IncomeModel::parse(&row.income_model).map_or("", Code::title);
        facts.push(Pair::new("薄弱村补助", format!("{}，{model}", class.title())));
    }
    let households = beneficiaries(&ctx.db, row.id).await?;
    let masked = matches!(
        ctx.actor().role,
        access::Role::VillageSupervision | access::Role::ProvinceViewer
    );
    let benefit_rows = households.iter().map(|b| {
        let head = if masked {
            name::mask(&b.head_name)
        } else {
            b.head_name.clone()
        };
        vec![Cell::text(head), Cell::whole(&b.household_no), Cell::num(b.population)]
    });
    let today = ctx.clock.today().to_string();
    let risk_list = risks(&ctx.db, ctx.scope(), Some(row.id)).await?;
    let close = EntryKind::CloseRisk.by().contains(&ctx.actor().role);
    let risk_rows = risk_list.iter().map(|r| {
        let mut cells: Vec<Cell> = risk_cells(r, &today).into();
        cells.push(match (&r.closed_note, close) {
            (Some(note), _) => Cell::text(note),
            (None, true) => Cell::link("销号", format!("{}/entries/close_risk?target={}", href(row.id), r.id)),
            (None, false) => Cell::default(),
        });
        cells
    });
    let documents = super::documents::links(row.id);
    let matter = duties::Matter::of_project(&row.mode);
    let answers = duties::who_answers(&ctx.db, row.place(), matter, ctx.clock.today()).await?;
    let answer_rows = answers.iter().map(|d| {
        vec![
            Cell::text(d.duty_title()),
            Cell::text(&d.unit),
            Cell::text(&d.post),
            Cell::link(&d.holder, format!("/desk/duties/{}", d.id)),
            Cell::text(d.duty().map_or("", |duty| duty.asks())),
        ]
    });
    Ok(vec![
        closed_loop(ctx, row, steps).await?,
        Block::new("公示六项与基本情况").pairs(facts),
        Block {
            empty: "还没有登记监管责任人。",
            ..Block::new("谁负责").table(&["职责", "责任单位", "职务", "责任人", "要求"], answer_rows.collect())
        }
        .link("监管职责表", "/desk/duties")
        .link("三级公示", format!("/desk/notices?year={}", row.year)),
        with_doors(
            Block::new(format!("受益户（{} 户）", households.len()))
                .table(&["户主", "户编号", "人口"], benefit_rows.collect()),
            doors(ctx, row, &[EntryKind::Beneficiary]),
        ),
        with_doors(
            Block::new("风险").table(
                &["类别", "等级", "风险", "措施", "责任人", "期限", "状态", "处置"],
                risk_rows.collect(),
            ),
            doors(ctx, row, &[EntryKind::Risk]),
        ),
        Block {
            links: documents,
            ..Block::new("打印文书")
        },
    ])
}

/// Decision, money, yield, evaluation: whether the loop is closed (000-75).
async fn closed_loop(ctx: &Ctx, row: &Project, steps: &[StepRow]) -> AppResult<Block> {
    let money = standing(&ctx.db, row).await?;
    let approved = steps.iter().rev().find(|s| s.to_state == "approved");
    let [_, performance, _] = ledgers::judging(&ctx.db, row.id).await?;
    let (mut received, mut paid) = (0, 0);
    for a in assets::assets_of(&ctx.db, row.id).await? {
        for y in assets::yields(&ctx.db, a.id).await? {
            received += y.received_fen.unwrap_or(0);
            paid += if y.paid_on.is_some() {
                y.received_fen.unwrap_or(0)
            } else {
                0
            };
        }
    }
    let none = |text: &str| text.to_owned();
    let evaluated = performance.rows.first();
    Ok(Block::new("闭环").pairs(vec![
        Pair::new(
            "项目确定",
            approved.map_or(none("尚未立项"), |s| format!("{} 立项 {}", s.on_day, s.basis)),
        ),
        Pair::new(
            "资金拨付",
            format!(
                "计划 {} 元，应付 {} 元，已拨付 {} 元",
                row.planned(),
                money.due,
                money.paid
            ),
        ),
        Pair::new(
            "收益分配",
            format!("到账 {} 元，已发放 {} 元", Money(received), Money(paid)),
        ),
        Pair::new(
            "绩效评估",
            evaluated.map_or(none("尚未评估"), |r| format!("{}，{}", r[0], r[1])),
        ),
    ]))
}

fn flow(steps: &[StepRow]) -> Vec<Block> {
    let reached: Vec<(String, String)> = steps.iter().map(|s| (s.to_state.clone(), s.on_day.clone())).collect();
    let items = steps.iter().rev().map(|s| {
        let title = ProjectAct::parse(&s.act).map_or("登记需求", Code::title);
        let role = access::Role::from_id(&s.role).map_or("", |r| r.title());
        let mut notes: Vec<String> = [("依据", &s.basis), ("理由", &s.reason)]
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(label, text)| format!("{label}：{text}"))
            .collect();
        if s.late_days > 0 {
            notes.push(format!("超期 {} 天", s.late_days));
        }
        let back = matches!(s.act.as_str(), "send_back" | "rectify" | "suspend" | "cancel");
        TimelineItem {
            time: s.on_day.clone(),
            actor: format!("{} {role}", s.actor_name),
            act: title.to_owned(),
            note: notes.join("；"),
            tone: if s.late_days > 0 {
                "late"
            } else if back {
                "back"
            } else {
                "done"
            },
        }
    });
    vec![
        Block::view("九个节点", &passed(&NODES, &reached)),
        Block::view("九道关口", &passed(&GATES, &reached)),
        Block::view("审批链", &passed(&APPROVALS, &reached)),
        Block {
            timeline: items.collect(),
            ..Block::new("办理过程")
        },
    ]
}

async fn tender(ctx: &Ctx, row: &Project) -> AppResult<Vec<Block>> {
    let [tender, bids, contract, changes, texts] = ledgers::tendering(&ctx.db, row.id).await?;
    let changed = answerable(ctx, row, changes, EntryKind::ApproveChange, "批准", |cells| {
        cells.get(4).is_some_and(|c| c.text == "待批准")
    });
    let texts = answerable(ctx, row, texts, EntryKind::VoidText, "作废", |cells| {
        cells.get(5).is_some_and(|c| !c.text.starts_with("已作废"))
    });
    Ok(vec![
        Block::ledger(tender),
        with_doors(
            Block::ledger(bids),
            doors(ctx, row, &[EntryKind::Bid, EntryKind::Award]),
        ),
        Block::ledger(contract),
        with_doors(changed, doors(ctx, row, &[EntryKind::Change])),
        with_doors(texts, doors(ctx, row, &[EntryKind::Text]))
            .say("备案、报账、承包人手中的合同和补充协议照原件登记，供与项目的合同比对。"),
    ])
}

/// A ledger whose rows an entry answers, with a link where one waits for it.
fn answerable(
    ctx: &Ctx,
    row: &Project,
    ledger: ledgers::Ledger,
    answer: EntryKind,
    title: &str,
    waits: impl Fn(&[Cell]) -> bool,
) -> Block {
    let ids = ledger.ids.clone();
    let mut block = Block::ledger(ledger);
    if answer.by().contains(&ctx.actor().role) && answer.when().contains(&row.state()) {
        block.head.push("办理".into());
        for (cells, id) in block.rows.iter_mut().zip(ids) {
            let link = format!("{}/entries/{}?target={id}", href(row.id), answer.id());
            cells.push(if waits(cells) {
                Cell::link(title, link)
            } else {
                Cell::default()
            });
        }
    }
    block
}

async fn watch(ctx: &Ctx, row: &Project) -> AppResult<Vec<Block>> {
    let [milestones, inspections, reps] = ledgers::watching(&ctx.db, row.id).await?;
    let kept = papers::of(&ctx.db, KIND, row.id).await?;
    let rows = kept.iter().map(|p| {
        let title = PAPER_STEPS
            .iter()
            .find(|(s, _)| *s == p.step)
            .map_or(p.step.as_str(), |(_, t)| t);
        vec![
            Cell::text(title),
            Cell::link(&p.file_name, format!("{}/papers/{}", href(row.id), p.digest)),
            Cell::text(&p.actor_name),
            Cell::whole(kernel::Timestamp(p.at_millis).to_string()),
        ]
    });
    let mut materials = Block::new("材料和图片").table(&["类别", "文件", "上传人", "时间"], rows.collect());
    if ctx.may("project.entry", &access::Resource::in_region(row.place())) && !row.state().is_final() {
        materials = materials.form(FormView {
            action: format!("{}/papers", href(row.id)),
            request_id: request_id(ctx),
            fields: vec![Field::select("step", "材料类别", PAPER_STEPS).required()],
            button: "上传".into(),
            upload: true,
            ..FormView::default()
        });
    }
    Ok(vec![
        with_doors(Block::ledger(milestones), doors(ctx, row, &[EntryKind::Milestone])),
        with_doors(Block::ledger(inspections), doors(ctx, row, &[EntryKind::Inspection])),
        with_doors(Block::ledger(reps), doors(ctx, row, &[EntryKind::Rep])),
        materials,
    ])
}

async fn accept(ctx: &Ctx, row: &Project) -> AppResult<Vec<Block>> {
    let [acceptances, performance, exemption] = ledgers::judging(&ctx.db, row.id).await?;
    Ok(vec![
        with_doors(Block::ledger(acceptances), doors(ctx, row, &[EntryKind::DrawResult]))
            .link("县级抽查", "/desk/project-draws"),
        Block::ledger(performance),
        Block::ledger(exemption),
    ])
}

async fn money(ctx: &Ctx, row: &Project) -> AppResult<Vec<Block>> {
    let sources = funds(&ctx.db, row.id).await?;
    let now = standing(&ctx.db, row).await?;
    let rows = sources.iter().map(|f| {
        vec![
            Cell::text(&f.source),
            Cell::text(&f.level),
            Cell::amount(Money(f.amount_fen).to_string()),
        ]
    });
    let facts = vec![
        Pair::new("计划资金", format!("{} 元", row.planned())),
        Pair::new("应付（合同及已批准变更）", format!("{} 元", now.due)),
        Pair::new("已拨付", format!("{} 元", now.paid)),
        Pair::new("质保金", format!("{} 元", now.retained)),
        Pair::new("未付", format!("{} 元", Money(now.due.fen() - now.paid.fen()))),
    ];
    Ok(vec![
        Block::new("合计").pairs(facts),
        Block::new("资金来源").table(&["来源", "层级", "金额（元）"], rows.collect()),
        with_doors(
            Block::ledger(ledgers::payments(&ctx.db, row.id).await?),
            doors(ctx, row, &[EntryKind::Payment]),
        )
        .say("拨付上限：签约后 40%，接近完工再付 50%，县级抽查通过后付清；质保金满一年后付。"),
    ])
}

async fn asset(ctx: &Ctx, row: &Project) -> AppResult<Vec<Block>> {
    let list = assets::assets_of(&ctx.db, row.id).await?;
    let rows = list.iter().map(|a| {
        vec![
            Cell::link(&a.name, format!("/desk/project-assets/{}", a.id)),
            Cell::text(a.class().title()),
            Cell::amount(Money(a.cost_fen).to_string()),
            Cell::text(&a.owner_name),
            Cell::whole(a.registered_on.clone().unwrap_or_default()),
            Cell::tag(AssetState::title(a.state()), a.state().tone()),
        ]
    });
    let head = ["资产", "类别", "原值（元）", "所有者", "登记日期", "状态"];
    Ok(vec![with_doors(
        Block::new("形成的资产").table(&head, rows.collect()),
        doors(ctx, row, &[EntryKind::Asset]),
    )])
}

async fn history(ctx: &Ctx, row: &Project, as_of: &str) -> AppResult<Vec<Block>> {
    let entries = history::entries(&ctx.db, KIND, row.id).await?;
    let mut blocks = Vec::new();
    if let Some(day) = parse_date(as_of) {
        let found = history::as_of(&ctx.db, KIND, row.id, &day.to_string()).await?;
        let block = Block::new(format!("{day} 当时的样子"));
        blocks.push(match found {
            Some(entry) => {
                let blank = serde_json::Value::Null;
                let pairs = history::differences(&blank, &entry.state, &TITLES);
                block.pairs(pairs.into_iter().map(|d| Pair::new(d.title, d.after)).collect())
            }
            None => block.say("那一天还没有这个项目。"),
        });
    }
    let items = entries.iter().enumerate().map(|(n, entry)| {
        let before = entries.get(n + 1).map_or(serde_json::Value::Null, |e| e.state.clone());
        let changed: Vec<String> = history::differences(&before, &entry.state, &TITLES)
            .into_iter()
            .filter(|_| n + 1 < entries.len())
            .map(|d| format!("{}：{} → {}", d.title, blank(&d.before), blank(&d.after)))
            .collect();
        let why = [&entry.reason, &entry.basis]
            .into_iter()
            .filter(|t| !t.is_empty())
            .cloned();
        TimelineItem {
            time: format!("{}（{} 生效）", entry.at(), entry.on),
            actor: format!(
                "{} {}",
                entry.actor_name,
                access::Role::from_id(&entry.role).map_or("", |r| r.title())
            ),
            act: act_title(&entry.act).to_owned(),
            note: why.chain(changed).collect::<Vec<_>>().join("；"),
            tone: "",
        }
    });
    let choose = Block {
        links: entries
            .iter()
            .take(6)
            .map(|e| {
                (
                    format!("{} 的样子", e.on),
                    format!("{}?tab=history&as_of={}", href(row.id), e.on),
                )
            })
            .collect(),
        ..Block::new("按日期查看")
    };
    blocks.push(choose.say("也可在地址栏把 as_of 改为任意一天，例如 as_of=2026-03-01。"));
    blocks.push(Block {
        timeline: items.collect(),
        ..Block::new("修改历史")
    });
    Ok(blocks)
}

fn blank(text: &str) -> &str {
    if text.is_empty() { "（空）" } else { text }
}

fn act_title(act: &str) -> &'static str {
    ProjectAct::parse(act)
        .map(Code::title)
        .or_else(|| EntryKind::parse(act).map(Code::title))
        .unwrap_or(match act {
            "enter" => "登记项目",
            "amend" => "修改项目",
            _ => "批量装入",
        })
}
