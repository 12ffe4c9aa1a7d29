//! The tab 措施与政策: what is done for a household, what it receives by right, and whether it says so itself.

use kernel::Money;
use web::{Ctx, parts::Field};

use super::{
    blocks::{Block, Cell, Press, Table, request_id},
    household::View,
    sections::{choose, enter},
};
use crate::codes;

pub(super) fn section(ctx: &Ctx, view: &View) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (sort, title, empty) in [
        ("measure", "帮扶措施", "还没有登记帮扶措施。"),
        ("policy", "享受政策", "还没有登记享受的政策。"),
    ] {
        let rows = view.record.measures.iter().filter(|m| m.sort == sort).map(|m| {
            let answer = match m.confirmed.as_str() {
                "yes" => ("农户确认", "done"),
                "no" => ("农户称没有", "late"),
                "disputed" => ("农户有异议", "back"),
                _ => ("待农户确认", "wait"),
            };
            let mut confirm = Cell::tag(answer.0, answer.1);
            if view.enters && m.confirmed == "none" {
                for (id, label) in [("yes", "确认"), ("disputed", "有异议")] {
                    confirm.acts.push(Press {
                        action: format!("/desk/households/{}/enter", view.id),
                        label,
                        hidden: vec![
                            ("what", "confirm".into()),
                            ("id", m.id.to_string()),
                            ("answer", id.into()),
                            request_id(ctx, "confirm"),
                        ],
                    });
                }
            }
            let mut ended = Cell::class(m.ended_on.clone().unwrap_or_else(|| "在实施".into()), "mid whole");
            if view.enters && m.ended_on.is_none() {
                ended.acts.push(Press {
                    action: format!("/desk/households/{}/enter", view.id),
                    label: "今日结束",
                    hidden: vec![
                        ("what", "end_measure".into()),
                        ("id", m.id.to_string()),
                        request_id(ctx, "end"),
                    ],
                });
            }
            vec![
                Cell::class(m.on_day.clone(), "mid whole"),
                Cell::class(m.kind.clone(), "mid"),
                Cell::class(m.content.clone(), "wrap"),
                Cell::class(
                    if m.amount_fen == 0 {
                        String::new()
                    } else {
                        Money(m.amount_fen).to_string()
                    },
                    "amount",
                ),
                ended,
                confirm,
            ]
        });
        blocks.push(Block::Table(Table {
            title: title.into(),
            heads: vec!["日期", "类别", "内容", "金额（元）", "结束", "农户确认"],
            rows: rows.collect(),
            empty,
            list: false,
        }));
    }
    if view.enters {
        blocks.push(Block::Form(enter(
            ctx,
            view,
            "measure",
            "登记措施或政策",
            vec![
                Field::select("sort", "属于", [("measure", "帮扶措施"), ("policy", "享受政策")]),
                Field::select("kind", "类别", choose(&codes::MEASURES)),
                Field::text("content", "内容").required(),
                Field::text("amount", "金额（元）").hint("没有金额可留空。"),
                Field::input("date", "on", "日期").value(ctx.clock.today().to_string()),
            ],
            "登记",
        )));
    }
    blocks
}
