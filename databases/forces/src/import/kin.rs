//! Near kin by template. Only the keys of the numbers are kept.

use std::collections::HashMap;

use access::Actor;
use async_trait::async_trait;
use intake::{contract::Contract, table::Table};
use kernel::AppResult;
use records::import::{self, Effect, Outlook, Register};
use trail::RecordedTx;
use web::App;

use super::ALL;
use crate::store::{
    helpers::{self, Helper, HelperFilter},
    kin::{self, Declared},
};

pub(crate) struct KinImport;

#[async_trait]
impl Register for KinImport {
    type Change = Declared;
    const PATH: &'static str = "/desk/forces/helpers/kin-import";
    const BACK: (&'static str, &'static str) = ("帮扶人员", "/desk/forces/helpers");
    const NOTE: &'static str = "一行一名亲属；同户的近亲属不用申报。帮扶人员须已登记身份证号。";

    fn contract() -> AppResult<Contract> {
        import::contract("declared_kin", include_str!("../../data/import-kin.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Declared>) -> AppResult<()> {
        let known = helpers::rows(&app.db, &actor.scope, &HelperFilter::default(), ALL, 0).await?;
        let within = known.into_iter().filter(|h| actor.scope.covers(h.region()));
        let by_person: HashMap<i64, Helper> = within.filter_map(|h| Some((h.person_key?, h))).collect();
        for row in table.good() {
            let (Some(own), Some(relative)) = (row.number("helper_no"), row.number("relative_no")) else {
                continue;
            };
            let Some(helper) = by_person.get(&app.keys.person_key(own).0) else {
                out.aside(table.fault(row.line, "helper_no", "管理范围内没有登记了这个身份证号的帮扶人员"));
                continue;
            };
            if helper.name != row.text("helper_name") {
                out.aside(table.fault(row.line, "helper_name", format!("登记的姓名是{}，请核对", helper.name)));
                continue;
            }
            let relative_key = app.keys.person_key(relative).0;
            if Some(relative_key) == helper.person_key {
                out.aside(table.fault(row.line, "relative_no", "这是本人的号码"));
                continue;
            }
            let before = kin::declared_by(&app.db, helper.id).await?;
            let before = before.iter().find(|d| d.relative_key == relative_key);
            let (name, code) = (row.text("relative_name"), row.text("code"));
            if before.is_some_and(|d| d.relative_name == name && d.code == code) {
                out.unchanged();
                continue;
            }
            let effect = if before.is_some() { Effect::Updated } else { Effect::New };
            let what = format!("{}：{name}（{}）", helper.name, households::codes::kin_title(code));
            let declared = Declared {
                helper_id: helper.id,
                relative_key,
                relative_name: name.to_owned(),
                code: code.to_owned(),
                declared_on: app.clock.today().to_string(),
                entered_by: actor.name.clone(),
            };
            out.change(vec![row.line], effect, what, declared);
        }
        Ok(())
    }

    async fn apply(_: &App, tx: &RecordedTx, changes: Vec<Declared>) -> AppResult<()> {
        for declared in &changes {
            kin::declare(tx, declared).await?;
        }
        Ok(())
    }
}
