//! One row: every cell read, the verdict reached, and only then anything kept.
//!
//! A bad ID number does not cost the row: later linkage needs it. It is kept under a key of its own, sealed,
//! and counted as check K-01. Any other bad cell rejects the row with all its reasons.

use kernel::{
    IdNumber, IdStatus, KeyRing, PersonKey, RegionCode,
    checks::uscc_is_valid,
    identity::{IdProblem, Repair, Sex},
    name::MAX_CHARS,
};
use sha2::{Digest, Sha256};

use super::{
    cell::{self, Refusal, narrow, quoted, trimmed},
    column::Prepared,
    layout::{Layout, letter},
    raw::{CellKind, RawRow},
    report::CellError,
};
use crate::contract::{ColumnType, Contract, PERSON};

/// A department's file may call the total row many things.
const FOOTER_WORDS: [&str; 14] = [
    "合计",
    "总计",
    "小计",
    "共计",
    "备注",
    "注:",
    "注：",
    "填表",
    "填报",
    "制表",
    "审核",
    "单位负责人",
    "说明",
    "报送",
];

/// A number someone typed because the form wanted one: one digit throughout, or the digits in order. Rows with the same
/// placeholder are not one person: each is set aside as a row without a number.
fn is_placeholder(text: &str) -> bool {
    const SHORTEST: usize = 6;
    let digits: Vec<u8> = text
        .bytes()
        .filter(|b| !b.is_ascii_whitespace() && !matches!(b, b'-' | b'\''))
        .collect();
    let body = digits
        .strip_suffix(b"X")
        .or(digits.strip_suffix(b"x"))
        .unwrap_or(&digits);
    if body.len() < SHORTEST || !body.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let step = |by: u8| body.windows(2).all(|w| w[1] == b'0' + (w[0] - b'0' + by) % 10);
    step(0) || step(1)
}

/// The label under which an ID text that failed its check is sealed (`id_sealed`), for `KeyRing::reveal`.
pub fn seal_label(key: PersonKey) -> String {
    format!("person:{}", key.0)
}

/// A value of the snapshot, not yet in its column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'r> {
    Null,
    I64(i64),
    I32(i32),
    I8(i8),
    Bool(bool),
    Text(&'r str),
    Owned(String),
    Bytes(Vec<u8>),
}

/// What became of a row.
pub(crate) enum Verdict {
    /// Header repeated, total, note, blank.
    Skipped {
        blank: bool,
    },
    Accepted {
        warnings: Vec<(&'static str, CellError)>,
        digest: [u8; 32],
        key: Option<u64>,
    },
    Rejected(Vec<CellError>),
}

/// Reads rows of one file against one contract. Shared by all workers.
pub(crate) struct RowParser<'a> {
    columns: Vec<Prepared<'a>>,
    /// Index of the person column and of the sex column among `columns`.
    person: usize,
    sex: Option<usize>,
    pub(crate) layout: &'a Layout,
    keyring: &'a KeyRing,
    nonce: &'a (dyn Fn() -> [u8; 12] + Sync),
    row_key: [u8; 32],
    from_1904: bool,
    /// Delimited rows must be as long as their header; sheets leave out trailing blanks.
    strict_width: bool,
    /// Distinguishes people without a number in different files.
    data_set: &'a str,
    seals_numbers: bool,
}

impl<'a> RowParser<'a> {
    pub(crate) fn new(
        contract: &'a Contract,
        layout: &'a Layout,
        keyring: &'a KeyRing,
        nonce: &'a (dyn Fn() -> [u8; 12] + Sync),
        from_1904: bool,
        strict_width: bool,
    ) -> Self {
        let columns = contract
            .columns
            .iter()
            .zip(&layout.columns)
            .map(|(column, at)| Prepared::new(column, *at, contract));
        let mut row_key = [0; 32];
        for (part, bytes) in row_key.chunks_exact_mut(8).enumerate() {
            bytes.copy_from_slice(&keyring.digest("row_hash", &part.to_string()).to_le_bytes());
        }
        RowParser {
            columns: columns.collect(),
            person: contract.columns.iter().position(|c| c.id == PERSON).unwrap_or(0),
            sex: contract.sex(),
            layout,
            keyring,
            nonce,
            row_key,
            from_1904,
            strict_width,
            data_set: &contract.name,
            seals_numbers: contract.seals_numbers,
        }
    }

