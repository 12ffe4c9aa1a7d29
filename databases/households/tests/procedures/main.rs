//! The procedures and the file of a household, on both databases.

mod bulk;
mod county;
mod desk;
mod files;
mod frozen;
mod import;
mod lists;
mod means;
mod plans;
mod steps;
