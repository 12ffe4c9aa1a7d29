//! What was done, to what, where, why.

use kernel::RegionCode;
use serde_json::{Value, json};

/// One act, to be written beside the rows it changed.
#[derive(Clone, Debug)]
pub struct Act {
    /// `finding.verify`: the same names as the actions of policies.
    pub name: &'static str,
    /// `finding:123`: the first thing it was done to.
    pub subject: String,
    pub region: Option<RegionCode>,
    /// Why a sensitive thing was looked at or done.
    pub purpose: Option<String>,
    /// Before and after, counts, hashes. Never an ID number.
    pub detail: Value,
}

impl Act {
    pub fn new(name: &'static str, subject: impl Into<String>) -> Act {
        Act {
            name,
            subject: subject.into(),
            region: None,
            purpose: None,
            detail: json!({}),
        }
    }

    pub fn in_region(mut self, region: RegionCode) -> Act {
        self.region = Some(region);
        self
    }

    pub fn for_purpose(mut self, purpose: impl Into<String>) -> Act {
        self.purpose = Some(purpose.into());
        self
    }

    pub fn with(mut self, detail: Value) -> Act {
        self.detail = detail;
        self
    }
}
