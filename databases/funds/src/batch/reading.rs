//! A list of payees as an office sends it: CSV in UTF-8 or GB18030, columns found by their titles.

use kernel::{AppError, AppResult, checks::clean_code};

/// The columns of the template; the last three may be missing.
pub const TEMPLATE_HEADERS: [&str; 8] = [
    "身份证号码",
    "姓名",
    "数量",
    "金额",
    "银行账号",
    "户名",
    "区划代码",
    "补发",
];

const REQUIRED: usize = 5;
/// Longer cells are no names and no numbers.
const MOST_CELL_CHARS: usize = 200;

/// One row as written, nothing believed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRow {
    /// The line in the file, the head being line 1.
    pub row_no: i64,
    pub id_no: String,
    pub name: String,
    pub qty: String,
    pub amount: String,
    pub account: String,
    pub account_name: String,
    pub region: String,
    pub arrears: String,
}

/// The text of a delivered file.
pub(crate) fn decoded(bytes: &[u8]) -> AppResult<String> {
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF]) {
        return Err(AppError::invalid(
            "这是电子表格文件，请另存为 CSV（逗号分隔）后再上传。",
        ));
    }
    let plain = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Ok(text.to_owned());
    }
    let (text, _, wrong) = encoding_rs::GB18030.decode(plain);
    if wrong {
        return Err(AppError::invalid(
            "文件编码无法识别，请存为 UTF-8 或 GB18030（GBK）的 CSV 文件。",
        ));
    }
    Ok(text.into_owned())
}

/// The positions of titles in the head; `None` for those that are missing.
pub(crate) fn columns<const N: usize>(head: &csv::StringRecord, titles: [&str; N]) -> [Option<usize>; N] {
    let plain = |text: &str| clean_code(text);
    titles.map(|title| head.iter().position(|cell| plain(cell) == plain(title)))
}

/// Reads a list.
///
/// # Errors
/// Invalid for an unknown encoding, a missing column, a doubled title, or no rows.
pub fn read_list(bytes: &[u8]) -> AppResult<Vec<ListRow>> {
    let text = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader
        .headers()
        .map_err(|_| AppError::invalid("文件第一行读不出列名。"))?
        .clone();
    let places = columns(&head, TEMPLATE_HEADERS);
    let missing: Vec<&str> = (0..REQUIRED)
        .filter(|n| places[*n].is_none())
        .map(|n| TEMPLATE_HEADERS[n])
        .collect();
    if !missing.is_empty() {
        return Err(AppError::invalid(format!(
            "文件缺少列“{}”，请按模板填写。",
            missing.join("”“")
        )));
    }
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut line = 1;
    loop {
        line += 1;
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Err(_) => {
                return Err(AppError::invalid(format!(
                    "文件第 {line} 行读不出来，请检查引号和逗号。"
                )));
            }
            Ok(true) => {}
        }
        let cell = |n: usize| -> String {
            let text = places[n].and_then(|at| record.get(at)).unwrap_or_default();
            text.trim().chars().take(MOST_CELL_CHARS).collect()
        };
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        rows.push(ListRow {
            row_no: line,
            id_no: cell(0),
            name: cell(1),
            qty: cell(2),
            amount: cell(3),
            account: cell(4),
            account_name: cell(5),
            region: cell(6),
            arrears: cell(7),
        });
    }
    if rows.is_empty() {
        return Err(AppError::invalid("文件没有数据行。"));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_in_gb18030_with_columns_in_any_order_is_read() {
        let text = "姓名,身份证号码,金额,数量,银行账号,户名\n张三,11010519491231002X,1250.00,10,6217000010001234567,张三\n,,,,,\n";
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        let rows = read_list(&bytes).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            (rows[0].row_no, rows[0].name.as_str(), rows[0].amount.as_str()),
            (2, "张三", "1250.00")
        );
    }

    #[test]
    fn what_cannot_be_a_list_is_refused_in_words() {
        let refused = |bytes: &[u8]| read_list(bytes).unwrap_err().message;
        assert!(refused(b"PK\x03\x04").contains("另存为 CSV"));
        assert!(refused("姓名,金额\n张三,1\n".as_bytes()).contains("缺少列“身份证号码”“数量”“银行账号”"));
        assert!(refused("身份证号码,姓名,数量,金额,银行账号\n".as_bytes()).contains("没有数据行"));
        assert!(refused(&[0xFF, 0xFF, 0x00, 0x81]).contains("编码"));
    }
}
