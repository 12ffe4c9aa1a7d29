//! Rows of a department table whose person was found otherwise than by their number, put where the number would have put
//! them: a small table beside the large one, sorted by the person found. Rules never know the difference; what is said
//! about a finding does.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, UInt32Array},
    compute::{concat_batches, take},
};
use intake::contract::KEY_COLUMN;
use probe::{Hits, Table};

use super::{EngineError, encode_batches};
use crate::finding::Confidence;

/// How sure a link is, and why, in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub confidence: Confidence,
    pub told: String,
}

/// What stands beside a department table.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The linked rows under their persons' keys; `None` when there are none.
    pub(crate) rows: Option<Table>,
    /// Places in the department table that no longer count under their own number, ascending.
    pub(crate) set_aside: Arc<Vec<u32>>,
    /// By line of the delivered file.
    pub(crate) about: Arc<HashMap<i64, Link>>,
    /// Lines that bear somebody's number under another's name: they say nothing about the number's owner.
    pub(crate) misused: Arc<HashSet<i64>>,
}

impl Linked {
    /// `links`: place in the table, line, person, and the link itself, ascending by place.
    pub(crate) fn of(
        table: &Table,
        links: impl IntoIterator<Item = (u32, i64, i64, Link)>,
        set_aside: Vec<u32>,
        misused: HashSet<i64>,
    ) -> Result<Linked, EngineError> {
        let (mut hits, mut people, mut about) = (Hits::default(), Vec::new(), HashMap::new());
        for (at, row_no, person, link) in links {
            hits.rows.push(at);
            people.push(person);
            about.insert(row_no, link);
        }
        let rows = (!people.is_empty())
            .then(|| under_persons(table, &hits, &people))
            .transpose()?;
        Ok(Linked {
            rows,
            set_aside: Arc::new(set_aside),
            about: Arc::new(about),
            misused: Arc::new(misused),
        })
    }

    /// Rows of the department table that still count under their number.
    pub(crate) fn own(&self, hits: Hits) -> Hits {
        let mut aside = self.set_aside.iter().peekable();
        let rows = hits.rows.into_iter().filter(|row| {
            while aside.next_if(|next| *next < row).is_some() {}
            aside.peek() != Some(&row)
        });
        Hits { rows: rows.collect() }
    }
}

fn under_persons(table: &Table, hits: &Hits, people: &[i64]) -> Result<Table, EngineError> {
    let broken = |e: arrow::error::ArrowError| EngineError::Table(table.name.clone(), e.to_string());
    let schema = table.schema().clone();
    let every: Vec<usize> = (0..schema.fields().len()).collect();
    let batches: Vec<RecordBatch> = table
        .read(&every, Some(hits))?
        .collect::<Result<_, _>>()
        .map_err(broken)?;
    let all = concat_batches(&schema, &batches).map_err(broken)?;
    if all.num_rows() != people.len() {
        return Err(EngineError::Table(
            table.name.clone(),
            "links of another snapshot".into(),
        ));
    }
    let mut order: Vec<u32> = (0..people.len() as u32).collect();
    order.sort_by_key(|at| (people[*at as usize], *at));
    let places = UInt32Array::from(order);
    let key = schema.index_of(KEY_COLUMN).map_err(broken)?;
    let persons: ArrayRef = Arc::new(Int64Array::from(people.to_vec()));
    let mut columns = Vec::with_capacity(all.num_columns());
    for (at, column) in all.columns().iter().enumerate() {
        let column = if at == key { &persons } else { column };
        columns.push(take(column, &places, None).map_err(broken)?);
    }
    let sorted = RecordBatch::try_new(schema, columns).map_err(broken)?;
    Ok(Table::from_bytes(
        &table.name,
        &table.digest,
        encode_batches(&[sorted])?,
    )?)
}
