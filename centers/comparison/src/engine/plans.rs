//! Plans kept between checks: planning a rule costs more than asking it of a thousand people. A kept plan is asked
//! again of the tables of another session; it never outlives its text or their schemas, and was never run itself, so
//! that it holds nothing of anybody.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arrow::datatypes::SchemaRef;
use datafusion::{
    common::Result,
    physical_plan::{
        ChildrenPropertiesMode, ExecutionPlan, ReplaceChildrenOptions, recursive_query::RecursiveQueryExec,
        scalar_subquery::ScalarSubqueryExec,
    },
};

use super::provider::{SharedProbe, SharedProbeExec};

/// More texts than this are not kept: parameters changed every day would fill the memory.
const MOST_PLANS: usize = 1_000;

/// Plans by their SQL text.
#[derive(Debug, Default)]
pub struct Plans(Mutex<HashMap<String, Kept>>);

#[derive(Clone, Debug)]
struct Kept {
    plan: Arc<dyn ExecutionPlan>,
    /// Table, columns and their schema, of each place where the plan reads.
    reads: Vec<(String, Vec<usize>, SchemaRef)>,
}

impl Plans {
    /// The plan of a text over these tables, ready to run; `None` when it must be made.
    pub(super) fn over(&self, sql: &str, tables: &HashMap<String, Arc<SharedProbe>>) -> Option<Arc<dyn ExecutionPlan>> {
        let kept = self.lock().get(sql).cloned()?;
        let fits = |(name, columns, schema): &(String, Vec<usize>, SchemaRef)| {
            let now = tables.get(name).map(|table| table.columns_schema(columns));
            now.is_some_and(|now| now.is_ok_and(|now| now == *schema))
        };
        if !kept.reads.iter().all(fits) {
            return None;
        }
        unused(&kept.plan).ok()
    }

    /// Keeps a plan that was not run yet; returns what may be run in its place.
    ///
    /// # Errors
    /// A step that cannot be made anew.
    pub(super) fn keep(&self, sql: &str, plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
        let mut reads = Vec::new();
        if !look(&plan, &mut reads) {
            return Ok(plan);
        }
        let fresh = unused(&plan)?;
        let mut plans = self.lock();
        if plans.len() >= MOST_PLANS {
            plans.clear();
        }
        plans.insert(sql.to_owned(), Kept { plan, reads });
        Ok(fresh)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a plan reads; whether it can be asked again. The answer of a scalar subquery stands in the expressions above it
/// and a recursion in a table beside it, which two checks at once would share.
fn look(plan: &Arc<dyn ExecutionPlan>, reads: &mut Vec<(String, Vec<usize>, SchemaRef)>) -> bool {
    let shares =
        plan.downcast_ref::<ScalarSubqueryExec>().is_some() || plan.downcast_ref::<RecursiveQueryExec>().is_some();
    if shares {
        return false;
    }
    if let Some(leaf) = plan.downcast_ref::<SharedProbeExec>() {
        let (columns, schema) = leaf.looks_at();
        reads.push((leaf.table_name().to_owned(), columns, schema));
    }
    plan.children().into_iter().all(|child| look(child, reads))
}

/// The same steps, none of them begun. Nothing about them changes, so nothing is worked out again.
fn unused(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    if plan.downcast_ref::<SharedProbeExec>().is_some() {
        return Ok(plan.clone());
    }
    let children = plan.children().into_iter().map(unused).collect::<Result<Vec<_>>>()?;
    let fresh = plan.clone().reset_state()?;
    if children.is_empty() {
        return Ok(fresh);
    }
    fresh.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Keep))
}
