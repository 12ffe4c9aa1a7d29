//! The life of a finding, decided without a database: which act is possible when, by whom, and what follows.

mod act;
mod apply;
mod case;
mod deadline;
mod hit_rate;
mod keeper;
mod refusal;
mod sample;
mod stage;
mod table;
mod verdict;

#[cfg(test)]
mod tests;

pub use act::{Act, ActKind, Rectification, Verification};
pub use apply::{Applied, By, Conflict, Effect};

pub use case::{Case, Colour, owner_of, parts_of};
pub use deadline::{Due, Params, Step as DeadlineStep};
pub use hit_rate::{Misfire, Share, Verdicts};
pub use keeper::keeper_of;
pub use refusal::Refusal;
pub use sample::{chosen, draw_hash};
pub use stage::Stage;
pub use table::{Part, TABLE, To, Transition, render as render_state_table};
pub use verdict::{EXCEPTIONS, Verdict, exception_title};
