//! One session of DataFusion for one run: all tables by name, the people concerned, the functions of rules.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use arrow::{
    array::{AsArray, RecordBatch},
    datatypes::Int64Type,
};
use datafusion::{
    physical_plan::collect,
    prelude::{SessionConfig, SessionContext},
};

use probe::{Beside, Hits, People, Table, class, find_all};

use super::{EngineError, Plans, functions, provider::SharedProbe, registers::register};

/// What a run reads.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Frozen registers; see [`super::Registers::tables`].
    pub registers: Vec<Table>,
    /// Snapshots of department tables. `whole` are read in full: registers of our own, whose rows concern people
    /// beside the subject (cadres, declared relatives).
    pub snapshots: Vec<(Table, bool)>,
}

/// A prepared run.
pub struct Session {
    context: SessionContext,
    tables: HashMap<String, Arc<Table>>,
    probes: HashMap<String, Arc<SharedProbe>>,
    plans: Option<Arc<Plans>>,
    hits: Mutex<HashMap<String, Arc<Hits>>>,
    /// How many people the shared set holds.
    pub people: usize,
}

impl Session {
    /// Builds the shared set and probes each department table for it. `classes` says for each table which
    /// people its rules are about; tables not named are not touched.
    pub fn open(inputs: &Inputs, classes: &HashMap<String, u8>) -> Result<Session, EngineError> {
        let people = people(inputs, classes)?;
        let work: Vec<(&Table, u8)> = inputs
            .snapshots
            .iter()
            .filter(|(_, whole)| !whole)
            .filter_map(|(table, _)| classes.get(&table.name).map(|c| (table, *c)))
            .collect();
        let hits = find_all(&work, &people)?;
        let context = context();
        let mut tables = HashMap::new();
        let mut probes = HashMap::new();
        let persons = inputs.registers.iter().find(|t| t.name == "persons");
        let beside = persons
            .map(|persons| Beside::new(persons.clone(), &["name", "region"]))
            .transpose()?
            .map(Arc::new);
        for table in &inputs.registers {
            probes.insert(table.name.clone(), add(&context, &mut tables, table, None, None)?);
        }
        for (table, _) in &inputs.snapshots {
            let probe = add(
                &context,
                &mut tables,
                table,
                hits.get(&table.name).cloned(),
                beside.clone(),
            )?;
            probes.insert(table.name.clone(), probe);
        }
        Ok(Session {
            context,
            tables,
            probes,
            plans: None,
            hits: Mutex::new(hits),
            people: people.len(),
        })
    }

    /// Takes plans made for other sessions, and keeps its own for the next. For few people only: a plan made for
    /// them would join the tables of a whole county the wrong way round.
    pub fn keeping(mut self, plans: Arc<Plans>) -> Session {
        self.plans = Some(plans);
        self
    }

    /// Runs one query to its end.
    pub async fn query(&self, rule: &str, sql: &str) -> Result<Vec<RecordBatch>, EngineError> {
        let failed = |e: datafusion::error::DataFusionError| EngineError::Rule(rule.to_owned(), e.to_string());
        let plan = match self.plans.as_ref().and_then(|plans| plans.over(sql, &self.probes)) {
            Some(plan) => plan,
            None => {
                let query = self.context.sql(sql).await.map_err(failed)?;
                let plan = query.create_physical_plan().await.map_err(failed)?;
                if let Some(plans) = &self.plans {
                    plans.keep(sql, plan.clone());
                }
                plan
            }
        };
        collect(plan, self.context.task_ctx()).await.map_err(failed)
    }

    /// Plans a query without running it.
    pub async fn plan(&self, rule: &str, sql: &str) -> Result<(), EngineError> {
        let failed = |e: datafusion::error::DataFusionError| EngineError::Rule(rule.to_owned(), e.to_string());
        self.context
            .sql(sql)
            .await
            .map_err(failed)?
            .create_physical_plan()
            .await
            .map_err(failed)
            .map(|_| ())
    }

    pub fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.tables.get(name)
    }

    /// How many rows of a department table concern people of the run.
    pub fn rows_found(&self, name: &str) -> Option<usize> {
        self.hits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .map(|h| h.rows.len())
    }
}

fn add(
    context: &SessionContext,
    tables: &mut HashMap<String, Arc<Table>>,
    table: &Table,
    hits: Option<Arc<Hits>>,
    beside: Option<Arc<Beside>>,
) -> Result<Arc<SharedProbe>, EngineError> {
    let table = Arc::new(table.clone());
    let sorted_by = register(&table.name).map_or(&[][..], |r| r.sorted_by);
    let provider = Arc::new(SharedProbe::new(table.clone(), hits, sorted_by, beside));
    context
        .register_table(table.name.as_str(), provider.clone())
        .map_err(|e| EngineError::Table(table.name.clone(), e.to_string()))?;
    tables.insert(table.name.clone(), table);
    Ok(provider)
}

/// The people a run can be about, from the registers and, where a rule asks for them, applicants.
fn people(inputs: &Inputs, classes: &HashMap<String, u8>) -> Result<People, EngineError> {
    let wanted = classes.values().fold(0, |all, c| all | c);
    let mut named: Vec<(i64, u8)> = Vec::new();
    let mut take = |table: &Table, flag: Option<&str>, yes: u8, no: u8| -> Result<(), EngineError> {
        let broken = |e: arrow::error::ArrowError| EngineError::Table(table.name.clone(), e.to_string());
        let mut columns = vec![table.schema().index_of("person_key").map_err(broken)?];
        if let Some(flag) = flag {
            columns.push(table.schema().index_of(flag).map_err(broken)?);
        }
        for batch in table.read(&columns, None)? {
            let batch = batch.map_err(broken)?;
            let mut last = None;
            for (i, key) in batch.column(0).as_primitive::<Int64Type>().values().iter().enumerate() {
                let class = if flag.is_none() || batch.column(1).as_boolean().value(i) {
                    yes
                } else {
                    no
                };
                if class != 0 && last != Some((*key, class)) {
                    named.push((*key, class));
                    last = Some((*key, class));
                }
            }
        }
        Ok(())
    };
    for table in &inputs.registers {
        match table.name.as_str() {
            "benefits" if wanted & class::PAYEE != 0 => {
                take(table, Some("targeted"), class::PAYEE | class::TARGETED, class::PAYEE)?;
            }
            "benefits" if wanted & class::TARGETED != 0 => take(table, Some("targeted"), class::TARGETED, 0)?,
            "assisted" if wanted & (class::MEMBER | class::TARGETED) != 0 => {
                take(
                    table,
                    Some("registered"),
                    class::MEMBER | class::TARGETED,
                    class::TARGETED,
                )?;
            }
            _ => {}
        }
    }
    if wanted & class::APPLICANT != 0 {
        if let Some((table, _)) = inputs.snapshots.iter().find(|(t, _)| t.name == "house_renovation") {
            take(table, None, class::APPLICANT, 0)?;
        }
    }
    Ok(People::of(named))
}

/// Joins stay in one partition: the tables are small once probed, and two rules run side by side instead.
fn context() -> SessionContext {
    let mut config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(8_192)
        .with_information_schema(false);
    let options = config.options_mut();
    options.execution.parquet.pushdown_filters = false;
    // Testing every row against a set built from the other side costs more here than the join itself.
    options.optimizer.enable_dynamic_filter_pushdown = false;
    options.optimizer.max_passes = 1;
    let context = SessionContext::new_with_config(config);
    functions::register(&context);
    context
}
