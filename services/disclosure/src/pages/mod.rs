//! The pages anybody may open. Every view has its own address and works as plain links and forms.

mod about;
mod duties;
mod home;
mod mine;
mod notices;
mod outbox;
pub(crate) mod overview;
mod payments;
mod place;
mod programme;
mod programmes;
mod rules;
mod village;
mod villages;

use directory::RegionTree;
use kernel::{AppError, AppResult, RegionCode};
use serde::Deserialize;
use web::{Ctx, Routes, parts::Tab};

/// Rows on a page.
pub(crate) const PAGE_ROWS: u64 = 50;
/// No list is longer; a larger number in an address is a mistake or a trick.
const LAST_PAGE: u64 = 100_000;

pub(crate) fn routes(routes: Routes) -> Routes {
    notices::routes(routes)
        .get("/", "public.read", home::show)
        .get("/programmes", "public.read", programmes::show)
        .get("/programmes/{code}", "public.read", programme::show)
        .get("/programmes/{code}/{region}", "public.read", place::show)
        .get("/villages", "public.read", villages::show)
        .get("/villages/{region}", "public.read", village::show)
        .get("/rules", "public.read", rules::show)
        .get("/duties", "public.read", duties::show)
        .get("/about", "public.read", about::show)
        .get("/mine", "own.ask", mine::ask::show)
        .post("/mine", "own.look", mine::ask::look)
        .get("/mine/public", "own.ask", mine::found::show)
        .post("/mine/code", "own.code", mine::code::send)
        .post("/mine/open", "own.open", mine::open::submit)
        .get("/mine/detail", "own.ask", mine::detail::show)
        .post("/mine/close", "own.close", mine::close::submit)
        .get("/desk/outbox", "outbox.read", outbox::show)
}

/// What addresses of lists carry: a year, a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    year: String,
    page: String,
}

impl ListQuery {
    /// The year; anything that is none stands for all years.
    pub(crate) fn year(&self) -> Option<i32> {
        self.year.parse().ok().filter(|year| (1990..=2200).contains(year))
    }

    pub(crate) fn page(&self) -> u64 {
        self.page.parse().unwrap_or(1).clamp(1, LAST_PAGE)
    }

    /// The same view in the address of another page.
    pub(crate) fn query(&self) -> String {
        self.year().map(|year| format!("year={year}")).unwrap_or_default()
    }

    /// As [`ListQuery::query`], to be put behind a path.
    pub(crate) fn tail(&self) -> String {
        self.year().map(|year| format!("?year={year}")).unwrap_or_default()
    }

    pub(crate) fn period(&self) -> String {
        self.year()
            .map_or_else(|| "历年合计".to_owned(), |year| format!("{year} 年"))
    }

    /// All years and each of them, as links.
    pub(crate) fn tabs(&self, path: &str, years: &[i32]) -> Vec<Tab> {
        let here = self.year();
        let all = Tab {
            title: "历年合计".to_owned(),
            href: path.to_owned(),
            active: here.is_none(),
            count: None,
        };
        let of = |year: &i32| Tab {
            title: format!("{year} 年"),
            href: format!("{path}?year={year}"),
            active: here == Some(*year),
            count: None,
        };
        std::iter::once(all).chain(years.iter().map(of)).collect()
    }
}

/// The last page there is, for a list of this many rows.
pub(crate) fn last_page(rows: u64) -> u64 {
    rows.div_ceil(PAGE_ROWS).max(1)
}

/// A division of this installation by the digits in an address.
pub(crate) fn place_of(ctx: &Ctx, tree: &RegionTree, digits: &str) -> AppResult<RegionCode> {
    digits
        .parse()
        .ok()
        .filter(|code| ctx.config.area.contains(*code) && tree.get(*code).is_some())
        .ok_or_else(|| AppError::not_found("没有这个镇街、社区或村。请从“按村查”重新选择。"))
}

/// `李庄镇 新兴社区 小马庄村`: the way inside the county, with the offices' long names cut.
pub(crate) fn way_to(tree: &RegionTree, place: RegionCode) -> String {
    let steps: Vec<String> = tree.path_in_county(place).split(' ').map(short_name).collect();
    steps.join(" ")
}

/// The public list names villages by their committees: `新兴社区村民委员会` is 新兴社区, `李家村民委员会` 李家村.
pub(crate) fn short_name(name: &str) -> String {
    for (office, place) in [
        ("村民委员会", "村"),
        ("居民委员会", "社区"),
        ("村委会", "村"),
        ("居委会", "社区"),
    ] {
        match name.strip_suffix(office) {
            None | Some("") => {}
            Some(short) if short.ends_with("村") || short.ends_with("社区") => return short.to_owned(),
            Some(short) => return format!("{short}{place}"),
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn committees_are_named_by_their_place() {
        assert_eq!(short_name("新兴社区村民委员会"), "新兴社区");
        assert_eq!(short_name("李家村民委员会"), "李家村");
        assert_eq!(short_name("东关居民委员会"), "东关社区");
        assert_eq!(short_name("前王村"), "前王村");
        assert_eq!(short_name("村民委员会"), "村民委员会");
    }
}
