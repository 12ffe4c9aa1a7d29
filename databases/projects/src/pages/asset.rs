//! An asset: where it stands, its yields, the plan of shares, and its next steps.

use std::collections::BTreeMap;

use access::Resource;
use axum::extract::{Form, Path, Query};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, Money, name, period::parse_date};
use records::{flow::Code, history};
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair, Step, TimelineItem},
};

use super::{
    block::{Block, Blocks, Cell, FormView, fields},
    frame, href, place, request_id,
};
use crate::{
    model::{ASSET_FLOW, AssetAct, AssetState, Filled, OwnerLevel, forms::Ask, shares::Use},
    store::assets::{self, ASSET_KIND, Asset},
};

async fn reachable(ctx: &Ctx, id: i64, action: &str) -> AppResult<Asset> {
    let missing = || AppError::not_found("没有找到这项资产，或不在您的管理范围内。");
    let row = assets::asset(&ctx.db, ctx.scope(), id).await?.ok_or_else(missing)?;
    ctx.require(action, &Resource::in_region(row.place()))?;
    Ok(row)
}

fn here(id: i64) -> String {
    format!("/desk/project-assets/{id}")
}

/// The fields of an asset's history, in the order of the page.
const TITLES: [(&str, &str); 9] = [
    ("name", "资产名称"),
    ("class", "类别"),
    ("cost", "原值（元）"),
    ("state", "状态"),
    ("owner", "所有者"),
    ("certificate", "证号"),
    ("receiver", "接收人"),
    ("formed_on", "形成日期"),
    ("registered_on", "登记日期"),
];

/// Roles that see the names of households masked.
fn hides_names(ctx: &Ctx) -> bool {
    matches!(
        ctx.actor().role,
        access::Role::VillageSupervision | access::Role::ProvinceViewer
    )
}

/// Who owns the asset, as this reader may see it.
pub(super) fn owner(ctx: &Ctx, row: &Asset) -> String {
    owner_named(ctx, row, &row.owner_name)
}

/// An asset of a household bears the name of its head.
fn owner_named(ctx: &Ctx, row: &Asset, owner: &str) -> String {
    if hides_names(ctx) && row.owner_level == OwnerLevel::Household.id() {
        name::mask(owner)
    } else {
        owner.to_owned()
    }
}

/// The asset as it stood on a past day.
async fn as_of(ctx: &Ctx, row: &Asset, day: kernel::Date) -> AppResult<Block> {
    let block = Block::new(format!("{day} 当时的样子"));
    let Some(entry) = history::as_of(&ctx.db, ASSET_KIND, row.id, &day.to_string()).await? else {
        return Ok(block.say("那一天还没有这项资产。"));
    };
    let fields = history::differences(&serde_json::Value::Null, &entry.state, &TITLES);
    let shown = fields.into_iter().map(|d| match d.field.as_str() {
        "owner" => Pair::new(d.title, owner_named(ctx, row, &d.after)),
        _ => Pair::new(d.title, d.after),
    });
    Ok(block.pairs(shown.collect()))
}

/// Which day is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct DayQuery {
    as_of: String,
}

