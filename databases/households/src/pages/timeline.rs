//! `GET /desk/households/{id}/timeline`: the household's way year by year, each income and each help one by one.

use axum::extract::{Path, Query};
use kernel::{Money, Timestamp};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Tab, TimelineItem},
};

use super::{
    blocks::{Block, Blocks},
    household::reached,
    step::{particulars, tone},
};
use crate::{
    model::{
        flows::{self, Act, Kind},
        income::IncomeKind,
    },
    reach::{desk_layer, sees_masked_names},
    store::{cases, missing, reading},
};

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    kind: String,
}

const KINDS: [(&str, &str); 5] = [
    ("", "全部"),
    ("income", "收入"),
    ("measure", "帮扶措施"),
    ("benefit", "享受政策"),
    ("status", "状态变化"),
];

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    reached(&ctx, id, "household.view").await?;
    let record = reading::record(&ctx.db, id).await?.ok_or_else(missing)?;
    let masked = sees_masked_names(ctx.actor().role);
    // Day, kind, item; the latest first.
    let mut items: Vec<(String, &'static str, TimelineItem)> = Vec::new();
    for line in &record.incomes {
        let kind = IncomeKind::of(&line.kind);
        let who = line
            .person_key
            .and_then(|key| record.members.iter().find(|m| m.person_key == key))
            .map_or("全户".to_owned(), |m| m.name.clone());
        let cost = if line.cost_fen > 0 {
            format!("，成本 {} 元", Money(line.cost_fen))
        } else {
            String::new()
        };
        items.push((
            format!("{}-31", line.to_month),
            "income",
            TimelineItem {
                time: line.period.clone(),
                actor: line.recorder.clone(),
                act: format!(
                    "{}：{} {} 元",
                    kind.map_or("", |k| k.class.title()),
                    kind.map_or(line.kind.as_str(), |k| k.title),
                    Money(line.gross_fen)
                ),
                note: format!("{who}{cost}　{}", line.evidence),
                tone: "",
            },
        ));
    }
    for m in &record.measures {
        let (kind, title) = if m.sort == "policy" {
            ("benefit", "享受政策")
        } else {
            ("measure", "帮扶措施")
        };
        let amount = if m.amount_fen > 0 {
            format!(" {} 元", Money(m.amount_fen))
        } else {
            String::new()
        };
        items.push((
            m.on_day.clone(),
            kind,
            TimelineItem {
                time: m.on_day.clone(),
                actor: m.kind.clone(),
                act: format!("{title}：{}{amount}", m.content),
                note: m.ended_on.as_ref().map(|d| format!("{d} 结束")).unwrap_or_default(),
                tone: "current",
            },
        ));
    }
    for step in cases::steps(&ctx.db, id).await? {
        let kind = Kind::parse(&step.kind);
        items.push((
            step.on_day.clone(),
            "status",
            TimelineItem {
                time: format!("{}（{}）", step.on_day, Timestamp(step.at_millis)),
                actor: step.actor_name.clone(),
                act: format!(
                    "{}：{} → {}",
                    kind.map_or("", Code::title),
                    Act::parse(&step.act).map_or("", Code::title),
                    kind.map_or("", |k| flows::state_title(k, &step.to_state))
                ),
                note: if masked {
                    step.detail.clone()
                } else {
                    particulars(&step).join("；")
                },
                tone: tone(&step),
            },
        ));
    }
    for (day, text) in [
        (&record.registered_on, "建档"),
        (&record.exited_on, "脱贫"),
        (&record.relapsed_on, "返贫"),
        (&record.removed_on, "清退"),
    ] {
        if let Some(day) = day {
            items.push((
                day.clone(),
                "status",
                TimelineItem {
                    time: day.clone(),
                    act: text.to_owned(),
                    note: match &record.consolidation_until {
                        Some(until) if text == "脱贫" => format!("政策延续至 {until}"),
                        _ => String::new(),
                    },
                    tone: "done",
                    ..TimelineItem::default()
                },
            ));
        }
    }
    items.retain(|(_, kind, _)| (asked.kind.is_empty() || asked.kind == *kind) && !(masked && *kind == "income"));
    items.sort_by(|a, b| b.0.cmp(&a.0));
    let count = items.len();
    let shown = items.into_iter().map(|(_, _, item)| item).collect();
    let name = if masked {
        kernel::name::mask(&record.head_name)
    } else {
        record.head_name.clone()
    };
    let shell = ctx
        .shell(desk_layer(&ctx))
        .crumb("帮扶户", "/desk/households")
        .crumb(format!("{name}户"), format!("/desk/households/{id}"))
        .here("时间轴");
    let mut page = Blocks::new(
        shell,
        vec![if count == 0 {
            Block::Note("info", "还没有这一类记录。".into())
        } else {
            Block::Timeline(format!("{name}户的脱贫轨迹（{count} 条）"), shown)
        }],
    );
    page.tabs = KINDS
        .iter()
        .map(|(kind, title)| Tab {
            title: (*title).to_owned(),
            href: format!("/desk/households/{id}/timeline?kind={kind}"),
            active: asked.kind == *kind,
            count: None,
        })
        .collect();
    page.show()
}
