//! The shared probe as a table of SQL.
//!
//! A department table shows only the rows about people of the run. Every rule joins its department tables with
//! registers of these people, so a row left out could never have been part of an answer; leaving it out before
//! anything but its key is decoded is what makes a run cheap.
//!
//! Beside its own columns such a table has `register_name` and `register_region`: what our register of people says of
//! the same person, empty for a stranger. Asking them costs no join.
//!
//! A step of a plan knows its table by name alone and finds it in the session that runs it ([`Standing`]). So a plan
//! outlives its session and holds nothing of anybody.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use arrow::{
    array::{ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions},
    buffer::NullBuffer,
    compute::{concat_batches, filter_record_batch},
    datatypes::{Field, Int64Type, Schema, SchemaRef},
    error::ArrowError,
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{DataFusionError, Result, Statistics, stats::Precision, tree_node::TreeNodeRecursion},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, TableProviderFilterPushDown, TableType},
    physical_expr::{EquivalenceProperties, LexOrdering, PhysicalExpr, PhysicalSortExpr, expressions::Column},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, ReplaceChildrenOptions,
        StatisticsArgs,
        execution_plan::{Boundedness, EmissionType},
        stream::RecordBatchStreamAdapter,
    },
};

use intake::contract::KEY_COLUMN;
use probe::{Beside, Hits, Table};

/// A table of a run, with the rows that concern it.
#[derive(Debug)]
pub(super) struct SharedProbe {
    table: Arc<Table>,
    /// `None` shows all rows.
    hits: Option<Arc<Hits>>,
    /// Rows of a like table that follow: those linked to people of the run.
    more: Vec<(Arc<Table>, Arc<Hits>)>,
    /// Columns by which the rows are sorted.
    sorted_by: &'static [&'static str],
    /// The register of people, for department tables sorted by person.
    beside: Option<Arc<Beside>>,
    /// The table's own columns, then those beside.
    schema: SchemaRef,
    /// Columns once read, where the rows are few: thirty rules ask for the same ones.
    held: Option<Mutex<HashMap<usize, ArrayRef>>>,
}

/// The tables of a session by name.
#[derive(Debug, Default)]
pub(super) struct Standing(OnceLock<HashMap<String, Arc<SharedProbe>>>);

impl Standing {
    pub(super) fn of(&self, tables: HashMap<String, Arc<SharedProbe>>) {
        // A session is opened once.
        let _ = self.0.set(tables);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<SharedProbe>> {
        self.0.get().and_then(|tables| tables.get(name))
    }
}

/// Columns of tables with more rows are read anew by each rule.
const MOST_HELD_ROWS: usize = 1 << 17;
/// Rows handed on at once.
const SLICE_ROWS: usize = 8_192;

impl SharedProbe {
    pub(super) fn new(
        table: Arc<Table>,
        hits: Option<Arc<Hits>>,
        more: Vec<(Arc<Table>, Arc<Hits>)>,
        sorted_by: &'static [&'static str],
        beside: Option<Arc<Beside>>,
    ) -> SharedProbe {
        let schema = match &beside {
            None => table.schema().clone(),
            Some(beside) => {
                let own = table.schema().fields().iter().cloned();
                let fields: Vec<Arc<Field>> = own.chain(beside.fields().iter().cloned().map(Arc::new)).collect();
                Arc::new(Schema::new(fields))
            }
        };
        SharedProbe {
            table,
            hits,
            more,
            sorted_by,
            beside,
            schema,
            held: None,
        }
    }

    /// Keeps columns once read until the session ends, for a check of a few people.
    pub(super) fn holding(mut self) -> SharedProbe {
        self.held = (self.rows() <= MOST_HELD_ROWS).then(Mutex::default);
        self
    }

    /// The schema of these columns.
    pub(super) fn columns_schema(&self, columns: &[usize]) -> Result<SchemaRef> {
        Ok(Arc::new(self.schema.project(columns)?))
    }

    fn rows(&self) -> usize {
        let linked: usize = self.more.iter().map(|(_, hits)| hits.rows.len()).sum();
        linked + self.hits.as_ref().map_or(self.table.rows(), |h| h.rows.len())
    }

