//! Most pages of a household are the same few things in another order: labelled values, tables, forms, timelines.
//! A page fills [`Block`]s; one template prints them.

use askama::Template;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pager, Pair, Step, Tab, TimelineItem},
};

/// A part of a page.
pub(crate) enum Block {
    Pairs(Vec<Pair>),
    /// `info`, `warning`, `danger` or `success`.
    Note(&'static str, String),
    Table(Table),
    Form(Form),
    Timeline(String, Vec<TimelineItem>),
    Steps(Vec<Step>),
}

/// A table under its title.
#[derive(Default)]
pub(crate) struct Table {
    pub title: String,
    /// Heads of the columns.
    pub heads: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    /// In place of rows when there are none.
    pub empty: &'static str,
    /// A line a clerk works through: sticky head, keyboard.
    pub list: bool,
}

/// One cell.
#[derive(Default)]
pub(crate) struct Cell {
    pub text: String,
    pub href: Option<String>,
    pub class: &'static str,
    /// State tag: its tone.
    pub tone: &'static str,
    /// Buttons: target, label, hidden fields.
    pub acts: Vec<Press>,
}

/// One button in a cell.
pub(crate) struct Press {
    pub action: String,
    pub label: &'static str,
    pub hidden: Vec<(&'static str, String)>,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            ..Cell::default()
        }
    }

    pub(crate) fn class(text: impl Into<String>, class: &'static str) -> Cell {
        Cell {
            class,
            ..Cell::text(text)
        }
    }

    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Cell {
        Cell {
            href: Some(href.into()),
            ..Cell::text(text)
        }
    }

    pub(crate) fn tag(text: impl Into<String>, tone: &'static str) -> Cell {
        Cell {
            tone,
            class: "mid",
            ..Cell::text(text)
        }
    }
}

/// A form in a card.
#[derive(Default)]
pub(crate) struct Form {
    pub id: String,
    pub title: String,
    pub hint: String,
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub files: bool,
    pub button: String,
    pub class: &'static str,
    pub question: &'static str,
    /// Shown as a line to open.
    pub folded: bool,
    pub get: bool,
}

impl Form {
    /// Under which a long form is kept while it is being filled.
    fn draft_key(&self) -> String {
        if self.get {
            String::new()
        } else {
            records::drafts::key(&self.action, &self.hidden, &self.fields)
        }
    }
}

/// A page of blocks.
#[derive(Template)]
#[template(path = "pages/blocks.html")]
pub(crate) struct Blocks {
    pub shell: Shell,
    /// Links beside the title.
    pub actions: Vec<(String, String)>,
    pub tabs: Vec<Tab>,
    /// Saved filters of a list.
    pub bar: Option<records::filters::Bar>,
    pub blocks: Vec<Block>,
    pub pager: Option<Pager>,
}

impl Blocks {
    pub(crate) fn new(shell: Shell, blocks: Vec<Block>) -> Blocks {
        Blocks {
            shell,
            actions: Vec::new(),
            tabs: Vec::new(),
            bar: None,
            blocks,
            pager: None,
        }
    }

    pub(crate) fn show(self) -> Page {
        html(self)
    }

    /// The page after a refused form: same content, status 422.
    pub(crate) fn refused(self) -> Page {
        Ok(web::refused(html(self)?))
    }
}

/// A fresh id of one request, for the hidden field of a form.
pub(crate) fn request_id(ctx: &Ctx, what: &str) -> (&'static str, String) {
    ("request_id", format!("{what}-{:x}", ctx.next_id()))
}
