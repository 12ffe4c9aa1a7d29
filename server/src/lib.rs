//! The binary's parts: the command line, the list of modules, an installation on disk, the demo county.

pub mod commands;
pub mod demo;
mod installation;
mod modules;
mod seams;
mod serving;

pub use installation::{Installation, Settings};
pub use modules::{modules, parts};
