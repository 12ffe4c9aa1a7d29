//! The declarations of cadres and the list of their posts, as last delivered: read once, kept until the next delivery.
//!
//! Four thousand cadres with thirty thousand relatives are some megabytes; an index by person makes a look-up free.

use std::{collections::HashMap, fs::File, path::Path, sync::Arc};

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{Int8Type, Int32Type, Int64Type},
};
use comparison::{
    snapshot::Snapshot,
    sources::{Sources, current_sources},
};
use kernel::{AppError, AppResult, Date, IdStatus, period::from_epoch_days};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tokio::sync::Mutex;
use web::App;

use crate::model::graph::Post;

/// A relative as a cadre declared him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) cadre: i64,
    pub(crate) cadre_name: String,
    pub(crate) relative: i64,
    pub(crate) name: String,
    /// GB/T 4761: what the relative is to the cadre.
    pub(crate) code: String,
    pub(crate) filed: bool,
    /// Whether both numbers passed their check.
    pub(crate) numbers_pass: bool,
}

/// A cadre with all posts, the present ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cadre {
    pub(crate) key: i64,
    pub(crate) name: String,
    pub(crate) posts: Vec<Post>,
}

/// Both lists, by person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    cadres: Vec<Cadre>,
    cadre_at: HashMap<i64, usize>,
    declared: Vec<Declared>,
    by_cadre: HashMap<i64, Vec<usize>>,
    by_relative: HashMap<i64, Vec<usize>>,
}

impl Lists {
    fn of(mut cadres: Vec<Cadre>, declared: Vec<Declared>) -> Lists {
        cadres.sort_by(|a, b| (a.posts[0].region, &a.name, a.key).cmp(&(b.posts[0].region, &b.name, b.key)));
        let mut lists = Lists {
            cadre_at: cadres.iter().enumerate().map(|(i, c)| (c.key, i)).collect(),
            cadres,
            ..Lists::default()
        };
        for (i, d) in declared.iter().enumerate() {
            lists.by_cadre.entry(d.cadre).or_default().push(i);
            lists.by_relative.entry(d.relative).or_default().push(i);
        }
        lists.declared = declared;
        lists
    }

    /// Everybody with a post, by place and name.
    pub(crate) fn cadres(&self) -> &[Cadre] {
        &self.cadres
    }

    /// All declarations.
    pub(crate) fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// The posts of a person.
    pub(crate) fn cadre(&self, key: i64) -> Option<&Cadre> {
        self.cadre_at.get(&key).map(|&i| &self.cadres[i])
    }

    /// Whom a cadre declared.
    pub(crate) fn by(&self, cadre: i64) -> impl Iterator<Item = &Declared> {
        self.by_cadre
            .get(&cadre)
            .into_iter()
            .flatten()
            .map(|&i| &self.declared[i])
    }

    /// Who declared a person.
    pub(crate) fn about(&self, relative: i64) -> impl Iterator<Item = &Declared> {
        self.by_relative
            .get(&relative)
            .into_iter()
            .flatten()
            .map(|&i| &self.declared[i])
    }
}

/// A part of the app. Whoever comes while the lists are being read waits for them instead of reading them again.
#[derive(Default)]
pub struct Book(Mutex<Option<(String, Arc<Lists>)>>);

/// The lists as last delivered; empty before the first delivery.
pub(crate) async fn lists(app: &App) -> AppResult<Arc<Lists>> {
    let (Ok(book), Ok(sources)) = (app.part::<Book>(), app.part::<Sources>()) else {
        return Ok(Arc::default());
    };
    let current = current_sources(&app.db).await?;
    let hash = |data_set: &str| {
        current
            .iter()
            .find(|c| c.data_set == data_set)
            .map(|c| c.snapshot.clone())
    };
    let (cadres, kin) = (hash("cadres"), hash("cadre_kin"));
    let name = format!("{cadres:?} {kin:?}");
    let mut kept = book.0.lock().await;
    if let Some((_, lists)) = kept.as_ref().filter(|(kept, _)| *kept == name) {
        return Ok(lists.clone());
    }
    let path = |data_set: &str, hash: Option<String>| hash.map(|h| sources.store.path(data_set, &h));
    let (cadres, kin) = (path("cadres", cadres), path("cadre_kin", kin));
    let lists = tokio::task::spawn_blocking(move || {
        let posts = cadres.map(|p| read_cadres(&p)).transpose()?.unwrap_or_default();
        let declared = kin.map(|p| read_declared(&p)).transpose()?.unwrap_or_default();
        Ok::<_, AppError>(Arc::new(Lists::of(posts, declared)))
    })
    .await
    .map_err(AppError::internal)??;
    *kept = Some((name, lists.clone()));
    Ok(lists)
}