    /// The step of a plan that reads these columns of rows whose columns `told` are not empty.
    pub(super) fn reading(&self, columns: Vec<usize>, told: Vec<usize>) -> Result<SharedProbeExec> {
        let schema = self.columns_schema(&columns)?;
        let mut properties = EquivalenceProperties::new(schema.clone());
        let order: Vec<PhysicalSortExpr> = self
            .sorted_by
            .iter()
            .map_while(|name| {
                schema
                    .index_of(name)
                    .ok()
                    .map(|i| PhysicalSortExpr::new_default(Arc::new(Column::new(name, i))))
            })
            .collect();
        if let Some(order) = LexOrdering::new(order) {
            properties.add_ordering(order);
        }
        let properties = PlanProperties::new(
            properties,
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(SharedProbeExec {
            name: self.table.name.clone(),
            looked_at: self.columns_schema(&with(&columns, &told))?,
            columns,
            told,
            schema,
            rows: self.rows(),
            properties: Arc::new(properties),
        })
    }

    /// These columns of the rows that concern the session and are not empty in the columns `told`.
    fn told(&self, columns: &[usize], told: &[usize]) -> Result<Batches> {
        if told.is_empty() {
            return self.batches(columns);
        }
        let all = with(columns, told);
        let marks: Vec<usize> = (0..all.len()).filter(|at| told.contains(&all[*at])).collect();
        let shown: Vec<usize> = (0..columns.len()).collect();
        Ok(Box::new(self.batches(&all)?.map(move |batch| {
            let batch = batch?;
            let marks = marks.iter().map(|at| batch.column(*at).nulls());
            let nulls = marks.fold(None, |all, nulls| NullBuffer::union(all.as_ref(), nulls));
            let batch = match nulls.filter(|nulls| nulls.null_count() > 0) {
                Some(nulls) => filter_record_batch(&batch, &BooleanArray::new(nulls.into_inner(), None))?,
                None => batch,
            };
            batch.project(&shown)
        })))
    }

    /// The column that an expression says is not empty, if it is one that stands beside.
    fn told_by(&self, filter: &Expr) -> Option<usize> {
        let Expr::IsNotNull(told) = filter else { return None };
        let Expr::Column(column) = told.as_ref() else {
            return None;
        };
        let at = self.schema.index_of(&column.name).ok()?;
        (at >= self.table.schema().fields().len()).then_some(at)
    }

    /// These columns of the rows that concern the session.
    fn batches(&self, columns: &[usize]) -> Result<Batches> {
        let Some(held) = &self.held else {
            return self.read(columns);
        };
        let mut known = held.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: BTreeSet<usize> = columns.iter().copied().filter(|c| !known.contains_key(c)).collect();
        if !missing.is_empty() {
            let missing: Vec<usize> = missing.into_iter().collect();
            let read = self.read(&missing)?.collect::<Result<Vec<_>, _>>()?;
            let all = concat_batches(&self.columns_schema(&missing)?, &read)?;
            known.extend(missing.into_iter().zip(all.columns().iter().cloned()));
        }
        let arrays = columns.iter().filter_map(|c| known.get(c).cloned()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows()));
        let whole = RecordBatch::try_new_with_options(self.columns_schema(columns)?, arrays, &options)?;
        let slices = (0..whole.num_rows()).step_by(SLICE_ROWS);
        Ok(Box::new(slices.map(move |from| {
            Ok(whole.slice(from, SLICE_ROWS.min(whole.num_rows() - from)))
        })))
    }

    /// The same from the file.
    fn read(&self, columns: &[usize]) -> Result<Batches> {
        let external = |e: probe::ProbeError| DataFusionError::External(Box::new(e));
        let own = self.table.schema().fields().len();
        let Some(beside) = self.beside.as_ref().filter(|_| columns.iter().any(|c| *c >= own)) else {
            return self.own(columns).map_err(external);
        };
        let mut walk = beside.walk().map_err(external)?;
        let key = self.table.schema().index_of(KEY_COLUMN)?;
        let mut read: Vec<usize> = columns.iter().copied().filter(|c| *c < own).collect();
        read.push(key);
        let beyond: Vec<usize> = columns.iter().filter(|c| **c >= own).map(|c| c - own).collect();
        let reader = self.own(&read).map_err(external)?;
        let (columns, schema) = (columns.to_vec(), self.columns_schema(columns)?);
        Ok(Box::new(reader.map(move |batch| {
            let batch = batch?;
            let people = batch.column(batch.num_columns() - 1).as_primitive::<Int64Type>();
            let mut beside = walk.beside(people.values(), &beyond)?.into_iter();
            let mut mine = batch.columns().iter().cloned();
            let all: Vec<ArrayRef> = columns
                .iter()
                .filter_map(|c| if *c < own { mine.next() } else { beside.next() })
                .collect();
            RecordBatch::try_new(schema.clone(), all)
        })))
    }

    /// Columns of the table alone: its own rows, then those linked.
    fn own(&self, columns: &[usize]) -> Result<Batches, probe::ProbeError> {
        let own = match &self.hits {
            Some(hits) => self.table.pick(columns, hits.clone())?,
            None => self.table.read(columns, None)?,
        };
        let mut all: Batches = Box::new(own);
        for (table, hits) in &self.more {
            all = Box::new(all.chain(table.pick(columns, hits.clone())?));
        }
        Ok(all)
    }
}

/// Columns, and others that are not among them.
fn with(columns: &[usize], others: &[usize]) -> Vec<usize> {
    let others = others.iter().filter(|other| !columns.contains(other));
    columns.iter().chain(others).copied().collect()
}

