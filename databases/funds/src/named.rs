//! The programme that a row of a template names by its code, and by its name to be sure.

use std::collections::HashMap;

use access::Actor;
use intake::{
    CellError,
    table::{Row, Table},
};
use kernel::AppResult;
use web::App;

use crate::{Programme, programmes};

/// Programmes of whoever imports, by code.
pub(crate) struct Named(HashMap<String, Programme>);

impl Named {
    pub(crate) async fn of(app: &App, actor: &Actor) -> AppResult<Named> {
        let own = programmes(&app.db).await?.into_iter();
        let own = own.filter(|p| actor.scope.covers_department(&p.org));
        Ok(Named(own.map(|p| (p.code.clone(), p)).collect()))
    }

    /// The programme of a row, or what is wrong in which cell.
    pub(crate) fn by(&self, table: &Table, row: &Row) -> Result<&Programme, CellError> {
        let Some(programme) = self.0.get(row.text("programme")) else {
            return Err(table.fault(row.line, "programme", "没有这个资金项目，或不归您的部门管"));
        };
        let told = row.text("programme_name");
        if !told.is_empty() && told != programme.name {
            let why = format!("代码 {} 的项目是“{}”，请核对", programme.code, programme.name);
            return Err(table.fault(row.line, "programme_name", why));
        }
        Ok(programme)
    }
}
