//! The pages of the library: the desk's, and those open to everyone.

mod desk;
mod desk_list;
mod form;
mod open;
mod papers;

use records::flow::Code;
use serde::Deserialize;
use web::{Routes, parts::Pair};

use crate::{
    model::{Category, Governs},
    store::{Asked, Policy},
};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/policies", "public.policies", open::list)
        .get("/policies/{id}", "public.policies", open::show)
        .get("/policies/{id}/print", "public.policies", open::print)
        .get("/policies/{id}/papers/{digest}", "public.policies", papers::open)
        .get("/desk/policies", "policy.read", desk_list::list)
        .get("/desk/policies.xlsx", "policy.read", desk_list::export)
        .get("/desk/policies/new", "policy.enter", form::blank)
        .post("/desk/policies/new", "policy.enter", form::enter)
        .get("/desk/policies/{id}", "policy.read", desk::show)
        .get("/desk/policies/{id}/edit", "policy.enter", form::edit)
        .post("/desk/policies/{id}/edit", "policy.enter", form::amend)
        .post("/desk/policies/{id}/steps/{act}", "policy.step", desk::step)
        .post_upload("/desk/policies/{id}/papers", "policy.enter", papers::attach)
        .get("/desk/policies/{id}/papers/{digest}", "policy.read", papers::desk)
        .post(
            "/desk/policies/{id}/papers/{digest}/remove",
            "policy.enter",
            papers::remove,
        )
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    q: String,
    category: String,
    issuer: String,
    state: String,
    page: String,
}

impl ListQuery {
    fn asked(&self, public: bool) -> Asked<'_> {
        Asked {
            text: &self.q,
            category: &self.category,
            issuer: &self.issuer,
            state: if public { "" } else { &self.state },
            public,
        }
    }

    fn page(&self) -> u64 {
        self.page.parse().unwrap_or(1).max(1)
    }

    /// The query without its page, for links.
    fn text(&self, public: bool) -> String {
        web::query_of([
            ("q", self.q.as_str()),
            ("category", &self.category),
            ("issuer", &self.issuer),
            ("state", if public { "" } else { &self.state }),
        ])
    }
}

/// Categories to choose from, the first for all.
pub(crate) fn categories() -> Vec<(&'static str, &'static str)> {
    let named = Category::ALL.iter().map(|c| (c.id(), c.title()));
    std::iter::once(("", "全部类别")).chain(named).collect()
}

/// What is known of a document; what is not known is said to be so.
pub(crate) fn pairs(p: &Policy) -> Vec<Pair> {
    let known = |text: &str| {
        if text.is_empty() {
            "未登记".to_owned()
        } else {
            text.to_owned()
        }
    };
    let mut pairs = vec![
        Pair::new("发文单位", p.issuer.clone()),
        Pair::new("文号", known(&p.doc_no)),
        Pair::new("类别", p.category()),
        Pair::new("适用地区", p.place.clone()),
        Pair::new("发文日期", known(&p.issued)),
        Pair::new("施行日期", known(&p.effective_on)),
        Pair::new("涉及资金", known(&p.fund_type)),
    ];
    if let Some(governs) = Governs::parse(&p.governs) {
        pairs.push(Pair::new("作为依据", governs.title()));
    }
    if !p.source.is_empty() {
        pairs.push(Pair::new("来源", p.source.clone()));
    }
    pairs
}
