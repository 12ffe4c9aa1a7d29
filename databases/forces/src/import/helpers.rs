//! Helpers by template. Somebody known by number, or by name, kind and area, is updated; everyone else is new.

use std::collections::HashMap;

use access::Actor;
use async_trait::async_trait;
use intake::{
    contract::Contract,
    table::{Row, Table},
};
use kernel::{AppResult, RegionCode};
use records::{
    history,
    import::{self, Effect, Outlook, Register},
};
use trail::RecordedTx;
use web::App;

use super::{ALL, reason};
use crate::{
    acts::helper::{HelperForm, filled, write_changed, write_new},
    model::helper::ACTIVE,
    store::helpers::{self, FIELDS, Helper, HelperFilter},
};

pub(crate) struct HelperImport;

/// A helper to be written, with what stands now.
pub(crate) struct Change {
    before: Option<Helper>,
    after: Helper,
}

#[async_trait]
impl Register for HelperImport {
    type Change = Change;
    const PATH: &'static str = "/desk/forces/helpers/import";
    const BACK: (&'static str, &'static str) = ("帮扶人员", "/desk/forces/helpers");
    const NOTE: &'static str =
        "一行一人。身份证号相同，或姓名、类别、服务区域都相同的更新，其余新登记；更新时空格表示不变。";

    fn contract() -> AppResult<Contract> {
        import::contract("helpers", include_str!("../../data/import-helpers.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Change>) -> AppResult<()> {
        let known = helpers::rows(&app.db, &actor.scope, &HelperFilter::default(), ALL, 0).await?;
        let mut by_person: HashMap<(i64, &str), &Helper> = HashMap::new();
        let mut by_name: HashMap<(&str, &str, i64), &Helper> = HashMap::new();
        for helper in &known {
            if let Some(person) = helper.person_key {
                by_person.insert((person, &helper.kind), helper);
            }
            by_name.insert((&helper.name, &helper.kind, helper.region), helper);
        }
        for row in table.good() {
            let kind = row.text("kind");
            let person = row.number("id_no").map(|n| app.keys.person_key(n).0);
            let region = row.whole("region").unwrap_or(0);
            let before = person
                .and_then(|person| by_person.get(&(person, kind)))
                .or_else(|| by_name.get(&(row.text("name"), kind, region)))
                .map(|helper| (*helper).clone());
            if before.as_ref().is_some_and(|now| stands(row, now, person, region)) {
                out.unchanged();
                continue;
            }
            let blank = before.clone().unwrap_or_else(|| Helper {
                state: ACTIVE.to_owned(),
                entered_on: app.clock.today().to_string(),
                ..Helper::default()
            });
            let form = typed(row, &blank, region);
            let after = match filled(app, actor, blank, &form).await {
                Ok(after) => Helper {
                    person_key: person.or(after.person_key),
                    ..after
                },
                Err(e) => {
                    out.aside(table.fault(row.line, "", reason(&e)));
                    continue;
                }
            };
            let name = after.name.clone();
            match before {
                Some(before) if before == after => out.unchanged(),
                Some(before) => {
                    let what = history::differences(&before.as_record(), &after.as_record(), FIELDS)
                        .into_iter()
                        .map(|d| format!("{} {}→{}", d.title, d.before, d.after))
                        .collect::<Vec<_>>()
                        .join("，");
                    let before = Some(before);
                    out.change(
                        vec![row.line],
                        Effect::Updated,
                        format!("{name}：{what}"),
                        Change { before, after },
                    );
                }
                None => {
                    let what = format!("{name}（{} {}）", after.kind_title(), after.unit);
                    out.change(vec![row.line], Effect::New, what, Change { before: None, after });
                }
            }
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Change>) -> AppResult<()> {
        let today = app.clock.today().to_string();
        for Change { before, mut after } in changes {
            match before {
                Some(before) => write_changed(tx, &before, &after, None, "按表导入", &today).await?,
                None => {
                    after.id = app.next_id();
                    after.pair_key = after.account.unwrap_or(after.id);
                    write_new(tx, &after).await?;
                }
            }
        }
        Ok(())
    }
}

/// Whether the row says what stands: somebody whom the county serves may be in a town's table, and is left alone.
fn stands(row: &Row, now: &Helper, person: Option<i64>, region: i64) -> bool {
    let same = |column: &str, now: &str| ["", now].contains(&row.text(column));
    let until = row.day("until_on").map(|day| day.to_string());
    row.text("name") == now.name
        && region == now.region
        && same("branch", &now.branch)
        && same("unit", &now.unit)
        && same("title", &now.title)
        && same("trade", &now.trade)
        && same("place", &now.place)
        && (until.is_none() || until == now.until_on)
        && (person.is_none() || person == now.person_key)
}

/// The row as the form would send it; blanks keep what stands.
fn typed(row: &Row, now: &Helper, region: i64) -> HelperForm {
    let or = |column: &str, now: &str| match row.text(column) {
        "" => now.to_owned(),
        text => text.to_owned(),
    };
    let until = row.day("until_on").map(|day| day.to_string());
    HelperForm {
        name: row.text("name").to_owned(),
        kind: row.text("kind").to_owned(),
        branch: or("branch", &now.branch),
        unit: or("unit", &now.unit),
        title: or("title", &now.title),
        trade: or("trade", &now.trade),
        place: or("place", &now.place),
        region: RegionCode::from_i64(region).map_or_else(String::new, |code| code.to_string()),
        until_on: until.or_else(|| now.until_on.clone()).unwrap_or_default(),
        ..HelperForm::default()
    }
}
