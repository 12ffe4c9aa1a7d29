//! The procedures and the file of a household, on both databases.

mod county;
mod desk;
mod files;
mod import;
mod steps;
