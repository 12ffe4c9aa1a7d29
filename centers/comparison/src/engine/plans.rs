//! Plans kept between checks: planning a rule costs more than asking it of a thousand people. A kept plan is asked
//! again with the tables of another session in place of those it was made for; it never outlives its text or schema.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use datafusion::{
    common::{
        DataFusionError, Result,
        tree_node::{Transformed, TreeNode},
    },
    physical_plan::{ExecutionPlan, execution_plan::reset_plan_states},
};

use super::provider::{SharedProbe, SharedProbeExec};

/// More texts than this are not kept: parameters changed every day would fill the memory.
const MOST_PLANS: usize = 1_000;

/// Plans by their SQL text.
#[derive(Debug, Default)]
pub struct Plans(Mutex<HashMap<String, Arc<dyn ExecutionPlan>>>);

impl Plans {
    /// The plan of a text over these tables, ready to run; `None` when it must be made.
    pub(super) fn over(&self, sql: &str, tables: &HashMap<String, Arc<SharedProbe>>) -> Option<Arc<dyn ExecutionPlan>> {
        let plan = self.lock().get(sql).cloned()?;
        let moved = plan.transform_up(|node| {
            let Some(leaf) = node.downcast_ref::<SharedProbeExec>() else {
                return Ok(Transformed::no(node));
            };
            let table = tables.get(leaf.table_name());
            let table = table.ok_or_else(|| DataFusionError::Plan("a table of the plan is not there".into()))?;
            let leaf: Arc<dyn ExecutionPlan> = leaf.over(table)?;
            Ok(Transformed::yes(leaf))
        });
        moved.and_then(|moved| reset_plan_states(moved.data)).ok()
    }

    pub(super) fn keep(&self, sql: &str, plan: Arc<dyn ExecutionPlan>) {
        let mut plans = self.lock();
        if plans.len() >= MOST_PLANS {
            plans.clear();
        }
        plans.insert(sql.to_owned(), plan);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<dyn ExecutionPlan>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SharedProbeExec {
    /// The same columns of another table.
    ///
    /// # Errors
    /// Another schema: the plan above was made for this one.
    fn over(&self, table: &SharedProbe) -> Result<Arc<SharedProbeExec>> {
        let leaf = table.reading(self.columns().to_vec())?;
        if leaf.columns_schema() == self.columns_schema() {
            Ok(Arc::new(leaf))
        } else {
            Err(DataFusionError::Plan("a table has other columns than the plan".into()))
        }
    }
}
