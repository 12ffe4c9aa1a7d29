//! Why a whole file is refused. Each message says what to do; none holds a cell's content.

/// The file as a whole cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error("文件是空的，没有可导入的数据")]
    Empty,
    #[error("文件只有表头，没有数据行")]
    NoRows,
    #[error("这不是表格文件：{0}。请上传 CSV 或 XLSX 文件")]
    NotATable(&'static str),
    #[error("文件编码无法识别。请另存为 UTF-8 或 GB18030（GBK）编码的 CSV，或直接上传 XLSX")]
    Encoding,
    #[error("文件不完整或已损坏：{0}。请重新导出后再上传")]
    Damaged(String),
    #[error("文件已加密，无法读取。请去掉打开密码后再上传")]
    Encrypted,
    #[error("文件被拒收：{0}")]
    Unsafe(String),
    #[error("没有找到表头。请核对是否使用了「{title}」的模板：应有列 {wanted}")]
    NoHeader { title: String, wanted: String },
    #[error("缺少必填列：{0}。请对照模板补齐后再上传")]
    MissingColumns(String),
    #[error("「{title}」的列重复：{columns}。请只保留一列")]
    DoubledColumn { title: String, columns: String },
    #[error("这份文件看起来是「{looks_like}」，不是「{wanted}」。请到对应的数据集上传")]
    OtherDataSet { wanted: String, looks_like: String },
    #[error("第 {line} 行附近的一行超过 {limit} MB，可能缺少右引号。请检查后再上传")]
    RowTooLong { line: u64, limit: u64 },
    #[error("导入已取消，没有写入任何数据")]
    Cancelled,
    #[error("读写文件出错：{0}")]
    Io(#[from] std::io::Error),
    #[error("写快照出错：{0}")]
    Write(String),
}

impl From<arrow::error::ArrowError> for IngestError {
    fn from(e: arrow::error::ArrowError) -> Self {
        IngestError::Write(e.to_string())
    }
}
