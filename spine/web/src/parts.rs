//! What the building blocks in `templates/parts/` print. One struct per block, filled by the page that uses it.

use std::borrow::Borrow;

/// Foot of a list: where one is among the pages, and the totals of the whole filtered set.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// This page, from 1.
    pub page: u64,
    /// Rows on a page; lists show 50.
    pub page_size: u64,
    /// Rows of the filtered set.
    pub total_rows: u64,
    /// Amount of the filtered set, already formatted in yuan.
    pub total_amount: Option<String>,
    /// Path of the list.
    pub path: String,
    /// Query of the list without `page`, e.g. `town=371621102&state=new`; empty when unfiltered.
    pub query: String,
}

impl Pager {
    /// Number of pages, at least 1.
    pub fn pages(&self) -> u64 {
        self.total_rows.div_ceil(self.page_size.max(1)).max(1)
    }

    /// URL of another page with the same filters.
    pub fn href(&self, page: impl Borrow<u64>) -> String {
        let separator = if self.query.is_empty() { "" } else { "&" };
        format!("{}?{}{separator}page={}", self.path, self.query, page.borrow())
    }

    /// The pages offered by number: at most five around this one.
    pub fn window(&self) -> Vec<u64> {
        let first = self.page.saturating_sub(2).min(self.pages().saturating_sub(4)).max(1);
        (first..=(first + 4).min(self.pages())).collect()
    }
}

/// One input with its label, hint and error. Built by chaining: `Field::text("name", "姓名").value("王芳").required()`.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// `text`, `password`, `search`, `number`, `date`, `month`, `tel`, `textarea`, `select`, `checkbox` or `radio`.
    pub kind: &'static str,
    /// Name in the form; also its id.
    pub name: String,
    /// Label in the clerk's words.
    pub label: String,
    /// Present value, printed back after an error.
    pub value: String,
    /// How to fill it in.
    pub hint: String,
    /// What is wrong with the value and what to do; empty when nothing is.
    pub error: String,
    /// Must be filled in.
    pub required: bool,
    /// Choices of `select` and `radio`; a `checkbox` has none and is ticked when `value` is `1`.
    pub options: Vec<Choice>,
    /// Grey example inside the input.
    pub placeholder: String,
    /// Browser's `autocomplete` token; empty means `off`.
    pub autocomplete: &'static str,
}

/// One choice of a select or radio field.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub label: String,
}

impl Field {
    fn new(kind: &'static str, name: &str, label: &str) -> Self {
        Self {
            kind,
            name: name.into(),
            label: label.into(),
            ..Self::default()
        }
    }

    /// One line of text.
    pub fn text(name: &str, label: &str) -> Self {
        Self::new("text", name, label)
    }

    /// Another kind of one-line input, e.g. `date` or `password`.
    pub fn input(kind: &'static str, name: &str, label: &str) -> Self {
        Self::new(kind, name, label)
    }

    /// Several lines of text.
    pub fn area(name: &str, label: &str) -> Self {
        Self::new("textarea", name, label)
    }

    /// A choice from a list; each option is `(value, label)`.
    pub fn select<V: Into<String>, L: Into<String>>(
        name: &str,
        label: &str,
        options: impl IntoIterator<Item = (V, L)>,
    ) -> Self {
        let choice = |(value, label): (V, L)| Choice {
            value: value.into(),
            label: label.into(),
        };
        Self {
            options: options.into_iter().map(choice).collect(),
            ..Self::new("select", name, label)
        }
    }

    /// A choice shown as radio buttons.
    pub fn radio<V: Into<String>, L: Into<String>>(
        name: &str,
        label: &str,
        options: impl IntoIterator<Item = (V, L)>,
    ) -> Self {
        Self {
            kind: "radio",
            ..Self::select(name, label, options)
        }
    }

    /// A box to tick; sends `1`.
    pub fn checkbox(name: &str, label: &str) -> Self {
        Self::new("checkbox", name, label)
    }

    /// Sets the present value.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Says how to fill it in.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Says what is wrong; `None` leaves the field as it is.
    pub fn error(mut self, error: Option<impl Into<String>>) -> Self {
        self.error = error.map(Into::into).unwrap_or_default();
        self
    }

    /// Shows a grey example.
    pub fn placeholder(mut self, example: impl Into<String>) -> Self {
        self.placeholder = example.into();
        self
    }

    /// Lets the browser fill it in.
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = token;
        self
    }

    /// Must be filled in.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// `autocomplete` as printed.
    pub fn autocomplete_token(&self) -> &'static str {
        if self.autocomplete.is_empty() {
            "off"
        } else {
            self.autocomplete
        }
    }

    /// Ids of hint and error for screen readers; empty when there is neither.
    pub fn described_by(&self) -> String {
        let hint = if self.hint.is_empty() {
            String::new()
        } else {
            format!("{}-hint ", self.name)
        };
        let error = if self.error.is_empty() {
            String::new()
        } else {
            format!("{}-error", self.name)
        };
        (hint + &error).trim().to_owned()
    }
}

/// Filters of a list: a GET form, so that the URL names the view.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Path of the list.
    pub action: String,
    /// The filters, in the order of their importance.
    pub fields: Vec<Field>,
}

/// One tab; the tabs are links, so each has its own URL.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    /// Text.
    pub title: String,
    /// Page of the tab.
    pub href: String,
    /// The open one.
    pub active: bool,
    /// Number of items behind it.
    pub count: Option<u64>,
}

/// One step of a workflow.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Name of the step, e.g. 现场核查.
    pub title: String,
    /// `done`, `current` or `todo`.
    pub state: &'static str,
    /// Who or when, e.g. 限 11-28 前.
    pub detail: String,
}

