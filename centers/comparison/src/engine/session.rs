//! One session of DataFusion for one run: all tables by name, the people concerned, the functions of rules.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use arrow::{
    array::{AsArray, RecordBatch},
    datatypes::Int64Type,
};
use datafusion::{
    common::tree_node::TreeNodeRecursion,
    execution::{SessionStateBuilder, context::SQLOptions, runtime_env::RuntimeEnvBuilder},
    logical_expr::LogicalPlan,
    physical_plan::execute_stream,
    prelude::{DataFrame, SessionConfig, SessionContext},
};
use probe::{Beside, Hits, People, Table, class, find_all};

use super::{
    Bounds, EngineError, Linked, Plans,
    apart::{Apart, Breathing},
    functions,
    provider::{SharedProbe, Standing},
    registers::register,
    text,
};

/// What a run reads.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Frozen registers; see [`super::Registers::tables`].
    pub registers: Vec<Table>,
    /// Snapshots of department tables. `whole` are read in full: registers of our own, whose rows concern people
    /// beside the subject (cadres, declared relatives).
    pub snapshots: Vec<(Table, bool)>,
    /// Rows whose person was found otherwise than by their number, by data set.
    pub linked: HashMap<String, Linked>,
    /// What a rule may take.
    pub bounds: Bounds,
    /// The few who are asked about; `None` asks about everybody.
    pub among: Option<Among>,
}

/// A few people. Registers hold theirs alone; of lists that name many others only what can concern them is looked at.
#[derive(Clone, Debug, Default)]
pub struct Among {
    pub people: Arc<HashSet<i64>>,
    /// The column of account numbers, of tables that are read whole because of it: a rule comes to such a row by the
    /// account of somebody asked about, or by its holder.
    pub by_account: HashMap<String, String>,
}

/// Takes a piece of an answer.
pub type Take<'a> = &'a mut (dyn FnMut(RecordBatch) -> Result<(), EngineError> + Send);

