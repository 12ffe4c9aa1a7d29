//! The procedures and the file of a household, on both databases.

mod county;
mod files;
mod import;
mod steps;
