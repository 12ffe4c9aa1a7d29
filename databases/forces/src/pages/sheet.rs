//! The one form all pages of this module have: facts, tables, forms, history. Pages fill it; it prints.

use askama::Template;
use directory::{AreaQuery, RegionTree};
use kernel::{AppError, AppResult, ErrorKind, RegionCode};
use records::{
    filters::Bar,
    flow::Code,
    history::{self, Entry},
};
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager, Pair, Step, Tab, TimelineItem},
};

/// A page.
#[derive(Default, Template)]
#[template(path = "pages/sheet.html")]
pub(crate) struct Sheet {
    pub(crate) shell: Shell,
    pub(crate) links: Vec<Link>,
    pub(crate) notes: Vec<Note>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) filter: Option<Filter>,
    pub(crate) bar: Option<Bar>,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) facts: Vec<Pair>,
    pub(crate) steps: Vec<Step>,
    pub(crate) grids: Vec<Grid>,
    pub(crate) forms: Vec<FormBox>,
    pub(crate) timeline: Vec<TimelineItem>,
}

/// A link beside the title.
pub(crate) struct Link {
    pub(crate) title: &'static str,
    pub(crate) href: String,
    pub(crate) primary: bool,
    pub(crate) file: bool,
}

/// A remark above everything.
pub(crate) struct Note {
    pub(crate) tone: &'static str,
    pub(crate) text: String,
}

/// A figure.
#[derive(Default)]
pub(crate) struct Tile {
    pub(crate) title: String,
    pub(crate) value: String,
    pub(crate) foot: String,
    pub(crate) href: Option<String>,
    pub(crate) alert: bool,
}

/// A table.
#[derive(Default)]
pub(crate) struct Grid {
    /// Heading; empty for the only table of a list.
    pub(crate) title: &'static str,
    /// Name for screen readers.
    pub(crate) label: &'static str,
    pub(crate) total: String,
    pub(crate) heads: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) empty: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) pager: Option<Pager>,
}

/// One cell: text, a link, or a badge.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
    pub(crate) class: &'static str,
    pub(crate) tone: &'static str,
}

/// A form.
#[derive(Default)]
pub(crate) struct FormBox {
    pub(crate) title: &'static str,
    pub(crate) note: String,
    pub(crate) method: &'static str,
    pub(crate) action: String,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) boxes_label: &'static str,
    pub(crate) boxes_name: &'static str,
    pub(crate) boxes: Vec<TickBox>,
    pub(crate) files: bool,
    pub(crate) question: String,
    pub(crate) button: &'static str,
    pub(crate) class: &'static str,
}

/// One box to tick.
pub(crate) struct TickBox {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) ticked: bool,
}

pub(crate) fn link(title: &'static str, href: impl Into<String>) -> Link {
    Link {
        title,
        href: href.into(),
        primary: false,
        file: false,
    }
}

impl Link {
    pub(crate) fn primary(mut self) -> Link {
        self.primary = true;
        self
    }

    pub(crate) fn file(mut self) -> Link {
        self.file = true;
        self
    }
}

pub(crate) fn text(text: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        ..Cell::default()
    }
}

pub(crate) fn whole(content: impl Into<String>) -> Cell {
    Cell {
        class: "whole",
        ..text(content)
    }
}

/// Words of any length.
pub(crate) fn prose(content: impl Into<String>) -> Cell {
    Cell {
        class: "wrap",
        ..text(content)
    }
}

pub(crate) fn number(content: impl ToString) -> Cell {
    Cell {
        class: "num",
        ..text(content.to_string())
    }
}

pub(crate) fn to(content: impl Into<String>, href: impl Into<String>) -> Cell {
    Cell {
        href: Some(href.into()),
        ..text(content)
    }
}

pub(crate) fn badge(content: impl Into<String>, tone: &'static str) -> Cell {
    Cell {
        class: "mid",
        tone,
        ..text(content)
    }
}

/// A form with its request id.
pub(crate) fn form(ctx: &Ctx, title: &'static str, action: impl Into<String>, button: &'static str) -> FormBox {
    FormBox {
        title,
        method: "post",
        action: action.into(),
        hidden: vec![("request_id", format!("force-{}", ctx.next_id()))],
        button,
        class: "btn-primary",
        ..FormBox::default()
    }
}

impl FormBox {
    /// Under which a long form is kept while it is being filled.
    fn draft_key(&self) -> String {
        if self.method == "post" {
            records::drafts::key(&self.action, &self.hidden, &self.fields)
        } else {
            String::new()
        }
    }

    pub(crate) fn fields(mut self, fields: impl IntoIterator<Item = Field>) -> FormBox {
        self.fields.extend(fields);
        self
    }

