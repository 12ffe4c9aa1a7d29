//! Projects in a small county: steps taken and refused, draws repeated, yields shared, pages read.

mod assets;
mod bargains;
mod draws;
mod entering;
mod illegal;
mod imports;
mod life;
mod lists;
mod pages;
mod support;
mod year_plan;
