//! Which offices of a county answer for the procedures of households (workflows §3.1: 县级审批 and 公告 are civil
//! affairs' and the poverty office's). The role alone does not say: the police and the hospital insurance hold it too,
//! each for what they pay or record.

use ::store::Query;
use access::{Actor, Role};
use directory::orgs::org;
use kernel::{AppError, AppResult};

/// Kinds of office (data dictionary, 单位类别).
const KINDS: [&str; 2] = ["民政", "扶贫"];

/// What an office that does not answer for them reads in place of a form.
pub(crate) const OTHERS_ACT: &str = "识别、退出等事项由民政、扶贫部门办理，您单位可以查看。";

/// Whether procedures of households can wait for this actor. Villages, towns and the county office always may; a county
/// department when it answers for the register.
pub(crate) async fn answers_for_households(db: &impl Query, actor: &Actor) -> AppResult<bool> {
    let Some(department) = actor.scope.department().filter(|_| actor.role == Role::FundUnitAdmin) else {
        return Ok(true);
    };
    Ok(org(db, department)
        .await?
        .is_some_and(|office| KINDS.contains(&office.kind.as_str())))
}

/// # Errors
/// The actor's office does not answer for procedures of households.
pub(crate) async fn require(db: &impl Query, actor: &Actor) -> AppResult<()> {
    if answers_for_households(db, actor).await? {
        Ok(())
    } else {
        Err(AppError::forbidden(OTHERS_ACT))
    }
}
