//! Near kin declared by a helper, so that pairing keeps them apart.

use access::Actor;
use kernel::{AppError, AppResult, IdNumber};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{helper::within, missing, words};
use crate::store::{
    helpers,
    kin::{self, Declared},
};

/// Who counts as near: spouse, children and theirs, parents, grandparents, brothers and sisters, in-laws (GB/T 4761).
pub const NEAR: [&str; 17] = [
    "10", "20", "30", "28", "38", "41", "42", "51", "52", "53", "54", "57", "58", "61", "62", "63", "64",
];

/// A declaration as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct KinForm {
    pub request_id: String,
    pub relative_name: String,
    /// Turned into a key at once; never stored.
    pub relative_number: String,
    pub code: String,
}

/// Writes down a relative of a helper. Pairings that stand are not touched; new ones are refused.
///
/// # Errors
/// Invalid with the field; 404 outside the area.
pub async fn declare(app: &App, actor: &Actor, helper: i64, form: &KinForm) -> AppResult<()> {
    let helper = helpers::one(&app.db, &actor.scope, helper)
        .await?
        .ok_or_else(|| missing("这名帮扶人员"))?;
    within(actor, helper.region())?;
    let name = kernel::name::clean(&form.relative_name);
    let name = words("亲属姓名", &name, 2, kernel::name::MAX_CHARS)?;
    if !NEAR.contains(&form.code.as_str()) {
        return Err(AppError::invalid("与本人关系：请选择。"));
    }
    let number =
        IdNumber::parse(&form.relative_number).map_err(|e| AppError::invalid(format!("亲属身份证号：{e}。")))?;
    let key = app.keys.person_key(&number.number);
    if helper.person_key == Some(key.0) {
        return Err(AppError::invalid("亲属身份证号：这是本人的号码，请核对。"));
    }
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let declared = Declared {
        helper_id: helper.id,
        relative_key: key.0,
        relative_name: name,
        code: form.code.clone(),
        declared_on: app.clock.today().to_string(),
        entered_by: actor.name.clone(),
    };
    kin::declare(&tx, &declared).await?;
    let act = Act::new("helper.kin", format!("helper:{}", helper.id)).in_region(helper.region());
    tx.commit(act.with(json!({"code": declared.code}))).await.map(|_| ())
}