/// Rows as they come.
type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

#[async_trait]
impl TableProvider for SharedProbe {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn statistics(&self) -> Option<Statistics> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        // A plan may be asked again of other rows: what it takes for sure it would not count again.
        statistics.num_rows = Precision::Inexact(self.rows());
        Some(statistics)
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns = projection
            .cloned()
            .unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let told = filters.iter().filter_map(|filter| self.told_by(filter)).collect();
        Ok(Arc::new(self.reading(columns, told)?))
    }

    /// That the register knows somebody is seen while reading, and needs no step of its own.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let done = |filter: &&Expr| match self.told_by(filter) {
            Some(_) => TableProviderFilterPushDown::Exact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(done).collect())
    }
}

/// Reads the columns of the rows found.
#[derive(Debug)]
pub(super) struct SharedProbeExec {
    name: String,
    columns: Vec<usize>,
    /// Columns that are not empty in the rows shown.
    told: Vec<usize>,
    schema: SchemaRef,
    /// The schema of both.
    looked_at: SchemaRef,
    rows: usize,
    properties: Arc<PlanProperties>,
}

impl SharedProbeExec {
    pub(super) fn table_name(&self) -> &str {
        &self.name
    }

    /// Everything it looks at: what it shows, and what must not be empty.
    pub(super) fn looks_at(&self) -> (Vec<usize>, SchemaRef) {
        (with(&self.columns, &self.told), self.looked_at.clone())
    }
}

impl DisplayAs for SharedProbeExec {
    fn fmt_as(&self, _t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedProbeExec: {} {} rows", self.name, self.rows)
    }
}

impl ExecutionPlan for SharedProbeExec {
    fn name(&self) -> &str {
        "SharedProbeExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, _partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let standing = context.session_config().get_extension::<Standing>();
        let table = standing.as_ref().and_then(|tables| tables.get(&self.name));
        let table = table.ok_or_else(|| DataFusionError::Plan(format!("{} is not there", self.name)))?;
        let batches = table.told(&self.columns, &self.told)?;
        let batches = futures::stream::iter(batches.map(|batch| batch.map_err(DataFusionError::from)));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), batches)))
    }

    fn statistics_from_inputs(&self, _inputs: &[Arc<Statistics>], _args: &StatisticsArgs) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Inexact(self.rows);
        Ok(Arc::new(statistics))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arrow::array::{Int64Array, StringArray};

    use crate::engine::{Inputs, Session, encode_batches};

    use super::*;

    fn table(name: &str, columns: [(&str, ArrayRef); 3]) -> Table {
        let columns = columns.map(|(name, values)| (name, values, name != KEY_COLUMN));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        Table::from_bytes(name, "", encode_batches(&[batch]).unwrap()).unwrap()
    }

    fn longs(values: [Option<i64>; 3]) -> ArrayRef {
        Arc::new(Int64Array::from(values.to_vec()))
    }

    fn texts(values: [&str; 3]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    /// The lines of cars that a question yields. Cars are of 1, 3 and 4; the register knows 1, 2 and 4, and not where 4 lives.
    fn lines(asking: &str) -> Vec<i64> {
        let keys = |keys: [i64; 3]| longs(keys.map(Some));
        let persons = [
            (KEY_COLUMN, keys([1, 2, 4])),
            ("name", texts(["张三", "李四", "王五"])),
            ("region", longs([Some(7), Some(8), None])),
        ];
        let cars = [
            (KEY_COLUMN, keys([1, 3, 4])),
            ("owner", texts(["张三", "赵六", "王武"])),
            ("line", keys([10, 30, 40])),
        ];
        let inputs = Inputs {
            registers: vec![table("persons", persons)],
            snapshots: vec![(table("cars", cars), true)],
            ..Inputs::default()
        };
        let session = Session::open(&inputs, &HashMap::new()).unwrap();
        let mut lines = Vec::new();
        let mut take = |batch: RecordBatch| {
            lines.extend(batch.column(0).as_primitive::<Int64Type>().values());
            Ok(())
        };
        testkit::run(session.query_each("A-99", asking, &mut take)).unwrap();
        lines
    }

    #[test]
    fn whom_the_register_does_not_know_is_left_out_where_a_question_says_so() {
        assert_eq!(lines("SELECT line FROM cars"), [10, 30, 40]);
        assert_eq!(lines("SELECT line FROM cars WHERE register_name IS NOT NULL"), [10, 40]);
        let place = "SELECT line, register_region FROM cars WHERE register_region IS NOT NULL AND line > 5";
        assert_eq!(lines(place), [10]);
        assert_eq!(
            lines("SELECT COUNT(*) FROM cars WHERE register_name IS NOT NULL AND register_region IS NOT NULL"),
            [1]
        );
        assert_eq!(lines("SELECT line FROM cars WHERE register_region IS NULL"), [30, 40]);
    }
}
