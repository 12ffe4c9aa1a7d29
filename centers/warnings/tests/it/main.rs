//! The warning center as people and runs meet it, on both databases.

mod absorb;
mod life;
mod lists;
mod looks;
mod misfire;
mod names;
mod papers;
mod results;
mod roles;
mod world;
