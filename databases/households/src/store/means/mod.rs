//! 家庭经济状况核对: requests to the city's system for households that have authorised it, and what came back.

mod answers;
mod request;
mod reveal;

pub(crate) use answers::{Answer, PersonOf, answer, held, people};
pub use answers::{AnswerRow, Verdict, answers_of, count_answers, verdict};
pub use request::{LeftOut, Person, Proposal, Request, approve, count, make, page_of, propose, request, requested};
pub use reveal::{Fetched, fetch};

/// The eight kinds the city's system answers for (001-09), by the names of their data sets.
pub const KINDS: [(&str, &str); 8] = [
    ("vehicles", "车辆"),
    ("farm_machines", "农机"),
    ("social_insurance", "社保"),
    ("provident_fund", "公积金缴存"),
    ("tax", "纳税"),
    ("real_estate", "住房"),
    ("deposits", "存款"),
    ("securities", "证券"),
];