    /// Reads a row. `values` receives one value per snapshot column (without `row_no` and `row_hash`);
    /// `scratch` is reused between rows.
    pub(crate) fn read<'r>(&self, row: RawRow<'r>, values: &mut Vec<Value<'r>>, scratch: &mut Vec<u8>) -> Verdict
    where
        'a: 'r,
    {
        values.clear();
        if let Some(blank) = self.skips(row) {
            return Verdict::Skipped { blank };
        }
        let mut errors = Vec::new();
        let mut warnings = Vec::new();
        self.check_width(row, &mut errors);
        let (mut citizen, mut sex) = (None, None);
        for (at, prepared) in self.columns.iter().enumerate() {
            let first = values.len();
            let mut marks = Marks {
                warnings: &mut warnings,
                row,
                prepared,
            };
            let result = if prepared.column.kind == ColumnType::IdNo {
                self.person_cell(row, prepared, values, &mut marks).map(|number| {
                    if at == self.person {
                        citizen = number;
                    }
                })
            } else {
                self.cell(row, prepared, values, &mut marks)
            };
            if let Err(refusal) = result {
                errors.push(fault(row, prepared, refusal));
                values.truncate(first);
                values.push(Value::Null);
            } else if self.sex == Some(at) {
                sex = values.last().cloned();
            }
        }
        if !errors.is_empty() {
            return Verdict::Rejected(errors);
        }
        if let (Some(number), Some(Value::Text(code)), Some(at)) = (&citizen, sex, self.sex) {
            let stated = match code {
                "1" => Some(Sex::Male),
                "2" => Some(Sex::Female),
                _ => None,
            };
            if stated.is_some_and(|s| s != number.sex()) {
                warnings.push((
                    "K-02",
                    fault(row, &self.columns[at], "与身份证号表示的性别不一致".into()),
                ));
            }
        }
        let digest = self.digest(values, scratch);
        Verdict::Accepted {
            warnings,
            digest,
            key: self.key_of(values),
        }
    }

    /// `Some(blank)` for rows that carry no data.
    fn skips(&self, row: RawRow<'_>) -> Option<bool> {
        let person = self.columns[self.person].at.map_or(&b""[..], |at| row.bytes(at));
        if !person.is_empty() && person.iter().any(u8::is_ascii_digit) {
            return None;
        }
        if row.is_blank() {
            return Some(true);
        }
        let text = |column: usize| row.text(column).map(trimmed).unwrap_or_default();
        // Exported pages repeat their header.
        let known = self.columns.iter().filter_map(|c| c.at);
        if known.clone().all(|at| text(at) == self.layout.headers[at]) {
            return Some(false);
        }
        let first = (0..row.len()).map(text).find(|t| !t.is_empty()).unwrap_or_default();
        let plain: String = first.chars().filter(|c| !c.is_whitespace()).take(8).collect();
        FOOTER_WORDS.iter().any(|word| plain.starts_with(word)).then_some(false)
    }

    fn check_width(&self, row: RawRow<'_>, errors: &mut Vec<CellError>) {
        let width = self.layout.headers.len();
        let surplus = (width..row.len())
            .filter(|c| row.text(*c).is_none_or(|t| !trimmed(t).is_empty()))
            .count();
        let message = if surplus > 0 {
            format!("比表头多出 {surplus} 个单元格，单元格可能错位")
        } else if self.strict_width && row.len() < width {
            format!("只有 {} 个单元格，表头有 {width} 个，单元格可能错位", row.len())
        } else {
            return;
        };
        errors.push(CellError {
            line: row.line,
            letter: String::new(),
            header: String::new(),
            message,
        });
    }

    /// The trimmed text of a column's cell; `None` when blank.
    fn text_of<'r>(&self, row: RawRow<'r>, prepared: &Prepared<'_>) -> Result<Option<&'r str>, Refusal> {
        let Some(at) = prepared.at else { return Ok(None) };
        match row.kind(at) {
            CellKind::Error => {
                return Err(format!("单元格是错误值 {}", quoted(row.text(at).unwrap_or_default())).into());
            }
            CellKind::Uncalculated => return Err("公式单元格没有计算结果，请在表格软件中打开并保存后再上传".into()),
            _ => {}
        }
        let text = trimmed(row.text(at).ok_or("含有无法识别的字符，文件编码可能已损坏")?);
        if text.contains('\u{fffd}') {
            return Err("含有无法识别的字符，文件编码可能已损坏".into());
        }
        Ok((!text.is_empty()).then_some(text))
    }