fn read_cadres(path: &Path) -> AppResult<Vec<Cadre>> {
    let titles = Snapshot::open(path).map_err(AppError::internal)?.contract;
    let kinds = titles.column("kind").map(|c| c.codes.clone()).unwrap_or_default();
    let mut cadres: HashMap<i64, Cadre> = HashMap::new();
    for batch in batches(path)? {
        for i in 0..batch.num_rows() {
            let Some(key) = whole(&batch, "person_key", i) else {
                continue;
            };
            let kind = text(&batch, "kind", i);
            let post = text(&batch, "post", i);
            let title = if post.is_empty() {
                kinds.get(&kind).cloned().unwrap_or_default()
            } else {
                post
            };
            let cadre = cadres.entry(key).or_insert_with(|| Cadre {
                key,
                name: text(&batch, "name", i),
                posts: Vec::new(),
            });
            cadre.posts.push(Post {
                title,
                region: whole(&batch, "region", i).unwrap_or(0),
                from: day(&batch, "date_from", i),
                to: day(&batch, "date_to", i),
            });
        }
    }
    let mut cadres: Vec<Cadre> = cadres.into_values().collect();
    for cadre in &mut cadres {
        cadre.posts.sort_by_key(|p| (p.to.is_some(), std::cmp::Reverse(p.from)));
    }
    Ok(cadres)
}

fn read_declared(path: &Path) -> AppResult<Vec<Declared>> {
    let mut out = Vec::new();
    for batch in batches(path)? {
        for i in 0..batch.num_rows() {
            let (Some(cadre), Some(relative)) = (whole(&batch, "cadre_key", i), whole(&batch, "person_key", i)) else {
                continue;
            };
            out.push(Declared {
                cadre,
                cadre_name: text(&batch, "cadre_name", i),
                relative,
                name: text(&batch, "name", i),
                code: text(&batch, "kin", i),
                filed: batch
                    .column_by_name("filed")
                    .is_some_and(|c| c.is_valid(i) && c.as_boolean().value(i)),
                numbers_pass: passes(&batch, "id_status", i) && passes(&batch, "cadre_status", i),
            });
        }
    }
    out.sort_by(|a, b| (a.cadre, &a.code, a.relative).cmp(&(b.cadre, &b.code, b.relative)));
    Ok(out)
}

fn batches(path: &Path) -> AppResult<Vec<RecordBatch>> {
    let file = File::open(path).map_err(AppError::internal)?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(8_192).build())
        .map_err(AppError::internal)?
        .collect::<Result<_, _>>()
        .map_err(AppError::internal)
}

fn whole(batch: &RecordBatch, name: &str, i: usize) -> Option<i64> {
    let column = batch.column_by_name(name)?;
    column.is_valid(i).then(|| column.as_primitive::<Int64Type>().value(i))
}

fn text(batch: &RecordBatch, name: &str, i: usize) -> String {
    match batch.column_by_name(name) {
        Some(column) if column.is_valid(i) => column.as_string::<i32>().value(i).to_owned(),
        _ => String::new(),
    }
}

fn day(batch: &RecordBatch, name: &str, i: usize) -> Option<Date> {
    let column = batch.column_by_name(name)?;
    column
        .is_valid(i)
        .then(|| from_epoch_days(column.as_primitive::<Int32Type>().value(i)))
        .flatten()
}

fn passes(batch: &RecordBatch, name: &str, i: usize) -> bool {
    batch.column_by_name(name).is_some_and(|column| {
        let status = column.as_primitive::<Int8Type>().value(i);
        status == IdStatus::Valid as i8 || status == IdStatus::Upgraded as i8
    })
}
