//! The warning center: every finding from the moment it is asked to the moment it is answered.

pub mod model;
