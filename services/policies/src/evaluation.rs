//! The evaluation of how money is managed names the document it rests on: the one in force on its day.

use async_trait::async_trait;
use funds::oversight::{EvaluationBases, EvaluationBasis};
use kernel::{AppResult, Date};
use web::App;

use crate::{model::Governs, store};

/// The library as the fund database asks it.
pub(crate) struct Library;

#[async_trait]
impl EvaluationBases for Library {
    async fn in_force(&self, app: &App, day: Date) -> AppResult<Option<EvaluationBasis>> {
        let found = store::in_force(&app.db, Governs::FundEvaluation, day).await?;
        Ok(found.map(|p| EvaluationBasis {
            href: format!("/desk/policies/{}", p.id),
            title: p.title,
            issuer: p.issuer,
            doc_no: p.doc_no,
            effective_on: p.effective_on,
        }))
    }
}