/// `GET /desk/project-assets/{id}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(query): Query<DayQuery>) -> Page {
    let row = reachable(&ctx, id, "asset.view").await?;
    let tree = regions(ctx.app()).await?;
    let state = row.state();
    let facts = vec![
        Pair::new("类别", row.class().title()),
        Pair::new("原值", format!("{} 元", Money(row.cost_fen))),
        Pair::new("状态", state.title()),
        Pair::new("所在村", place(&tree, row.region)),
        Pair::new("权属", OwnerLevel::parse(&row.owner_level).map_or("", Code::title)),
        Pair::new("所有者", owner(&ctx, &row)),
        Pair::whole("证号", &row.certificate),
        Pair::new("接收人", &row.receiver),
        Pair::whole("形成日期", &row.formed_on),
        Pair::whole("登记日期", row.registered_on.clone().unwrap_or_default()),
    ];
    let order: Vec<AssetState> = AssetState::ALL.iter().copied().take(13).collect();
    let at = order.iter().position(|s| *s == state);
    let steps = order.iter().enumerate().map(|(n, s)| Step {
        title: s.title().to_owned(),
        state: match at {
            Some(at) if n < at => "done",
            Some(at) if n == at => "current",
            _ => "todo",
        },
        detail: String::new(),
    });
    let mut blocks = vec![
        Block {
            steps: steps.collect(),
            ..Block::new("进度")
        },
        Block::new("资产").pairs(facts),
    ];
    if let Some(day) = parse_date(&query.as_of) {
        blocks.insert(0, as_of(&ctx, &row, day).await?);
    }
    let masked = hides_names(&ctx);
    for y in assets::yields(&ctx.db, id).await? {
        let received = y
            .received_fen
            .map_or("未到账".to_owned(), |fen| format!("{} 元", Money(fen)));
        let pairs = vec![
            Pair::new("应收", format!("{} 元（{}）", Money(y.due_fen), y.due_on)),
            Pair::new(
                "到账",
                format!("{received} {}", y.received_on.clone().unwrap_or_default()),
            ),
            Pair::new("村民会议决议", y.resolution.clone().unwrap_or_default()),
            Pair::whole("公示", y.notice_on.clone().unwrap_or_default()),
            Pair::whole("发放", y.paid_on.clone().unwrap_or_default()),
            Pair::new("评价", y.evaluation.clone().unwrap_or_default()),
        ];
        let shares = assets::shares(&ctx.db, y.id).await?;
        let sum: Money = shares.iter().map(|s| Money(s.amount_fen)).sum();
        let mut rows: Vec<Vec<Cell>> = shares
            .iter()
            .map(|s| {
                let use_kind = Use::parse(&s.use_kind).unwrap_or(Use::Household);
                let shown = if masked && use_kind == Use::Household {
                    name::mask(&s.name)
                } else {
                    s.name.clone()
                };
                vec![
                    Cell::text(use_kind.title()),
                    Cell::text(shown),
                    Cell::num(s.weight),
                    Cell::amount(Money(s.amount_fen).to_string()),
                    Cell::whole(s.paid_on.clone().unwrap_or_default()),
                ]
            })
            .collect();
        if !rows.is_empty() {
            let equal = if y.received_fen == Some(sum.fen()) {
                "与到账收益相等"
            } else {
                "与到账收益不等"
            };
            rows.push(vec![
                Cell::text("合计"),
                Cell::text(equal),
                Cell::default(),
                Cell::amount(sum.to_string()),
                Cell::default(),
            ]);
        }
        let head = ["用途", "户主或用途", "份数", "金额（元）", "发放日期"];
        let mut block = Block::new(format!("{} 收益分配方案", y.period))
            .pairs(pairs)
            .table(&head, rows);
        block.empty = "还没有分配方案。";
        blocks.push(block);
    }
    let entries = history::entries(&ctx.db, ASSET_KIND, id).await?;
    let items = entries.iter().map(|e| TimelineItem {
        time: e.on.clone(),
        actor: e.actor_name.clone(),
        act: AssetAct::parse(&e.act).map_or("登记资产", Code::title).to_owned(),
        note: [e.reason.clone(), e.basis.clone()]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join("；"),
        tone: "",
    });
    blocks.push(Block {
        timeline: items.collect(),
        ..Block::new("历史")
    });
    let shell = frame(&ctx)
        .crumb("项目", format!("{}?tab=asset", href(row.project)))
        .here(row.name.clone());
    let mut page = Blocks::new(shell).blocks(blocks);
    page.filter = Some(Filter {
        action: here(id),
        fields: vec![Field::input("date", "as_of", "按日期查看").value(&query.as_of)],
    });
    page.links = ASSET_FLOW
        .open_to(state, ctx.actor().role)
        .iter()
        .map(|s| (s.act.title().to_owned(), format!("{}/steps/{}", here(id), s.act.id())))
        .collect();
    page.show()
}

/// `GET /desk/project-assets/{id}/steps/{act}`
pub(crate) async fn ask(ctx: Ctx, Path((id, act)): Path<(i64, String)>) -> Page {
    let row = reachable(&ctx, id, "asset.step").await?;
    form(&ctx, &row, named(&act)?, &Filled::default())?.show()
}

