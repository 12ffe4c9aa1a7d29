//! A page of blocks: headed sections with values, tables, steps and at most one form each. Most pages of a project
//! are such pages.

use askama::Template;
use records::filters::Bar;
use web::{
    Page, Shell, html,
    parts::{Field, Filter, Pair, Step, Tab, TimelineItem},
};

use crate::{
    model::{forms::Ask, views::Passed},
    store::ledgers::Ledger,
};

/// The page.
#[derive(Template)]
#[template(path = "pages/block.html")]
pub(crate) struct Blocks {
    pub shell: Shell,
    pub tabs: Vec<Tab>,
    /// Title and address.
    pub links: Vec<(String, String)>,
    pub problems: Vec<String>,
    pub filter: Option<Filter>,
    /// Saved filters.
    pub bar: Option<Bar>,
    pub blocks: Vec<Block>,
}

/// One section.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub title: String,
    pub text: Vec<String>,
    pub pairs: Vec<Pair>,
    pub steps: Vec<Step>,
    pub timeline: Vec<TimelineItem>,
    pub links: Vec<(String, String)>,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    pub empty: &'static str,
    pub form: Option<FormView>,
}

/// One cell of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub text: String,
    pub href: Option<String>,
    pub class: &'static str,
    pub tone: &'static str,
}

/// A form at the foot of a section.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormView {
    pub action: String,
    pub request_id: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub button: String,
    pub question: String,
    pub upload: bool,
    /// Asks for a page instead of writing.
    pub get: bool,
    /// Boxes to tick: value, label, ticked.
    pub ticks: Vec<(String, String, bool)>,
    pub ticks_name: &'static str,
}

impl FormView {
    /// Under which a long form is kept while it is being filled.
    fn draft_key(&self) -> String {
        if self.get {
            return String::new();
        }
        records::drafts::key(&self.action, &self.hidden, &self.fields)
    }
}

impl Block {
    pub(crate) fn new(title: impl Into<String>) -> Block {
        Block {
            title: title.into(),
            empty: "没有记录。",
            ..Block::default()
        }
    }

    pub(crate) fn pairs(mut self, pairs: Vec<Pair>) -> Block {
        self.pairs = pairs;
        self
    }

    pub(crate) fn say(mut self, text: impl Into<String>) -> Block {
        self.text.push(text.into());
        self
    }

    pub(crate) fn link(mut self, title: impl Into<String>, href: impl Into<String>) -> Block {
        self.links.push((title.into(), href.into()));
        self
    }

    pub(crate) fn form(mut self, form: FormView) -> Block {
        self.form = Some(form);
        self
    }

    pub(crate) fn table(mut self, head: &[&str], rows: Vec<Vec<Cell>>) -> Block {
        self.head = head.iter().map(|h| (*h).to_owned()).collect();
        self.rows = rows;
        self
    }

    /// A ledger of the store; amounts stand right, days are never split.
    pub(crate) fn ledger(ledger: Ledger) -> Block {
        let amount = |n: usize| ledger.head.get(n).is_some_and(|h| h.contains("（元）"));
        let day = |n: usize| ledger.head.get(n).is_some_and(|h| h.ends_with("日期") || *h == "月份");
        let rows = ledger
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .enumerate()
                    .map(|(n, text)| {
                        if amount(n) {
                            Cell::amount(text)
                        } else if day(n) {
                            Cell::whole(text)
                        } else {
                            Cell::text(text)
                        }
                    })
                    .collect()
            })
            .collect();
        Block::new(ledger.title).table(ledger.head, rows)
    }

    /// A view of the life with the days on which its steps were reached.
    pub(crate) fn view(title: &str, passed: &[Passed]) -> Block {
        let current = passed.iter().rposition(|p| p.on.is_some());
        let steps = passed.iter().enumerate().map(|(n, p)| Step {
            title: p.title.to_owned(),
            state: match (p.on.is_some(), current) {
                (true, Some(last)) if n == last => "current",
                (true, _) => "done",
                (false, _) => "todo",
            },
            detail: p.on.clone().unwrap_or_default(),
        });
        Block {
            steps: steps.collect(),
            ..Block::new(title)
        }
    }
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            ..Cell::default()
        }
    }

    pub(crate) fn whole(text: impl Into<String>) -> Cell {
        Cell {
            class: "mid whole",
            ..Cell::text(text)
        }
    }

    pub(crate) fn amount(text: impl Into<String>) -> Cell {
        Cell {
            class: "amount",
            ..Cell::text(text)
        }
    }

    pub(crate) fn num(n: i64) -> Cell {
        Cell {
            class: "num",
            ..Cell::text(n.to_string())
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

/// The inputs an act asks for, filled with what was sent before.
pub(crate) fn fields(asks: &[Ask], value: impl Fn(&str) -> String) -> Vec<Field> {
    asks.iter()
        .map(|ask| {
            let field = match ask.kind.strip_prefix("select:") {
                Some(list) => {
                    let choose = std::iter::once(("", "请选择"));
                    Field::select(
                        ask.name,
                        ask.label,
                        choose.chain(list.split('|').filter_map(|o| o.split_once('='))),
                    )
                }
                None => match ask.kind {
                    "area" => Field::area(ask.name, ask.label),
                    "date" => Field::input("date", ask.name, ask.label),
                    "number" => Field::input("number", ask.name, ask.label),
                    _ => Field::text(ask.name, ask.label),
                },
            };
            let field = field.value(value(ask.name)).hint(ask.hint);
            if ask.required { field.required() } else { field }
        })
        .collect()
}

impl Blocks {
    pub(crate) fn new(shell: Shell) -> Blocks {
        Blocks {
            shell,
            tabs: Vec::new(),
            links: Vec::new(),
            problems: Vec::new(),
            filter: None,
            bar: None,
            blocks: Vec::new(),
        }
    }

    pub(crate) fn block(mut self, block: Block) -> Blocks {
        self.blocks.push(block);
        self
    }

    pub(crate) fn blocks(mut self, blocks: impl IntoIterator<Item = Block>) -> Blocks {
        self.blocks.extend(blocks);
        self
    }

    pub(crate) fn show(self) -> Page {
        html(self)
    }

    /// The page with what is wrong on top; nothing was changed.
    pub(crate) fn refused(mut self, message: &str) -> Page {
        self.problems = message.lines().map(str::to_owned).collect();
        let page = html(self)?;
        Ok(web::refused(page))
    }
}