/// A prepared run.
pub struct Session {
    context: SessionContext,
    bounds: Bounds,
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
        let bounds = inputs.bounds;
        let people = people(inputs, classes)?;
        let work: Vec<(&Table, u8)> = inputs
            .snapshots
            .iter()
            .filter(|(_, whole)| !whole)
            .filter_map(|(table, _)| classes.get(&table.name).map(|c| (table, *c)))
            .collect();
        let mut hits = find_all(&work, &people)?;
        if let Some(among) = &inputs.among {
            for (table, _) in inputs.snapshots.iter().filter(|(_, whole)| *whole) {
                if let Some(found) = of_accounts(inputs, table, among)? {
                    hits.insert(table.name.clone(), Arc::new(found));
                }
            }
        }
        let standing = Arc::new(Standing::default());
        let context = context(&bounds, standing.clone())?;
        let few = inputs.among.is_some();
        let mut tables = HashMap::new();
        let mut probes = HashMap::new();
        let persons = inputs.registers.iter().find(|t| t.name == "persons");
        let beside = persons
            .map(|persons| Beside::new(persons.clone(), &["name", "region"]))
            .transpose()?
            .map(Arc::new);
        for table in &inputs.registers {
            probes.insert(
                table.name.clone(),
                add(&context, &mut tables, table, (None, Vec::new()), None, few)?,
            );
        }
        for (table, whole) in &inputs.snapshots {
            let linked = inputs.linked.get(&table.name);
            let (own, more): Found = match linked {
                None => (hits.get(&table.name).cloned(), Vec::new()),
                Some(linked) => beside_numbers(table, linked, &hits, classes, &people, *whole)?,
            };
            if let Some(own) = &own {
                let found = more.iter().flat_map(|(_, hits)| hits.rows.iter()).copied();
                let all = own.rows.iter().copied().chain(found).collect();
                hits.insert(table.name.clone(), Arc::new(Hits { rows: all }));
            }
            let probe = add(&context, &mut tables, table, (own, more), beside.clone(), few)?;
            probes.insert(table.name.clone(), probe);
        }
        standing.of(probes.clone());
        Ok(Session {
            context,
            bounds,
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

    /// Runs one query to its end, within the bounds of the session.
    ///
    /// # Errors
    /// Besides what the planner says: more rows, more time or more memory than a rule may take.
    pub async fn query(&self, rule: &str, sql: &str) -> Result<Vec<RecordBatch>, EngineError> {
        self.collected(rule, sql, None).await
    }

    /// The same, handed on piece by piece as it comes, so that memory holds no whole answer. What `take` says ends it.
    pub async fn query_each(&self, rule: &str, sql: &str, take: Take<'_>) -> Result<(), EngineError> {
        self.answer(rule, sql, None, take).await
    }

    /// The same for a rule that may read these tables and no other.
    pub async fn query_tables(&self, rule: &str, sql: &str, may: &[String]) -> Result<Vec<RecordBatch>, EngineError> {
        self.collected(rule, sql, Some(may)).await
    }

    async fn collected(&self, rule: &str, sql: &str, may: Option<&[String]>) -> Result<Vec<RecordBatch>, EngineError> {
        let mut out = Vec::new();
        let mut take = |batch| {
            out.push(batch);
            Ok(())
        };
        self.answer(rule, sql, may, &mut take).await?;
        Ok(out)
    }

    async fn answer(&self, rule: &str, sql: &str, may: Option<&[String]>, take: Take<'_>) -> Result<(), EngineError> {
        let work = async {
            let plan = match self.plans.as_ref().and_then(|plans| plans.over(sql, &self.probes)) {
                Some(plan) => plan,
                None => {
                    let query = self.frame(rule, sql, may).await?;
                    let plan = query.create_physical_plan().await;
                    let plan = plan.map_err(|e| self.bounds.failed(rule, e))?;
                    match &self.plans {
                        Some(plans) => plans.keep(sql, plan).map_err(|e| self.bounds.failed(rule, e))?,
                        None => plan,
                    }
                }
            };
            let stream = execute_stream(plan, self.context.task_ctx()).map_err(|e| self.bounds.failed(rule, e))?;
            let mut answer = Apart::begin(stream);
            let mut rows = 0;
            while let Some(batch) = answer.next().await {
                let batch = batch.map_err(|e| self.bounds.failed(rule, e))?;
                rows += batch.num_rows();
                if rows > self.bounds.rows {
                    return Err(EngineError::TooManyRows(rule.to_owned(), self.bounds.rows));
                }
                take(batch)?;
            }
            Ok(())
        };
        match tokio::time::timeout(self.bounds.time, work).await {
            Ok(answer) => answer,
            Err(_) => Err(EngineError::TooLong(rule.to_owned(), self.bounds.time)),
        }
    }

    /// Plans a query over the tables it may read, without running it.
    pub async fn plan(&self, rule: &str, sql: &str, may: &[String]) -> Result<(), EngineError> {
        self.frame(rule, sql, Some(may))
            .await?
            .create_physical_plan()
            .await
            .map_err(|e| self.bounds.failed(rule, e))
            .map(|_| ())
    }

    /// A plain SELECT over tables that the rule declares; it can change nothing and open no file.
    async fn frame(&self, rule: &str, sql: &str, may: Option<&[String]>) -> Result<DataFrame, EngineError> {
        if may.is_some() {
            text::fits(rule, sql)?;
        }
        let reads_only = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false);
        let frame = self
            .context
            .sql_with_options(sql, reads_only)
            .await
            .map_err(|e| self.bounds.failed(rule, e))?;
        if let Some(may) = may {
            let mut stray = None;
            frame
                .logical_plan()
                .apply_with_subqueries(|node| {
                    if let LogicalPlan::TableScan(scan) = node {
                        let name = scan.table_name.table();
                        if !may.iter().any(|t| t == name) {
                            stray = Some(name.to_owned());
                            return Ok(TreeNodeRecursion::Stop);
                        }
                    }
                    Ok(TreeNodeRecursion::Continue)
                })
                .map_err(|e| self.bounds.failed(rule, e))?;
            if let Some(table) = stray {
                return Err(EngineError::Undeclared(rule.to_owned(), table));
            }
        }
        Ok(frame)
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

/// The rows of a table that count under their own number, and those linked to people of the run. `None` is every row.
type Found = (Option<Arc<Hits>>, Vec<(Arc<Table>, Arc<Hits>)>);

fn beside_numbers(
    table: &Table,
    linked: &Linked,
    hits: &HashMap<String, Arc<Hits>>,
    classes: &HashMap<String, u8>,
    people: &People,
    whole: bool,
) -> Result<Found, EngineError> {
    let found = match (hits.get(&table.name), whole) {
        (Some(found), _) => Some(found.as_ref().clone()),
        (None, true) if !linked.set_aside.is_empty() => Some(Hits {
            rows: (0..table.rows() as u32).collect(),
        }),
        (None, _) => None,
    };
    let own = found.map(|found| Arc::new(linked.own(found)));
    let Some(rows) = &linked.rows else {
        return Ok((own, Vec::new()));
    };
    let concerned = match classes.get(&table.name).filter(|_| !whole) {
        Some(classes) => rows.find(people, *classes)?,
        None => Hits {
            rows: (0..rows.rows() as u32).collect(),
        },
    };
    let more = vec![(Arc::new(rows.clone()), Arc::new(concerned))];
    Ok((own, more))
}

/// The rows of a table of accounts that can concern these people: those of their accounts, and of accounts they hold.
fn of_accounts(inputs: &Inputs, table: &Table, among: &Among) -> Result<Option<Hits>, EngineError> {
    let broken = |e: arrow::error::ArrowError| EngineError::Table(table.name.clone(), e.to_string());
    let Some(column) = among.by_account.get(&table.name) else {
        return Ok(None);
    };
    let at = table.schema().index_of(column).map_err(broken)?;
    let Some(accounts) = inputs.registers.iter().find(|t| t.name == "accounts") else {
        return Ok(None);
    };
    let mut wanted = BTreeSet::new();
    let digest = accounts.schema().index_of("account_digest").map_err(broken)?;
    for batch in accounts.read(&[digest], None)? {
        wanted.extend(batch.map_err(broken)?.column(0).as_primitive::<Int64Type>().values());
    }
    // No account is not one that two people share.
    wanted.remove(&0);
    let wanted: Vec<i64> = wanted.into_iter().collect();
    // Digests are spread evenly: nearly all others fall through here.
    let slot = |account: i64| (account as u64 & 0xffff) as usize;
    let mut marks = vec![false; 1 << 16];
    wanted.iter().for_each(|account| marks[slot(*account)] = true);
    let people = People::of(among.people.iter().map(|key| (*key, 1)).collect());
    let mut rows = table.find(&people, 1)?.rows;
    let mut first = 0;
    for batch in table.read(&[at], None)? {
        let batch = batch.map_err(broken)?;
        let Some(column) = batch.column(0).as_primitive_opt::<Int64Type>() else {
            return Ok(None);
        };
        for (i, account) in column.values().iter().enumerate() {
            if marks[slot(*account)] && wanted.binary_search(account).is_ok() {
                rows.push(first + i as u32);
            }
        }
        first += batch.num_rows() as u32;
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(Some(Hits { rows }))
}

fn add(
    context: &SessionContext,
    tables: &mut HashMap<String, Arc<Table>>,
    table: &Table,
    (hits, more): Found,
    beside: Option<Arc<Beside>>,
    few: bool,
) -> Result<Arc<SharedProbe>, EngineError> {
    let table = Arc::new(table.clone());
    let sorted_by = register(&table.name).map_or(&[][..], |r| r.sorted_by);
    let probe = SharedProbe::new(table.clone(), hits, more, sorted_by, beside);
    let provider = Arc::new(if few { probe.holding() } else { probe });
    context
        .register_table(table.name.as_str(), provider.clone())
        .map_err(|e| EngineError::Table(table.name.clone(), e.to_string()))?;
    tables.insert(table.name.clone(), table);
    Ok(provider)
}

/// The people a run can be about, from the registers and, where a rule asks for them, applicants.
pub(super) fn people(inputs: &Inputs, classes: &HashMap<String, u8>) -> Result<People, EngineError> {
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
            let flagged = flag.map(|_| batch.column(1).as_boolean());
            let mut last = None;
            for (i, key) in batch.column(0).as_primitive::<Int64Type>().values().iter().enumerate() {
                let class = if flagged.is_none_or(|f| f.value(i)) { yes } else { no };
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
    let mut few = Vec::new();
    // Classes that a department's own list makes.
    for (class, list) in [(class::APPLICANT, "house_renovation"), (class::OFFICIAL, "payroll")] {
        if let Some(among) = inputs.among.as_ref().filter(|_| wanted & class != 0) {
            // Whoever of them is on the list: a rule joins with it anyway.
            few.extend(among.people.iter().map(|key| (*key, class)));
            continue;
        }
        let table = inputs.snapshots.iter().find(|(t, _)| t.name == list);
        if let Some((table, _)) = table.filter(|_| wanted & class != 0) {
            take(table, None, class, 0)?;
        }
    }
    named.extend(few);
    Ok(People::of(named))
}

/// Joins stay in one partition: the tables are small once probed, and two rules run side by side instead.
fn context(bounds: &Bounds, standing: Arc<Standing>) -> Result<SessionContext, EngineError> {
    let mut config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(8_192)
        .with_information_schema(false)
        .with_extension(standing);
    let options = config.options_mut();
    options.execution.parquet.pushdown_filters = false;
    // Testing every row against a set built from the other side costs more here than the join itself.
    options.optimizer.enable_dynamic_filter_pushdown = false;
    options.optimizer.max_passes = 1;
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(bounds.memory_bytes, 1.0)
        .build_arc()
        .map_err(|e| EngineError::Freeze(e.to_string()))?;
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .with_physical_optimizer_rule(Arc::new(Breathing))
        .build();
    let context = SessionContext::new_with_state(state);
    functions::register(&context);
    Ok(context)
}
