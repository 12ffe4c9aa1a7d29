//! The bank's result file, row by row, and what is wrong with an answer.

use kernel::{AppError, AppResult, Money, name};

use super::{
    bank::Sent,
    reading::{columns, decoded},
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

pub(super) fn read_answers(bytes: &[u8]) -> AppResult<Vec<Answer>> {
    let text = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = reader
        .headers()
        .map_err(|_| AppError::invalid("回盘文件第一行读不出列名。"))?
        .clone();
    let places = columns(&head, RESULT_HEADERS);
    if let Some(n) = (0..5).find(|n| places[*n].is_none()) {
        return Err(AppError::invalid(format!("回盘文件缺少列“{}”。", RESULT_HEADERS[n])));
    }
    let mut answers = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut line = 1;
    loop {
        line += 1;
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Err(_) => return Err(AppError::invalid(format!("回盘文件第 {line} 行读不出来。"))),
            Ok(true) => {}
        }
        let cell = |n: usize| places[n].and_then(|at| record.get(at)).unwrap_or_default().trim();
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        answers.push(Answer {
            line,
            row_no: cell(0).parse().unwrap_or(-1),
            tail: cell(1).to_owned(),
            holder: name::clean(cell(2)),
            amount: Money::parse(cell(3)).ok(),
            credited: match cell(4) {
                "成功" | "1" | "已入账" => Some(true),
                "失败" | "0" | "退票" => Some(false),
                _ => None,
            },
            reason: cell(5).chars().take(100).collect(),
        });
    }
    if answers.is_empty() {
        return Err(AppError::invalid("回盘文件没有数据行。"));
    }
    Ok(answers)
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

/// A result file that gives every row of a bank file the same answer: for trials.
pub fn answered(file: &[u8], result: &str, reason: &str) -> AppResult<Vec<u8>> {
    let mut text = RESULT_HEADERS.join(",") + "\r\n";
    for line in decoded(file)?.lines().skip(1) {
        let four: Vec<&str> = line.split(',').take(4).collect();
        text.push_str(&format!("{},{result},{reason}\r\n", four.join(",")));
    }
    Ok(text.into_bytes())
}
