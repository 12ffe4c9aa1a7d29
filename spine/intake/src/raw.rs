//! Rows as delivered, before anything is believed: blocks of text cells with their line numbers.
//!
//! A block is one buffer and two index lists, so that a million cells cost three allocations.

use super::IngestError;

/// What is known of a cell beside its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CellKind {
    #[default]
    Text,
    /// A number in a spreadsheet: the text is its decimal form, a date is a serial.
    Number,
    /// The cached result of a formula.
    Formula,
    /// A formula without a cached result.
    Uncalculated,
    /// `#N/A` and its kind.
    Error,
}

/// One row of a [`RawBlock`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawRow<'a> {
    block: &'a RawBlock,
    first: usize,
    last: usize,
    /// Line in the delivered file, 1-based.
    pub line: u64,
}

/// Some rows, in file order.
#[derive(Debug, Default)]
pub(crate) struct RawBlock {
    text: Vec<u8>,
    ends: Vec<u32>,
    /// Empty when every cell is plain text.
    kinds: Vec<CellKind>,
    rows: Vec<(u32, u64)>,
}

/// Rows per block; also the size of a batch in memory.
pub(crate) const BLOCK_ROWS: usize = 8_192;
/// A block is handed over when its text exceeds this.
pub(crate) const BLOCK_BYTES: usize = 4 << 20;

impl RawBlock {
    pub(crate) fn push_cell(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
        self.ends.push(self.text.len() as u32);
        if !self.kinds.is_empty() {
            self.kinds.push(CellKind::Text);
        }
    }

    pub(crate) fn push_cell_of(&mut self, text: &[u8], kind: CellKind) {
        if self.kinds.is_empty() && kind != CellKind::Text {
            self.kinds.resize(self.ends.len(), CellKind::Text);
            self.text.extend_from_slice(text);
            self.ends.push(self.text.len() as u32);
            self.kinds.push(kind);
            return;
        }
        self.push_cell(text);
        if let Some(last) = self.kinds.last_mut() {
            *last = kind;
        }
    }

    /// Adds a record whose cells stand one after another in `text`, ending at `ends`.
    pub(crate) fn push_record(&mut self, text: &[u8], ends: impl Iterator<Item = usize>, line: u64) {
        let base = self.text.len();
        self.text.extend_from_slice(text);
        let before = self.ends.len();
        self.ends.extend(ends.map(|e| (base + e) as u32));
        if !self.kinds.is_empty() {
            self.kinds
                .resize(self.kinds.len() + self.ends.len() - before, CellKind::Text);
        }
        self.end_row(line);
    }

    pub(crate) fn end_row(&mut self, line: u64) {
        self.rows.push((self.ends.len() as u32, line));
    }

    pub(crate) fn is_full(&self) -> bool {
        self.rows.len() >= BLOCK_ROWS || self.text.len() >= BLOCK_BYTES
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn row(&self, at: usize) -> RawRow<'_> {
        let first = if at == 0 { 0 } else { self.rows[at - 1].0 as usize };
        RawRow {
            block: self,
            first,
            last: self.rows[at].0 as usize,
            line: self.rows[at].1,
        }
    }

    pub(crate) fn rows_from(&self, start: usize) -> impl Iterator<Item = RawRow<'_>> {
        (start..self.rows.len()).map(|at| self.row(at))
    }
}

impl<'a> RawRow<'a> {
    pub(crate) fn len(&self) -> usize {
        self.last - self.first
    }

    /// The bytes of a cell; empty beyond the row's end.
    pub(crate) fn bytes(&self, column: usize) -> &'a [u8] {
        let at = self.first + column;
        if at >= self.last {
            return &[];
        }
        let start = if at == 0 { 0 } else { self.block.ends[at - 1] as usize };
        &self.block.text[start..self.block.ends[at] as usize]
    }

    /// The text of a cell; `None` when its bytes are not UTF-8.
    pub(crate) fn text(&self, column: usize) -> Option<&'a str> {
        std::str::from_utf8(self.bytes(column)).ok()
    }

    pub(crate) fn kind(&self, column: usize) -> CellKind {
        self.block
            .kinds
            .get(self.first + column)
            .copied()
            .filter(|_| column < self.len())
            .unwrap_or_default()
    }

    /// All cells as text, unreadable bytes replaced.
    pub(crate) fn cells(&self) -> impl Iterator<Item = std::borrow::Cow<'a, str>> {
        let row = *self;
        (0..row.len()).map(move |c| String::from_utf8_lossy(row.bytes(c)))
    }

    pub(crate) fn is_blank(&self) -> bool {
        (0..self.len()).all(|c| self.text(c).is_some_and(|t| t.trim().is_empty()))
    }
}

/// Takes a block; false ends the reading.
pub(crate) type Emit<'a> = dyn FnMut(RawBlock) -> Result<bool, IngestError> + 'a;

/// A delivered file that yields its rows, from the start each time it is asked.
pub(crate) trait RowSource: Send {
    /// Names of the tables inside; a text file has one.
    fn sheets(&self) -> Vec<String> {
        vec![String::new()]
    }

    /// Reads one table and hands over block after block.
    fn read(&mut self, sheet: usize, emit: &mut Emit<'_>) -> Result<(), IngestError>;

    /// Whether day numbers count from 1904 (old Macintosh workbooks).
    fn counts_days_from_1904(&self) -> bool {
        false
    }
}