    pub(crate) fn hide(mut self, name: &'static str, value: impl Into<String>) -> FormBox {
        self.hidden.push((name, value.into()));
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> FormBox {
        self.note = note.into();
        self
    }

    pub(crate) fn ask(mut self, question: impl Into<String>) -> FormBox {
        self.question = question.into();
        self
    }
}

impl Sheet {
    pub(crate) fn of(shell: Shell) -> Sheet {
        Sheet {
            shell,
            ..Sheet::default()
        }
    }

    pub(crate) fn problem(mut self, problem: &str) -> Sheet {
        if !problem.is_empty() {
            self.notes.push(Note {
                tone: "danger",
                text: problem.to_owned(),
            });
        }
        self
    }

    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.notes.push(Note {
            tone: "warning",
            text: text.into(),
        });
    }

    pub(crate) fn show(self) -> Page {
        html(self)
    }
}

/// Whether an error belongs above the form that was sent; others go their own way.
pub(crate) fn is_for_the_form(error: &AppError) -> bool {
    matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict)
}

/// Marks a page as the answer to a form that was not accepted.
pub(crate) fn refused(page: Page) -> Page {
    Ok(web::refused(page?))
}

/// `(id, title)` of every code, for a select.
pub(crate) fn choices<C: Code>() -> Vec<(String, String)> {
    C::ALL
        .iter()
        .map(|code| (code.id().to_owned(), code.title().to_owned()))
        .collect()
}

/// A select that starts with nothing chosen.
pub(crate) fn with_first(first: &str, options: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut all = vec![(String::new(), first.to_owned())];
    all.extend(options);
    all
}

/// `石庙镇 大田社区`.
pub(crate) fn path(tree: &RegionTree, region: i64) -> String {
    RegionCode::from_i64(region).map_or_else(String::new, |code| tree.path_in_county(code))
}

/// The query of a list without its page.
pub(crate) fn query_text(area: &AreaQuery, pairs: &[(&str, &str)]) -> String {
    let places = [
        ("town", area.town.as_str()),
        ("community", area.community.as_str()),
        ("village", area.village.as_str()),
    ];
    web::query_of(places.iter().chain(pairs).copied())
}

/// The saved filters of a list; `query` is the present one, empty when nothing is narrowed.
pub(crate) async fn saved(ctx: &Ctx, page: &str, query: &str) -> AppResult<Option<Bar>> {
    let account = ctx.actor().account.map(|a| a.0);
    Ok(Some(records::filters::bar(&ctx.db, account, page, query).await?))
}

/// The foot of a list.
pub(crate) fn pager(path: &str, query: &str, page: u64, rows: i64) -> Option<Pager> {
    Some(Pager {
        page,
        page_size: crate::store::PAGE_ROWS.unsigned_abs(),
        total_rows: rows.unsigned_abs(),
        total_amount: None,
        path: path.to_owned(),
        query: query.to_owned(),
    })
}

/// Number of a page as the URL spells it.
pub(crate) fn page_no(text: &str) -> u64 {
    text.parse().unwrap_or(1).max(1)
}

/// Every version of a record: who, when, what changed, why.
pub(crate) async fn timeline(
    ctx: &Ctx,
    kind: &str,
    id: i64,
    titles: &[(&str, &str)],
    acts: &[(&str, &str)],
) -> AppResult<Vec<TimelineItem>> {
    let entries = history::entries(&ctx.db, kind, id).await?;
    let nothing = serde_json::json!({});
    let item = |(place, entry): (usize, &Entry)| {
        let before = entries.get(place + 1).map_or(&nothing, |older| &older.state);
        let mut note: Vec<String> = Vec::new();
        if !entry.reason.is_empty() {
            note.push(format!("理由：{}", entry.reason));
        }
        for d in history::differences(before, &entry.state, titles) {
            note.push(match (d.before.is_empty(), d.after.is_empty()) {
                (true, _) => format!("{}：{}", d.title, d.after),
                (false, true) => format!("{}：{} → 空", d.title, d.before),
                _ => format!("{}：{} → {}", d.title, d.before, d.after),
            });
        }
        let known = acts.iter().find(|(id, _)| *id == entry.act);
        let time = entry.at();
        TimelineItem {
            time: if time.starts_with(&entry.on) {
                time
            } else {
                format!("{time}（{} 生效）", entry.on)
            },
            actor: entry.actor_name.clone(),
            act: known.map_or_else(|| entry.act.clone(), |(_, title)| (*title).to_owned()),
            note: note.join("；"),
            tone: "",
        }
    };
    Ok(entries.iter().enumerate().map(item).collect())
}

/// How many codes a division holds by which an area is summed up: towns of a county, communities of a town, villages
/// of a community.
pub(crate) fn span_below(ctx: &Ctx, area: Option<RegionCode>) -> i64 {
    use kernel::RegionLevel::{Community, County, Town, Village};
    let here = area.or(ctx.scope().region()).unwrap_or(ctx.config.area);
    let level = match here.level() {
        Town => Community,
        Community | Village => Village,
        County => Town,
        _ => County,
    };
    10_i64.pow(15 - level.digits())
}
