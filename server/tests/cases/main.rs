//! Published cases through the pages a person uses: files sent up, a comparison begun, the figures read where they stand.
//! No figure is entered anywhere; rules find them in records.

mod graph;
mod lawful;
mod levels;
mod linking;
mod menu;
mod night;
mod published;
mod refresh;
mod resume;
mod swift;
mod world;
