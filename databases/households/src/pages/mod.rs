//! The pages of the register.

pub(crate) mod audit;
mod blocks;
pub(crate) mod bulk;
pub(crate) mod bulk_done;
pub(crate) mod campaign_export;
pub(crate) mod campaigns;
pub(crate) mod card;
pub(crate) mod cases;
pub(crate) mod edit;
pub(crate) mod enter;
pub(crate) mod export;
pub(crate) mod export_members;
mod filled;
mod history;
pub(crate) mod household;
pub(crate) mod list;
pub(crate) mod measure_list;
mod measures;
pub(crate) mod new;
pub(crate) mod perform;
pub(crate) mod reveal;
mod sections;
pub(crate) mod split;
mod step;
pub(crate) mod support;
pub(crate) mod timeline;
