//! The directory as people meet it: signing in, managing accounts, the record, on both databases.

mod accounts;
mod duties;
mod roles;
mod sign_in;
mod stores;
mod support;