impl Step {
    /// The state in words: colour alone tells nothing.
    pub fn state_title(&self) -> &'static str {
        match self.state {
            "done" => "已完成",
            "current" => "进行中",
            _ => "未开始",
        }
    }
}

/// One act on the record.
#[derive(Clone, Debug, Default)]
pub struct TimelineItem {
    /// Local time as shown.
    pub time: String,
    /// Who, with role.
    pub actor: String,
    /// What they did.
    pub act: String,
    /// Reason or remark.
    pub note: String,
    /// `done`, `current`, `back` or `late`; anything else is neutral.
    pub tone: &'static str,
}

/// A labelled value.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    /// Label.
    pub label: String,
    /// Value; empty prints a dash.
    pub value: String,
    /// Never split across lines: numbers of documents, accounts, findings.
    pub whole: bool,
}

impl Pair {
    /// A value that may wrap.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            whole: false,
        }
    }

    /// A value that stays on one line.
    pub fn whole(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            whole: true,
            ..Self::new(label, value)
        }
    }
}

/// Two records of one person side by side, each with the source it came from.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The record that is examined, usually a payment or a registered person.
    pub left: Source,
    /// The record it was compared with.
    pub right: Source,
    /// Field by field.
    pub rows: Vec<EvidenceRow>,
}

impl Evidence {
    /// Both sources, left first.
    pub fn sources(&self) -> [&Source; 2] {
        [&self.left, &self.right]
    }
}

/// Where a record came from: enough to find the very row again.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Data set and department, e.g. 低保发放（县民政局）.
    pub title: String,
    /// File as the department named it.
    pub file: String,
    /// Row in that file, from 1.
    pub row: u64,
    /// Day of the data.
    pub as_of: String,
    /// Content hash of the snapshot.
    pub hash: String,
}

impl Source {
    /// First 12 characters of the hash, enough to compare by eye.
    pub fn short_hash(&self) -> &str {
        self.hash.get(..12).unwrap_or(&self.hash)
    }
}

/// One compared field.
#[derive(Clone, Debug, Default)]
pub struct EvidenceRow {
    /// Name of the field.
    pub label: String,
    /// Value in the left record.
    pub left: String,
    /// Value in the right record.
    pub right: String,
    /// `same`, `differs`, `key` (what the rule looks at) or empty.
    pub mark: &'static str,
}

impl EvidenceRow {
    /// The mark in words.
    pub fn mark_title(&self) -> &'static str {
        match self.mark {
            "same" => "一致",
            "differs" => "不一致",
            "key" => "疑点所在",
            _ => "",
        }
    }
}

/// A long act that is still going on or has just ended.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// What is being done.
    pub title: String,
    /// Steps or rows done.
    pub done: u64,
    /// Steps or rows in all; 0 when not known yet.
    pub total: u64,
    /// What is happening now, or the outcome.
    pub text: String,
    /// Fragment to ask again; `None` when finished.
    pub poll_href: Option<String>,
    /// The page that shows the same without script.
    pub page_href: String,
    /// It ended with an error.
    pub failed: bool,
}

impl Progress {
    /// Whole percents, 100 only when all is done.
    pub fn percent(&self) -> u64 {
        if self.total == 0 {
            0
        } else {
            (self.done.min(self.total) * 100) / self.total
        }
    }
}

/// An act that asks before it happens: a plain form with one button.
#[derive(Clone, Debug, Default)]
pub struct Act {
    /// POST target.
    pub action: String,
    /// Text of the button.
    pub label: String,
    /// Question asked first; empty asks nothing.
    pub question: String,
    /// Tabler button class, e.g. `btn-primary` or `btn-outline-danger`.
    pub class: &'static str,
}

/// A printed document: its number, and the code by which anyone can check it.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    /// Serial number printed at the top, e.g. 惠核〔2026〕37 号.
    pub serial: String,
    /// Who issues it.
    pub issuer: String,
    /// Date of issue as printed.
    pub issued: String,
    /// `<svg>` of the verification code, made by the server; never text from outside.
    pub qr_svg: Option<String>,
    /// What the code opens, in words and as an address.
    pub qr_caption: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pager(page: u64, total_rows: u64) -> Pager {
        Pager {
            page,
            page_size: 50,
            total_rows,
            path: "/f".into(),
            query: "town=1".into(),
            ..Pager::default()
        }
    }

    #[test]
    fn the_pager_offers_five_pages_around_this_one() {
        assert_eq!(pager(1, 5_000).window(), [1, 2, 3, 4, 5]);
        assert_eq!(pager(50, 5_000).window(), [48, 49, 50, 51, 52]);
        assert_eq!(pager(100, 5_000).window(), [96, 97, 98, 99, 100]);
        assert_eq!(pager(1, 0).window(), [1]);
        assert_eq!(pager(2, 120).window(), [1, 2, 3]);
    }

    #[test]
    fn the_pager_keeps_the_filters() {
        assert_eq!(pager(1, 120).href(2), "/f?town=1&page=2");
        assert_eq!(
            Pager {
                query: String::new(),
                ..pager(1, 120)
            }
            .href(&2),
            "/f?page=2"
        );
    }

    #[test]
    fn progress_is_complete_only_when_all_is_done() {
        let percent = |done, total| {
            Progress {
                done,
                total,
                ..Progress::default()
            }
            .percent()
        };
        assert_eq!(
            [percent(0, 0), percent(999, 1_000), percent(1_000, 1_000)],
            [0, 99, 100]
        );
    }

    #[test]
    fn a_field_names_its_hint_and_error_for_screen_readers() {
        assert_eq!(Field::text("name", "姓名").described_by(), "");
        assert_eq!(
            Field::text("name", "姓名")
                .hint("两字以上")
                .error(Some("太短"))
                .described_by(),
            "name-hint name-error"
        );
    }
}