    fn person_cell<'r>(
        &self,
        row: RawRow<'r>,
        prepared: &Prepared<'_>,
        values: &mut Vec<Value<'r>>,
        marks: &mut Marks<'_, '_>,
    ) -> Result<Option<IdNumber>, Refusal> {
        let text = self.text_of(row, prepared)?.unwrap_or_default();
        if text.chars().count() > MAX_CHARS {
            return Err(format!("超过 {MAX_CHARS} 字").into());
        }
        // Spreadsheets keep 15 digits of a number; what follows is not what was typed, even where its check fits.
        let is_number = prepared.at.is_some_and(|at| row.kind(at) == CellKind::Number);
        let rounded = is_number && text.len() > 15 || text.contains(['E', 'e']) && text.contains('.');
        if is_placeholder(text) {
            marks.warn("K-PH", format!("“{text}”是占位号码，不是证件号码，本行搁置"));
            let key = self
                .keyring
                .other_document_key(&format!("missing:{}:{}", self.data_set, row.line));
            values.push(Value::I64(key.0));
            values.push(Value::I8(IdStatus::Missing as i8));
            values.extend([Value::Null, Value::Null]);
            return Ok(None);
        }
        match IdNumber::parse(text) {
            Ok(parsed) if !rounded => {
                let key = self.keyring.person_key(&parsed.number);
                values.push(Value::I64(key.0));
                values.push(Value::I8(parsed.status as i8));
                values.push(if self.seals_numbers {
                    Value::Bytes(self.keyring.seal_number(&parsed.number, (self.nonce)()).0)
                } else {
                    Value::Null
                });
                values.push(Value::Null);
                Ok(Some(parsed.number))
            }
            outcome => {
                let problem = outcome.err().unwrap_or(IdProblem::CheckCharacter);
                let missing = problem == IdProblem::Missing;
                if prepared.column.required || !missing {
                    let hint = if rounded || text.len() == 18 && text.ends_with("000") {
                        "（可能被表格软件当作数字丢失了末几位，请将单元格设为文本格式）"
                    } else {
                        ""
                    };
                    marks.warn("K-01", format!("{problem}{hint}"));
                }
                // People without a number must not meet: each gets a key of its own.
                let document = if missing {
                    format!("missing:{}:{}", self.data_set, row.line)
                } else {
                    text.to_owned()
                };
                let key = self.keyring.other_document_key(&document);
                let status = if missing { IdStatus::Missing } else { IdStatus::Invalid };
                let sealed = (!missing).then(|| self.keyring.seal(&seal_label(key), text, (self.nonce)()).0);
                values.push(Value::I64(key.0));
                values.push(Value::I8(status as i8));
                values.push(sealed.map_or(Value::Null, Value::Bytes));
                // Later nobody sees the text again: what it may have been is worked out now.
                let repairs = if missing {
                    Vec::new()
                } else {
                    self.keyring.repairs(text)
                };
                values.push(if repairs.is_empty() {
                    Value::Null
                } else {
                    Value::Bytes(Repair::pack(&repairs))
                });
                Ok(None)
            }
        }
    }

    fn cell<'r>(
        &self,
        row: RawRow<'r>,
        prepared: &Prepared<'a>,
        values: &mut Vec<Value<'r>>,
        marks: &mut Marks<'_, '_>,
    ) -> Result<(), Refusal>
    where
        'a: 'r,
    {
        let column = prepared.column;
        let Some(text) = self.text_of(row, prepared)? else {
            if column.required {
                return Err("为空，此列必填".into());
            }
            values.push(Value::Null);
            if matches!(column.kind, ColumnType::Account | ColumnType::Phone) {
                values.push(Value::Null);
            }
            return Ok(());
        };
        let is_number = prepared
            .at
            .is_some_and(|at| matches!(row.kind(at), CellKind::Number | CellKind::Formula));
        let value = match column.kind {
            ColumnType::Name => prepared.name(text)?,
            ColumnType::Text => prepared.text(text)?,
            ColumnType::Code => Value::Text(prepared.code(text)?),
            ColumnType::Date => Value::I32(cell::date(text, self.from_1904)?),
            ColumnType::Month => Value::I32(cell::month(text, self.from_1904)?),
            ColumnType::Money => Value::I64(prepared.within(cell::money(text, prepared.per_unit, is_number)?, 100)?),
            ColumnType::Area => Value::I64(prepared.within(cell::hundredths(text)?, 1)?),
            ColumnType::Int => Value::I64(prepared.within(cell::int(text)?, 1)?),
            ColumnType::Bool => Value::Bool(cell::boolean(text)?),
            ColumnType::Region => Value::I64(text.parse::<RegionCode>()?.as_i64()),
            ColumnType::Uscc => {
                let code = narrow(text).to_ascii_uppercase();
                prepared.fits(&code)?;
                if !uscc_is_valid(&code) {
                    marks.warn("K-09", "校验不通过，请核对是否录错".into());
                }
                Value::Owned(code)
            }
            ColumnType::Account | ColumnType::Phone => {
                let digits = narrow(text).to_ascii_uppercase();
                prepared.fits(&digits)?;
                let purpose = if column.kind == ColumnType::Account {
                    "account"
                } else {
                    "phone"
                };
                values.push(Value::I64(self.keyring.digest(purpose, &digits) as i64));
                let tail = digits
                    .char_indices()
                    .rev()
                    .nth(3)
                    .map_or(digits.as_str(), |(at, _)| &digits[at..]);
                Value::Owned(tail.to_owned())
            }
            ColumnType::IdNo => return Ok(()),
        };
        values.push(value);
        Ok(())
    }

    /// SHA-256 over the cleaned values under a key: equal rows are equal, and nothing can be guessed from it.
    /// Sealed bytes are left out, for their nonce is random.
    fn digest(&self, values: &[Value<'_>], scratch: &mut Vec<u8>) -> [u8; 32] {
        scratch.clear();
        scratch.extend_from_slice(&self.row_key);
        for value in values {
            match value {
                Value::Null | Value::Bytes(_) => scratch.push(0),
                Value::I64(v) => scratch.extend_from_slice(&v.to_le_bytes()),
                Value::I32(v) => scratch.extend_from_slice(&v.to_le_bytes()),
                Value::I8(v) => scratch.extend_from_slice(&v.to_le_bytes()),
                Value::Bool(v) => scratch.push(u8::from(*v) + 1),
                Value::Text(_) | Value::Owned(_) => {
                    let text = value.as_text().unwrap_or_default();
                    scratch.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
                    scratch.extend_from_slice(text.as_bytes());
                }
            }
        }
        Sha256::digest(&scratch[..]).into()
    }

    /// A digest of the contract's key columns; `None` when one is blank.
    fn key_of(&self, values: &[Value<'_>]) -> Option<u64> {
        use std::hash::Hasher;
        let mut hasher = std::hash::DefaultHasher::new();
        let (mut at, mut any) = (0, false);
        for prepared in &self.columns {
            if prepared.is_key {
                any = true;
                match &values[at] {
                    Value::I64(v) => hasher.write_i64(*v),
                    Value::I32(v) => hasher.write_i32(*v),
                    Value::Bool(v) => hasher.write_u8(u8::from(*v)),
                    other => hasher.write(other.as_text()?.as_bytes()),
                }
                hasher.write_u8(0xff);
            }
            at += prepared.width;
        }
        any.then(|| hasher.finish())
    }
}

impl Value<'_> {
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Owned(text) => Some(text),
            _ => None,
        }
    }
}

/// Where warnings of the present cell go.
struct Marks<'m, 'p> {
    warnings: &'m mut Vec<(&'static str, CellError)>,
    row: RawRow<'m>,
    prepared: &'m Prepared<'p>,
}

impl Marks<'_, '_> {
    fn warn(&mut self, check: &'static str, message: String) {
        self.warnings
            .push((check, fault(self.row, self.prepared, message.into())));
    }
}

fn fault(row: RawRow<'_>, prepared: &Prepared<'_>, refusal: Refusal) -> CellError {
    CellError {
        line: row.line,
        letter: prepared.at.map(letter).unwrap_or_default(),
        header: prepared.column.header.clone(),
        message: refusal.into_owned(),
    }
}
