//! Two clerks change one helper: the second sees what the first changed, and both changes put together.

use kernel::AppResult;
use records::{
    flow::Code,
    history::{self, Difference},
};
use serde_json::{Value, json};
use web::Ctx;

use super::sheet::{Grid, Sheet, prose, text};
use crate::{
    acts::helper::HelperForm,
    model::helper::{Branch, HelperKind},
    store::helpers::FIELDS,
};

/// What another clerk wrote since a form was filled.
pub(super) struct Moved {
    by: String,
    theirs: Vec<Difference>,
    /// Fields both changed to different values.
    clashes: Vec<Difference>,
    /// Theirs, with mine where they changed nothing.
    pub(super) merged: HelperForm,
}

/// What moved since `mine` was filled; nothing when it is the latest.
pub(super) async fn moved(ctx: &Ctx, id: i64, mine: &HelperForm) -> AppResult<Option<Moved>> {
    let base: i64 = mine.version.parse().unwrap_or(0);
    let now = history::current(&ctx.db, "helper", id).await?;
    let Some(now) = now.filter(|now| now.version != base) else {
        return Ok(None);
    };
    let versions = history::entries(&ctx.db, "helper", id).await?;
    let was = versions.into_iter().find(|e| e.version == base);
    let was = was.map_or(Value::Null, |e| e.state);
    let merge = history::merge(&was, &now.state, &record(mine));
    let title = |clash: Difference| {
        let titled = FIELDS.iter().find(|(field, _)| *field == clash.field);
        Difference {
            title: titled.map_or(clash.field.clone(), |(_, title)| (*title).to_owned()),
            ..clash
        }
    };
    Ok(Some(Moved {
        by: now.actor_name.clone(),
        theirs: history::differences(&was, &now.state, FIELDS),
        clashes: merge.clashes.into_iter().map(title).collect(),
        merged: form_of(&merge.merged, mine, now.version),
    }))
}

/// The fields of the form under the names and in the words of the history.
fn record(mine: &HelperForm) -> Value {
    let until = Some(mine.until_on.trim()).filter(|day| !day.is_empty());
    json!({
        "name": mine.name.trim(), "kind": HelperKind::parse(&mine.kind).map_or("", Code::title),
        "branch": Branch::parse(&mine.branch).map_or("", Code::title), "unit": mine.unit.trim(),
        "title": mine.title.trim(), "trade": mine.trade.trim(), "place": mine.place.trim(), "until_on": until,
    })
}

fn form_of(merged: &Value, mine: &HelperForm, version: i64) -> HelperForm {
    let field = |name: &str| merged.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, branch) = (field("kind"), field("branch"));
    let kind = HelperKind::ALL.iter().find(|k| k.title() == kind);
    let branch = Branch::ALL.iter().find(|b| b.title() == branch);
    HelperForm {
        version: version.to_string(),
        name: field("name"),
        kind: kind.map_or(String::new(), |k| k.id().to_owned()),
        branch: branch.map_or(String::new(), |b| b.id().to_owned()),
        unit: field("unit"),
        title: field("title"),
        trade: field("trade"),
        place: field("place"),
        until_on: field("until_on"),
        ..mine.clone()
    }
}

impl Moved {
    /// Says it above the form.
    pub(super) fn tell(self, sheet: &mut Sheet) {
        sheet.warn(format!(
            "在您填写期间，{}修改了这名帮扶人员，您的修改还没有保存。下面已把两边的修改合并，请核对后再保存。",
            self.by
        ));
        let mut table = |title: &'static str, heads: [&'static str; 3], found: Vec<Difference>| {
            if !found.is_empty() {
                let rows = found
                    .into_iter()
                    .map(|d| vec![text(d.title), prose(d.before), prose(d.after)]);
                sheet.grids.push(Grid {
                    title,
                    label: title,
                    heads: heads.to_vec(),
                    rows: rows.collect(),
                    ..Grid::default()
                });
            }
        };
        table("对方的修改", ["项目", "修改前", "修改后"], self.theirs);
        let clash = "两边改得不一样，请选定（下面先用对方的）";
        table(clash, ["项目", "对方填写", "您填写"], self.clashes);
    }
}
