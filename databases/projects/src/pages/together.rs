//! Two clerks change one project: the second sees what the first changed, and both changes put together. Only what both
//! changed differently is left to choose; the form then shows the first one's words.

use std::collections::BTreeMap;

use kernel::Money;
use records::{
    flow::Code,
    history::{self, Entry},
};
use serde_json::{Value, json};

use crate::{model::ProjectMode, store::project::TITLES};

type Sent = BTreeMap<String, String>;

/// Fields of the history with the fields of the form that hold them.
const HELD: [(&str, &[&str]); 13] = [
    ("name", &["name"]),
    ("mode", &["mode"]),
    ("site", &["site"]),
    ("site_note", &["site_note"]),
    ("content", &["content"]),
    ("term", &["start", "end"]),
    ("owner", &["owner"]),
    ("responsible", &["responsible"]),
    ("duty", &["duty"]),
    ("need", &["need"]),
    (
        "funds",
        &[
            "source1", "level1", "amount1", "source2", "level2", "amount2", "source3", "level3", "amount3",
        ],
    ),
    ("beneficiaries", &["households"]),
    ("expected_yield", &["expected_yield"]),
];

/// The form put together from `mine` and what stands now, and what there is to say about it. `theirs` is the project as
/// its form would send it now.
pub(super) fn put(before: &Value, now: &Entry, theirs: &Sent, mine: &Sent) -> (Sent, Vec<String>) {
    let merge = history::merge(before, &now.state, &stated(mine));
    let mut merged = mine.clone();
    for (field, names) in HELD {
        let stays = stated(mine).get(field) == merge.merged.get(field);
        for name in names.iter().filter(|_| !stays) {
            merged.insert((*name).to_owned(), theirs.get(*name).cloned().unwrap_or_default());
        }
    }
    // A box that is not ticked sends nothing: it counts only when they changed nothing.
    if before.get("province_key") != now.state.get("province_key") {
        merged.insert(
            "province_key".into(),
            theirs.get("province_key").cloned().unwrap_or_default(),
        );
    }
    merged.insert("version".into(), now.version.to_string());
    let mut lines = vec![format!(
        "在您填写期间，{}修改了这个项目，您的修改还没有保存。下面已把两边的修改合并，请核对后再提交。",
        now.actor_name
    )];
    for d in history::differences(before, &now.state, &TITLES) {
        lines.push(format!("对方已把“{}”由“{}”改为“{}”。", d.title, d.before, d.after));
    }
    for clash in merge.clashes {
        let title = TITLES.iter().find(|(field, _)| *field == clash.field);
        lines.push(format!(
            "“{}”两边改得不一样：对方“{}”，您“{}”。请选定，下面先用对方的。",
            title.map_or(clash.field.as_str(), |(_, title)| title),
            clash.before,
            clash.after
        ));
    }
    (merged, lines)
}

/// The form in the words of the history.
fn stated(mine: &Sent) -> Value {
    let get = |name: &str| mine.get(name).map_or("", |text| text.trim());
    let amount = |text: &str| Money::parse(text).map_or_else(|_| text.to_owned(), |m| m.to_string());
    let funds: Vec<String> = (1..=3)
        .map(|n| {
            (
                get(&format!("source{n}")),
                get(&format!("level{n}")),
                get(&format!("amount{n}")),
            )
        })
        .filter(|(source, ..)| !source.is_empty())
        .map(|(source, level, money)| format!("{source}（{level}）{} 元", amount(money)))
        .collect();
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；');
    let households = get("households").split(apart).filter(|t| !t.is_empty()).count();
    json!({
        "name": get("name"), "mode": ProjectMode::parse(get("mode")).map_or("", Code::title), "site": get("site"),
        "site_note": get("site_note"), "content": get("content"), "term": format!("{} 至 {}", get("start"), get("end")),
        "owner": get("owner"), "responsible": get("responsible"), "duty": get("duty"), "need": get("need"),
        "funds": funds, "beneficiaries": households, "expected_yield": amount(get("expected_yield")),
    })
}
