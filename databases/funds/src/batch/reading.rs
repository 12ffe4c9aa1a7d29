//! A list of payees as an office sends it: CSV in UTF-8 or GB18030, XLSX, XLS, with titles above, merged heads and
//! columns of their own; the columns are found by their titles.

use intake::{
    Progress,
    contract::Contract,
    table::{self, Row, Table},
};
use kernel::{AppError, AppResult, IdNumber};
use web::App;

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

/// One row as written, nothing believed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRow {
    /// The line in the file, as spreadsheet programs count.
    pub row_no: i64,
    /// As written; empty where the file's reader took the number already.
    pub id_no: String,
    pub number: Option<IdNumber>,
    pub name: String,
    pub qty: String,
    pub amount: String,
    pub account: String,
    pub account_name: String,
    pub region: String,
    pub arrears: String,
    /// What is wrong with the row as it was sent: the column and why.
    pub fault: Option<(&'static str, String)>,
}

/// The contract of lists: template, titles, types.
pub(crate) fn list_contract() -> AppResult<Contract> {
    Contract::parse("payment_list", include_str!("../../data/payment_list.toml")).map_err(AppError::internal)
}

/// The contract of bank results.
pub(super) fn result_contract() -> AppResult<Contract> {
    Contract::parse("bank_result", include_str!("../../data/bank_result.toml")).map_err(AppError::internal)
}

/// A file read whole beside the requests, for parsing keeps a processor busy.
pub(crate) async fn table_of(app: &App, bytes: &[u8], contract: Contract) -> AppResult<Table> {
    let path = app.objects.temporary().join(format!("table-{:x}", app.next_id()));
    let (app, bytes) = (app.clone(), bytes.to_vec());
    let read = move || -> AppResult<Table> {
        std::fs::write(&path, &bytes).map_err(AppError::internal)?;
        // Nothing of a list is sealed: numbers become keys before anything is stored.
        let table = table::read(&path, &contract, &app.keys, &|| [0; 12], &Progress::default());
        std::fs::remove_file(&path).map_err(AppError::internal)?;
        table.map_err(|e| AppError::invalid(format!("{e}。")))
    };
    tokio::task::spawn_blocking(read).await.map_err(AppError::internal)?
}

/// Reads a list.
///
/// # Errors
/// Invalid for what is no table, an unknown encoding, a missing column, a doubled title, or no rows.
pub async fn read_list(app: &App, bytes: &[u8]) -> AppResult<Vec<ListRow>> {
    let table = table_of(app, bytes, list_contract()?).await?;
    Ok(table.rows.iter().map(list_row).collect())
}

fn list_row(row: &Row) -> ListRow {
    let hundredths = |n: i64| format!("{}.{:02}", n / 100, n.rem_euclid(100));
    let title = |header: &str| TEMPLATE_HEADERS.into_iter().find(|t| *t == header).unwrap_or("整行");
    ListRow {
        row_no: row.line as i64,
        id_no: String::new(),
        number: row.number("id_no").cloned(),
        name: row.text("name").to_owned(),
        qty: row.whole("qty").map(hundredths).unwrap_or_default(),
        amount: row.money("amount").map(|m| hundredths(m.fen())).unwrap_or_default(),
        account: row.text("account").to_owned(),
        account_name: row.text("holder").to_owned(),
        region: row.whole("region").map(|r| r.to_string()).unwrap_or_default(),
        arrears: if row.yes("arrears") == Some(true) { "是" } else { "" }.to_owned(),
        fault: row.faults.first().map(|f| (title(&f.header), f.message.clone())),
    }
}
