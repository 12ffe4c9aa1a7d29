//! Papers of a record: minutes, reports, photos, scans. Judged by content, kept once under their digest, never run
//! by a browser.

mod clean;
mod store;

pub use clean::{MAX_PAPER_BYTES, MAX_PAPERS, PaperKind, clean};
pub use store::{Paper, Upload, attach, bulk, detach, of, read, short_name};
