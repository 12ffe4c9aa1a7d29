//! The kin graph as a discipline officer meets it, on both databases, and a whole county of cadres.

mod graph;
mod huimin;
mod support;
