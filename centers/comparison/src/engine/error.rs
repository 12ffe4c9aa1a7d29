//! What can go wrong under a run, for the log; [`EngineError::in_words`] says it to the clerk.

use std::time::Duration;

/// The table or rule it happened in, and why.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("table {0}: {1}")]
    Table(String, String),
    #[error("freezing registers: {0}")]
    Freeze(String),
    #[error("cancelled")]
    Cancelled,
    #[error("rule {0}: {1}")]
    Rule(String, String),
    #[error("rule {0} reads {1}, which it does not declare")]
    Undeclared(String, String),
    #[error("rule {0} uses {1}, which makes rows or text out of nothing")]
    Conjured(String, String),
    #[error("rule {0} is written in {1} {2}, more than a rule may")]
    TooLongText(String, usize, &'static str),
    #[error("rule {0} yields more than {1} rows")]
    TooManyRows(String, usize),
    #[error("rule {0} took longer than {1:?}")]
    TooLong(String, Duration),
    #[error("rule {0} needs more than {1} MiB")]
    TooMuchMemory(String, usize),
}

impl EngineError {
    /// For the clerk: what happened, in which rule, and what to do. Nothing was found or cleared.
    pub fn in_words(&self) -> String {
        const WAY_OUT: &str =
            "本次比对没有产生也没有关闭任何疑点。请在“比对规则”中打开该规则，修改条件或撤销最近的调整，再重新运行。";
        match self {
            EngineError::Rule(rule, _) => format!("规则{rule}的写法有误，无法执行。{WAY_OUT}"),
            EngineError::Undeclared(rule, table) => {
                format!("规则{rule}要读取没有声明的数据“{table}”，已停止。{WAY_OUT}")
            }
            EngineError::Conjured(rule, function) => {
                format!("规则{rule}用了会凭空产生数据的写法“{function}”，已停止。{WAY_OUT}")
            }
            EngineError::TooLongText(rule, ..) => {
                format!("规则{rule}的条件过长或嵌套过深，已停止。{WAY_OUT}")
            }
            EngineError::TooManyRows(rule, rows) => {
                format!("规则{rule}的结果超过{rows}行，多半是条件写漏了，已停止。{WAY_OUT}")
            }
            EngineError::TooLong(rule, time) => {
                format!("规则{rule}运行超过{}秒仍没有结束，已停止。{WAY_OUT}", time.as_secs())
            }
            EngineError::TooMuchMemory(rule, mebibytes) => {
                format!("规则{rule}需要的内存超过{mebibytes}兆，已停止。{WAY_OUT}")
            }
            EngineError::Cancelled => "比对已停止。".to_owned(),
            EngineError::Table(table, _) => {
                format!("数据“{table}”无法读取，本次比对没有进行。请重新导入该数据后再运行。")
            }
            EngineError::Freeze(_) => "登记数据无法整理成快照，本次比对没有进行，请联系管理员。".to_owned(),
        }
    }
}

impl From<probe::ProbeError> for EngineError {
    fn from(error: probe::ProbeError) -> Self {
        EngineError::Table(error.table, error.problem)
    }
}
