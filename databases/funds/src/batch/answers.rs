//! The bank's result file, row by row, and what is wrong with an answer.

use kernel::{AppResult, Money, checks, name};
use web::App;

use super::{
    bank::Sent,
    reading::{result_contract, table_of},
};

const RESULT_HEADERS: [&str; 6] = ["序号", "账号尾号", "户名", "金额", "结果", "原因"];

/// One row of the bank's result.
pub(super) struct Answer {
    pub(super) line: usize,
    pub(super) row_no: i64,
    pub(super) tail: String,
    pub(super) holder: String,
    pub(super) amount: Option<Money>,
    pub(super) credited: Option<bool>,
    pub(super) reason: String,
}

pub(super) async fn read_answers(app: &App, bytes: &[u8]) -> AppResult<Vec<Answer>> {
    let table = table_of(app, bytes, result_contract()?).await?;
    let answer = |row: &intake::table::Row| Answer {
        line: row.line as usize,
        row_no: row.whole("item").unwrap_or(-1),
        // Spreadsheets drop the zeros before a number.
        tail: format!("{:0>4}", checks::clean_code(row.text("tail"))),
        holder: name::clean(row.text("holder")),
        amount: Money::parse(row.text("amount")).ok(),
        credited: match row.text("result") {
            "成功" | "1" | "已入账" => Some(true),
            "失败" | "0" | "退票" => Some(false),
            _ => None,
        },
        reason: row.text("reason").chars().take(100).collect(),
    };
    Ok(table.rows.iter().map(answer).collect())
}

/// What is wrong with an answer, beside the payment it answers for.
pub(super) fn fault(answer: &Answer, sent: Option<&Sent>) -> Option<String> {
    let line = answer.line;
    let Some(sent) = sent else {
        return Some(format!(
            "第 {line} 行：序号 {} 没有送出过这笔发放",
            answer.row_no.max(0)
        ));
    };
    if answer.tail != sent.account_tail || answer.holder != name::clean(&sent.account_name) {
        return Some(format!(
            "第 {line} 行：序号 {} 的户名或账号尾号与送出的不一致",
            answer.row_no
        ));
    }
    if answer.amount != Some(Money(sent.amount_fen)) {
        return Some(format!("第 {line} 行：序号 {} 的金额与送出的不一致", answer.row_no));
    }
    match answer.credited {
        None => Some(format!("第 {line} 行：结果应写“成功”或“失败”")),
        Some(false) if answer.reason.is_empty() => Some(format!("第 {line} 行：失败的须写明原因")),
        _ => None,
    }
}

/// A result file that answers each row of a bank file as `result` says of its place in the file: for trials.
pub fn answered(file: &[u8], result: impl Fn(usize) -> (&'static str, &'static str)) -> Vec<u8> {
    let (file, _, _) = encoding_rs::GB18030.decode(file);
    let mut text = RESULT_HEADERS.join(",") + "\r\n";
    for (n, line) in file.lines().skip(1).enumerate() {
        let four: Vec<&str> = line.split(',').take(4).collect();
        let (result, reason) = result(n);
        text.push_str(&format!("{},{result},{reason}\r\n", four.join(",")));
    }
    text.into_bytes()
}
