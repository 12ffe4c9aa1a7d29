//! Asking about oneself (查我的).
//!
//! An ID number is no secret: alone it shows only what anybody could read on the lists. One's own detail takes a
//! second proof, a code sent to the registered phone. Whether a number is registered can be told neither from the
//! answer nor from the time it takes: each step does the same work for a number nobody has.

pub(crate) mod limit;
pub(crate) mod proof;
pub(crate) mod record;
pub(crate) mod sender;
pub(crate) mod visitor;
