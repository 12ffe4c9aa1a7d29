//! XLSX workbooks, streamed: shared strings in memory (bounded), sheets row by row.
//!
//! No dense grid is ever allocated: a cell at XFD1048576 costs an error message.

pub(crate) mod guard;
mod scan;
mod sheet;
mod strings;

use std::{
    fs::File,
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

pub use guard::Limits;
use scan::{Scanner, Token, attribute, unescape};
use strings::SharedStrings;

use super::{
    IngestError,
    raw::{Emit, RowSource},
};

/// A workbook whose directory was found harmless.
pub(crate) struct XlsxSource {
    archive: guard::Archive,
    /// Name and part of each visible sheet.
    sheets: Vec<(String, String)>,
    strings: SharedStrings,
    from_1904: bool,
    limits: Limits,
    read: Arc<AtomicU64>,
    file_bytes: u64,
}

impl XlsxSource {
    pub(crate) fn open(file: File, limits: Limits, read: Arc<AtomicU64>) -> Result<Self, IngestError> {
        let file_bytes = file.metadata()?.len();
        let mut archive = guard::open(file, &limits)?;
        let links = relations(&mut archive)?;
        let (listed, from_1904) = workbook(&mut archive)?;
        let target = |id: &str| links.iter().find(|l| l.id == id).map(|l| l.part.clone());
        let sheets: Vec<_> = listed
            .into_iter()
            .filter_map(|(name, id)| target(&id).map(|part| (name, part)))
            .collect();
        if sheets.is_empty() {
            return Err(IngestError::NotATable("工作簿里没有工作表"));
        }
        let strings = match links.iter().find(|l| l.kind.ends_with("/sharedStrings")) {
            Some(link) if archive.index_for_name(&link.part).is_some() => {
                SharedStrings::read(guard::part(&mut archive, &link.part)?, limits.string_bytes)?
            }
            _ => SharedStrings::default(),
        };
        Ok(XlsxSource {
            archive,
            sheets,
            strings,
            from_1904,
            limits,
            read,
            file_bytes,
        })
    }
}

impl RowSource for XlsxSource {
    fn sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    fn read(&mut self, sheet: usize, emit: &mut Emit<'_>) -> Result<(), IngestError> {
        let part = self.sheets[sheet].1.clone();
        let size = self.archive.by_name(&part).map_err(guard::explain)?.size().max(1);
        let input = Counted {
            inner: guard::part(&mut self.archive, &part)?,
            seen: 0,
            size,
            file_bytes: self.file_bytes,
            read: &self.read,
        };
        sheet::read(input, &self.strings, self.limits.columns, emit)
    }

    fn counts_days_from_1904(&self) -> bool {
        self.from_1904
    }
}

/// Tells the progress bar which share of the sheet was inflated.
struct Counted<'a, R> {
    inner: R,
    seen: u64,
    size: u64,
    file_bytes: u64,
    read: &'a AtomicU64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(into)?;
        self.seen += count as u64;
        let share = (u128::from(self.seen.min(self.size)) * u128::from(self.file_bytes) / u128::from(self.size)) as u64;
        self.read.store(share, Ordering::Relaxed);
        Ok(count)
    }
}

struct Link {
    id: String,
    kind: String,
    part: String,
}

fn relations(archive: &mut guard::Archive) -> Result<Vec<Link>, IngestError> {
    let mut scanner = Scanner::new(guard::part(archive, "xl/_rels/workbook.xml.rels")?);
    let mut links = Vec::new();
    loop {
        match scanner.next()? {
            Token::Open(b"Relationship", attributes, _) => {
                let target = text_of(attributes, b"Target");
                let part = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("xl/{}", target.trim_start_matches("./")),
                };
                links.push(Link {
                    id: text_of(attributes, b"Id"),
                    kind: text_of(attributes, b"Type"),
                    part,
                });
            }
            Token::End => return Ok(links),
            _ => {}
        }
    }
}

/// Visible sheets with their relation ids, and the day count of the workbook.
fn workbook(archive: &mut guard::Archive) -> Result<(Vec<(String, String)>, bool), IngestError> {
    let mut scanner = Scanner::new(guard::part(archive, "xl/workbook.xml")?);
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    loop {
        match scanner.next()? {
            Token::Open(b"sheet", attributes, _) => {
                let hidden = attribute(attributes, b"state").is_some_and(|s| s != b"visible");
                let id = [&b"r:id"[..], b"relationships:id", b"d3p1:id"]
                    .iter()
                    .find_map(|n| attribute(attributes, n));
                if let (false, Some(id)) = (hidden, id) {
                    sheets.push((text_of(attributes, b"name"), String::from_utf8_lossy(id).into_owned()));
                }
            }
            Token::Open(b"workbookPr", attributes, _) => {
                from_1904 = attribute(attributes, b"date1904").is_some_and(|v| v == b"1" || v == b"true");
            }
            Token::End => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}

fn text_of(attributes: &[u8], name: &[u8]) -> String {
    let mut plain = Vec::new();
    unescape(attribute(attributes, name).unwrap_or_default(), &mut plain);
    String::from_utf8_lossy(&plain).into_owned()
}
