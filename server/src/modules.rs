//! The modules of the platform, one line each, in the order of dependence.

use std::{any::Any, path::Path, sync::Arc};

use comparison::{
    before_payment::BeforePayment,
    finding::FindingSinkPart,
    rules::Rules,
    sources::{LateSources, Sources},
};
use kernel::{AppError, AppResult};
use web::{Accounts, Module};

use crate::{Settings, seams::InPlainWords};

/// Deleting a module's folder breaks its line here and nothing else.
pub fn modules() -> Vec<Module> {
    vec![
        records::module(),
        directory::module(),
        households::module(),
        funds::module(),
        projects::module(),
        forces::module(),
        comparison::module(),
        kin::module(),
        warnings::module(),
        disclosure::module(),
        village_finance::module(),
        policies::module(),
    ]
}

/// Where accounts come from.
pub(crate) fn accounts() -> Arc<dyn Accounts> {
    directory::living()
}

/// What modules look up by type at run time. Rules and contracts in the data folder add to the embedded ones.
pub fn parts(settings: &Settings, data_dir: &Path) -> AppResult<Vec<Arc<dyn Any + Send + Sync>>> {
    let rules = Rules::load(Some(&data_dir.join("rules"))).map_err(|e| AppError::invalid(e.to_string()))?;
    let mut parts = directory::parts(
        settings.demo,
        vec![
            Arc::new(warnings::WaitingFindings),
            Arc::new(households::WaitingCases),
            Arc::new(LateSources),
            Arc::new(projects::WaitingProjects),
            Arc::new(forces::WaitingVisits),
        ],
    );
    parts.extend(funds::parts());
    parts.extend(forces::parts());
    parts.extend(policies::parts());
    parts.extend(kin::parts());
    parts.extend(crate::seams::parts());
    parts.extend(disclosure::parts(settings.demo, Arc::new(InPlainWords)));
    parts.push(Arc::new(Sources::open(data_dir)?));
    parts.push(Arc::new(rules));
    parts.push(Arc::new(FindingSinkPart(warnings::sink())));
    parts.push(Arc::new(households::OpenFindingsPart(Arc::new(
        warnings::store::OpenRed,
    ))));
    let before_payment = Arc::new(BeforePayment::open(data_dir)?);
    parts.push(before_payment.clone());
    parts.push(Arc::new(households::CaseCheckPart(before_payment.clone())));
    parts.push(Arc::new(funds::batch::BatchCheckPart(before_payment)));
    Ok(parts)
}
