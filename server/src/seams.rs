//! What one module asks of another and neither may know of the other: the server joins them.

use std::{any::Any, sync::Arc};

use access::Scope;
use async_trait::async_trait;
use comparison::{rules::Essay, workbench::rules_in_force};
use disclosure::{PlainRule, TellsRules};
use forces::{HelpedProject, ProjectsPart, ProjectsToHelp};
use kernel::{AppResult, Date};
use web::App;

/// All seams, as parts of the app.
pub(crate) fn parts() -> Vec<Arc<dyn Any + Send + Sync>> {
    vec![Arc::new(ProjectsPart(Arc::new(OfTheRegister)))]
}

/// Teams help the projects of the project database.
struct OfTheRegister;

#[async_trait]
impl ProjectsToHelp for OfTheRegister {
    async fn to_help(&self, app: &App, scope: &Scope, day: Date) -> AppResult<Vec<HelpedProject>> {
        let rows = projects::store::list::under_way(&app.db, scope, day).await?;
        let known = |p: projects::store::list::UnderWay| HelpedProject {
            id: p.id,
            no: p.no,
            title: p.name,
            region: p.region,
            from_on: p.from_on,
            to_on: None,
        };
        Ok(rows.into_iter().map(known).collect())
    }
}

/// The public page tells the rules as runs use them today, with what was approved in the workbench.
pub(crate) struct InPlainWords;

#[async_trait]
impl TellsRules for InPlainWords {
    async fn rules(&self, app: &App) -> AppResult<Vec<PlainRule>> {
        let rules = rules_in_force(app).await?;
        let plain = rules.iter().map(|rule| PlainRule {
            id: rule.id.clone(),
            name: rule.name.clone(),
            group: String::new(),
            explanation: in_a_paragraph(&rule.explanation.zh),
            basis: rule.basis.clone(),
        });
        Ok(plain.collect())
    }
}

/// What is compared, what is left out, and when it is known to be wrong.
fn in_a_paragraph(essay: &Essay) -> String {
    [&essay.method, &essay.exclusions, &essay.false_positives]
        .map(|part| part.trim())
        .join("\n")
}
