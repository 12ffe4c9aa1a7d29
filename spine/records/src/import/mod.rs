//! Import of a register by template: upload, look at what would change, then apply or refuse.
//!
//! A register says how its rows read (a contract), what they would do ([`Register::look`], which writes nothing) and
//! how that is done ([`Register::apply`], inside one recorded transaction). Everything people see in between is here
//! and the same for all registers: progress, rows set aside with line, column and reason, the file of returned rows,
//! the choice between the good rows and nothing. Because `look` compares with what the register holds, the same file
//! twice changes nothing. The file itself is kept sealed, so that what was applied can be read again later.

mod batch;
pub mod pages;
mod work;

use access::Actor;
use async_trait::async_trait;
use intake::{CellError, contract::Contract, table::Table};
use kernel::{AppError, AppResult};
use serde::{Deserialize, Serialize};
use trail::RecordedTx;
use web::App;

/// A register that takes files. Routes come with [`crate::import_routes!`].
#[async_trait]
pub trait Register: Send + Sync + 'static {
    /// What `apply` needs to know of one record.
    type Change: Send + Sync + 'static;

    /// Path of the page, as in [`crate::import_routes!`].
    const PATH: &'static str;
    /// Title and path of the register's list.
    const BACK: (&'static str, &'static str);
    /// What a clerk should know before filling the template; one sentence, may be empty.
    const NOTE: &'static str;

    /// The template; [`contract`] parses it.
    fn contract() -> AppResult<Contract>;

    /// Says of every row of `table` without faults what it would do: a change, nothing, or why it is set aside.
    /// Rows outside the actor's scope are set aside. Writes nothing.
    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Self::Change>) -> AppResult<()>;

    /// Makes the changes. `look` ran shortly before, outside the transaction: what must hold is checked again here.
    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Self::Change>) -> AppResult<()>;
}

/// Parses a template that the crate embeds; a fault in it is ours.
pub fn contract(name: &str, text: &str) -> AppResult<Contract> {
    Contract::parse(name, text).map_err(AppError::internal)
}

/// What a row does to the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    New,
    Updated,
}

impl Effect {
    pub fn title(self) -> &'static str {
        match self {
            Effect::New => "新增",
            Effect::Updated => "更新",
        }
    }
}

/// One record that would change, for the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Lines of the file that say so.
    pub lines: Vec<u64>,
    pub effect: Effect,
    /// In words, without ID numbers: `李四（配偶）：健康状况 健康→患有大病`.
    pub what: String,
}

/// What a file would do.
pub struct Outlook<C> {
    planned: Vec<Planned>,
    changes: Vec<C>,
    unchanged: u64,
    aside: Vec<CellError>,
}

impl<C> Default for Outlook<C> {
    fn default() -> Self {
        Outlook {
            planned: Vec::new(),
            changes: Vec::new(),
            unchanged: 0,
            aside: Vec::new(),
        }
    }
}

impl<C> Outlook<C> {
    /// A record that would be new or otherwise.
    pub fn change(&mut self, lines: Vec<u64>, effect: Effect, what: impl Into<String>, change: C) {
        self.planned.push(Planned {
            lines,
            effect,
            what: what.into(),
        });
        self.changes.push(change);
    }

    /// A row that says what the register says already.
    pub fn unchanged(&mut self) {
        self.unchanged += 1;
    }

    /// A row that cannot be taken; `fault` comes from [`Table::fault`].
    pub fn aside(&mut self, fault: CellError) {
        self.aside.push(fault);
    }
}

/// Faults and changes a page lists; all returned rows are in the file.
const LISTED: usize = 300;

/// The outcome of a look, as it is kept and shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub format: String,
    pub unused_columns: Vec<String>,
    pub rows: u64,
    pub aside: u64,
    pub new: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub faults: Vec<CellError>,
    pub planned: Vec<Planned>,
    /// Stands for all of it: the same file at the same state of the register gives the same.
    pub digest: String,
}

/// The routes of a register's import page.
///
/// ```ignore
/// routes = records::import_routes!(routes, "/desk/households/import", "household.import", HouseholdImport);
/// ```
#[macro_export]
macro_rules! import_routes {
    ($routes:expr, $path:literal, $action:literal, $register:ty) => {
        $routes
            .get($path, $action, $crate::import::pages::form::<$register>)
            .post_upload($path, $action, $crate::import::pages::take::<$register>)
            .get(
                concat!($path, "/template.xlsx"),
                $action,
                $crate::import::pages::template::<$register>,
            )
            .get(
                concat!($path, "/{id}"),
                $action,
                $crate::import::pages::show::<$register>,
            )
            .get(
                concat!($path, "/{id}/progress"),
                $action,
                $crate::import::pages::progress::<$register>,
            )
            .get(
                concat!($path, "/{id}/returned.xlsx"),
                $action,
                $crate::import::pages::returned::<$register>,
            )
            .post(
                concat!($path, "/{id}"),
                $action,
                $crate::import::pages::decide::<$register>,
            )
    };
}