/// `POST /desk/project-assets/{id}/steps/{act}`
pub(crate) async fn take(
    ctx: Ctx,
    Path((id, act)): Path<(i64, String)>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Page {
    let row = reachable(&ctx, id, "asset.step").await?;
    let act = named(&act)?;
    let sent = Filled(sent);
    match assets::asset_step(ctx.app(), ctx.actor(), id, sent.get("request_id"), act, &sent).await {
        Ok(()) => ctx.done(format!("已办理：{}。", act.title()), &here(id)).await,
        Err(e) if e.kind == ErrorKind::Invalid => form(&ctx, &row, act, &sent)?.refused(&e.message),
        Err(e) => Err(e.into()),
    }
}

fn named(act: &str) -> AppResult<AssetAct> {
    AssetAct::parse(act).ok_or_else(|| AppError::not_found("没有这一步。"))
}

fn asks(act: AssetAct) -> Vec<Ask> {
    const fn ask(name: &'static str, label: &'static str, kind: &'static str, hint: &'static str) -> Ask {
        Ask {
            name,
            label,
            kind,
            required: true,
            hint,
        }
    }
    const fn may(name: &'static str, label: &'static str, kind: &'static str, hint: &'static str) -> Ask {
        Ask {
            name,
            label,
            kind,
            required: false,
            hint,
        }
    }
    match act {
        AssetAct::DefineOwnership => vec![
            ask(
                "owner_level",
                "权属",
                "select:group=组集体|village=村集体|town=镇|county=县|household=农户",
                "",
            ),
            ask("owner_name", "所有者名称", "text", "经营性资产尽量归村集体"),
        ],
        AssetAct::Register => vec![
            ask("certificate", "证号或登记号", "text", ""),
            may("late_why", "超过 30 天登记的原因", "text", ""),
        ],
        AssetAct::HandOver => vec![ask("receiver", "接收单位和人员", "text", "")],
        AssetAct::ExpectYield => vec![
            ask("period", "收益期间", "text", "例如 2026 年"),
            ask("amount", "应收金额（元）", "money", ""),
            ask("due_on", "应收日期", "date", ""),
        ],
        AssetAct::ReceiveYield => vec![ask("amount", "到账金额（元）", "money", "")],
        AssetAct::Plan => vec![
            ask(
                "by",
                "到户分配办法",
                "select:person=按人口|household=按户平均",
                "各份精确到分，合计等于收益",
            ),
            may("welfare", "公益事业金额（元）", "money", "不填为 0"),
            may("welfare_for", "公益事业用途", "text", "不得用于村级开支"),
            may("posts", "公益岗位金额（元）", "money", "不填为 0"),
            may("posts_for", "公益岗位用途", "text", ""),
        ],
        AssetAct::Pay => vec![may("late_why", "超过 60 天发放的原因", "text", "")],
        AssetAct::Evaluate => vec![ask("verdict", "评价", "area", "")],
        AssetAct::Dispose => vec![
            ask("valuation", "评估报告文号", "text", ""),
            ask("resolution", "村民会议决议", "text", ""),
            ask("approval", "批准文号", "text", ""),
        ],
        _ => Vec::new(),
    }
}

fn form(ctx: &Ctx, row: &Asset, act: AssetAct, sent: &Filled) -> AppResult<Blocks> {
    let taken = ASSET_FLOW.step(row.state(), act)?;
    let value = |name: &str| sent.get(name).to_owned();
    let on = if sent.get("on").is_empty() {
        ctx.clock.today().to_string()
    } else {
        value("on")
    };
    let mut inputs = vec![Field::input("date", "on", "办理日期").value(on).required()];
    inputs.extend(fields(&asks(act), value));
    if taken.needs.basis {
        inputs.push(Field::text("basis", "依据文号").value(sent.get("basis")).required());
    }
    if taken.needs.reason {
        inputs.push(Field::area("reason", "理由").value(sent.get("reason")).required());
    }
    let view = FormView {
        action: format!("{}/steps/{}", here(row.id), act.id()),
        request_id: request_id(ctx),
        fields: inputs,
        button: format!("确认{}", act.title()),
        question: format!("确认办理“{}”？", act.title()),
        ..FormView::default()
    };
    let mut block = Block::new(act.title()).say(format!("{} → {}", row.state().title(), taken.to.title()));
    if !taken.guard.is_empty() {
        block = block.say(format!("条件：{}。", taken.guard));
    }
    let shell = frame(ctx).crumb(row.name.clone(), here(row.id)).here(act.title());
    Ok(Blocks::new(shell).block(block.form(view)))
}
