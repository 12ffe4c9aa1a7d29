//! The document an evaluation rests on: the policy library, which stands above this database, says which was in force.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{AppResult, Date};
use web::App;

/// A document as the evaluation names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvaluationBasis {
    pub title: String,
    pub issuer: String,
    /// Empty when it is not known.
    pub doc_no: String,
    /// Empty when it is not known.
    pub effective_on: String,
    /// Its page.
    pub href: String,
}

impl EvaluationBasis {
    /// 《…办法》（惠财〔2026〕3 号），惠民县财政局，2026-02-01 起施行
    pub fn told(&self) -> String {
        let mut told = format!("《{}》", self.title);
        if !self.doc_no.is_empty() {
            told += &format!("（{}）", self.doc_no);
        }
        told += &format!("，{}", self.issuer);
        if !self.effective_on.is_empty() {
            told += &format!("，{} 起施行", self.effective_on);
        }
        told
    }
}

/// Answers which document on managing and evaluating money was in force.
#[async_trait]
pub trait EvaluationBases: Send + Sync {
    /// The document in force on a day; `None` when the library has none.
    async fn in_force(&self, app: &App, day: Date) -> AppResult<Option<EvaluationBasis>>;
}

/// The part by which an installation wires its policy library. Without it evaluations name no document.
pub struct EvaluationBasisPart(pub Arc<dyn EvaluationBases>);

/// The document in force on a day, when a library is wired and has one.
pub async fn basis(app: &App, day: Date) -> AppResult<Option<EvaluationBasis>> {
    match app.part::<EvaluationBasisPart>() {
        Ok(part) => part.0.in_force(app, day).await,
        Err(_) => Ok(None),
    }
}
