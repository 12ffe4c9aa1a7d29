//! The shells of the three layers: routes that cannot exist without a policy, sessions, CSRF, pages and errors.
//!
//! A module hands over one [`Module`] value; [`router`] puts the modules together. A handler takes a [`Ctx`]
//! (who asks, may they), and returns a [`Page`].

mod app;
mod assets;
mod caller;
mod csrf;
mod ctx;
mod errors;
pub mod export;
mod headers;
mod module;
pub mod parts;
mod progress;
mod query;
mod router;
mod sessions;
mod shell;

pub use app::{Accounts, App, AppBuilder, Config, SignedIn};
pub use caller::Caller;
pub use ctx::{Ctx, download};
pub use errors::{Page, WebError, html, refused, refused_as};
pub use module::{Layer, MenuEntry, Module, RouteInfo, Routes};
pub use progress::{Progress, ProgressHandle, ProgressState};
pub use query::query_of;
pub use router::router;
pub use sessions::end_sessions;
pub use shell::*;

/// The tables of this crate.
pub const MIGRATIONS: &[store::SqlMigration] = &[store::SqlMigration {
    name: "web_0001_sessions",
    up: include_str!("../migrations/0001_sessions.sql"),
}];
