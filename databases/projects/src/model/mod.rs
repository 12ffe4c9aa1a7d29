//! What a project office decides, without a database: the flows, the limits, the draws, the shares.

pub mod asset;
pub mod calendar;
pub mod ceilings;
pub mod declare;
pub mod draw;
pub mod entries;
pub mod filled;
pub mod forms;
pub mod guards;
pub mod life;
pub mod parameters;
pub mod plan;
pub mod shares;
pub mod tender;
pub mod views;

pub use asset::{ASSET_FLOW, AssetAct, AssetClass, AssetState, OwnerLevel};
pub use entries::EntryKind;
pub use filled::Filled;
pub use life::{PROJECT_FLOW, ProjectAct, ProjectState};
pub use parameters::Parameters;
pub use plan::ProjectMode;
