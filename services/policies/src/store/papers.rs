//! The papers of a document: its text as issued, a picture that explains it, what else belongs to it. They are
//! attached and taken away while it is a draft; from its publication on they stand as they are.

use ::store::Query;
use access::Actor;
use kernel::{AppError, AppResult};
use records::{
    flow::Code,
    papers::{self, Paper, Upload},
};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{KIND, one, version, who};
use crate::model::{FLOW, PolicyAct};

records::codes! {
    /// What a paper is to its document.
    pub enum PaperKind {
        Text = "text" "文件原文",
        Picture = "picture" "政策图解",
        Other = "other" "附件",
    }
}

/// Papers of one document.
const MOST: usize = 20;

/// The papers of a document: its text first, then pictures, then the rest.
pub async fn papers_of(db: &impl Query, id: i64) -> AppResult<Vec<Paper>> {
    let mut papers = papers::of(db, KIND, id).await?;
    let place = |p: &Paper| PaperKind::ALL.iter().position(|k| k.id() == p.step);
    papers.sort_by_key(|p| place(p).unwrap_or(PaperKind::ALL.len()));
    Ok(papers)
}

/// Attaches papers to a draft. Who attaches does not publish.
///
/// # Errors
/// Invalid, naming the file, for what is no picture and no PDF; the refusals of the flow for what is no draft.
pub async fn attach(
    app: &App,
    actor: &Actor,
    request: &str,
    id: i64,
    kind: PaperKind,
    uploads: Vec<Upload>,
) -> AppResult<()> {
    if uploads.is_empty() {
        return Err(AppError::invalid("请选择要上传的文件。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request).await? else {
        return Ok(());
    };
    let row = one(&*tx, id, false).await?;
    FLOW.permit(row.state(), PolicyAct::Edit, &who(actor, &row, ""))?;
    let kept = papers::attach(&tx, &app.objects, KIND, id, kind.id(), uploads).await?;
    let papers = papers::of(&*tx, KIND, id).await?;
    if papers.len() > MOST {
        return Err(AppError::invalid(format!(
            "一份文件最多 {MOST} 个附件，请先移除不用的，或合并成一个 PDF。"
        )));
    }
    let wordless = |p: &&Paper| p.step == PaperKind::Picture.id() && !p.mime.starts_with("image/");
    if let Some(paper) = papers.iter().find(wordless) {
        return Err(AppError::invalid(format!(
            "“{}”不是图片。政策图解请传 JPG 或 PNG 图片，PDF 请选“文件原文”或“附件”。",
            paper.file_name
        )));
    }
    touched(&tx, actor, id).await?;
    version(&tx, id, "attach", "", None).await?;
    let trace = json!({"kind": kind.id(), "digests": kept});
    tx.commit(Act::new("policy.attach", format!("policy:{id}")).with(trace))
        .await?;
    Ok(())
}

/// Takes a paper away from a draft; the history keeps that it was there.
///
/// # Errors
/// Not found when the document has no such paper; the refusals of the flow for what is no draft.
pub async fn detach(app: &App, actor: &Actor, request: &str, id: i64, digest: &str) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request).await? else {
        return Ok(());
    };
    let row = one(&*tx, id, false).await?;
    FLOW.permit(row.state(), PolicyAct::Edit, &who(actor, &row, ""))?;
    let gone = papers::detach(&tx, KIND, id, digest).await?;
    if gone == 0 {
        return Err(AppError::not_found("没有找到这个附件，可能已由他人移除。"));
    }
    touched(&tx, actor, id).await?;
    version(&tx, id, "detach", "", None).await?;
    let trace = json!({"digest": digest});
    tx.commit(Act::new("policy.detach", format!("policy:{id}")).with(trace))
        .await?;
    Ok(())
}

/// Whoever changed a draft last is not the one who publishes it.
async fn touched(tx: &trail::RecordedTx, actor: &Actor, id: i64) -> AppResult<()> {
    tx.execute(
        "UPDATE policy SET last_actor = $1 WHERE id = $2",
        ::store::args![actor.account.map_or(-1, |a| a.0), id],
    )
    .await?;
    Ok(())
}
