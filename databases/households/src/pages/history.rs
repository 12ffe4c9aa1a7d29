//! The tab 变更历史: every version with what changed and why, and the way to any past day.

use kernel::AppResult;
use records::history as versions;
use web::{
    Ctx,
    parts::{Field, TimelineItem},
};

use super::{
    blocks::{Block, Form},
    household::View,
};
use crate::{codes, model::record::FIELD_TITLES, store::KIND};

pub(super) async fn section(ctx: &Ctx, view: &View) -> AppResult<Vec<Block>> {
    let entries = versions::entries(&ctx.db, KIND, view.id).await?;
    let mut items = Vec::new();
    for (n, entry) in entries.iter().enumerate() {
        let changes = entries
            .get(n + 1)
            .map(|older| versions::differences(&older.state, &entry.state, &FIELD_TITLES))
            .unwrap_or_default();
        let mut note: Vec<String> = changes
            .iter()
            .map(|d| match d.field.as_str() {
                "members" | "incomes" | "measures" | "guarantees" | "conditions" => format!("{}有变动", d.title),
                _ if view.masked => format!("{}有变动", d.title),
                "status" => {
                    let title = |code: &str| {
                        code.parse()
                            .map_or("申请中".to_owned(), |c| codes::title(&codes::STATUSES, c))
                    };
                    format!("户状态：{} → {}", title(&d.before), title(&d.after))
                }
                _ => format!("{}：{} → {}", d.title, or_none(&d.before), or_none(&d.after)),
            })
            .collect();
        if !entry.reason.is_empty() {
            note.push(format!("理由：{}", entry.reason));
        }
        if !entry.basis.is_empty() {
            note.push(format!("依据：{}", entry.basis));
        }
        items.push(TimelineItem {
            time: entry.at(),
            actor: entry.actor_name.clone(),
            act: format!("第 {} 版：{}（{} 起）", entry.version, act_title(&entry.act), entry.on),
            note: note.join("；"),
            tone: "done",
        });
    }
    let look = Form {
        id: "as-of".into(),
        title: "当时的样子".into(),
        hint: "选择过去的一天，查看本户当天的档案。".into(),
        action: format!("/desk/households/{}", view.id),
        hidden: vec![("tab", "basics".into())],
        fields: vec![
            Field::input("date", "on", "日期")
                .value(view.past.clone().unwrap_or_default())
                .required(),
        ],
        button: "查看".into(),
        get: true,
        ..Form::default()
    };
    Ok(vec![
        Block::Form(look),
        if items.is_empty() {
            Block::Note("info", "建库以来没有变更。".into())
        } else {
            Block::Timeline("变更记录".into(), items)
        },
    ])
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "无" } else { text }
}

/// What a version was written for.
fn act_title(act: &str) -> String {
    use crate::model::flows::Act;
    use records::flow::Code;
    let own = match act {
        "load" => "入库",
        "income" => "登记收入",
        "remove_income" => "撤销收入",
        "guarantees" => "核查两不愁三保障",
        "conditions" => "登记生产生活条件",
        "measure" => "登记措施或政策",
        "end_measure" => "结束措施",
        "confirm" => "农户确认",
        "authorise" => "签核对授权委托书",
        "correct" => "更正档案",
        "natural" => "人员变动",
        "split" => "分户",
        "merge" => "并户",
        "bulk_tasks" => "布置采集任务",
        "bulk_undo" => "撤回批量办理",
        _ => return Act::parse(act).map_or_else(|| act.to_owned(), |a| a.title().to_owned()),
    };
    own.to_owned()
}
