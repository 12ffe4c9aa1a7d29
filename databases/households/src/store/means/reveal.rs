//! The recorded reveal of a request: the file for the city's system, with the numbers of all who are in it. It is made
//! in memory, and leaves only when who fetched it and for what stands on the record.

use ::store::{FromQueryResult, Query, args};
use access::Actor;
use kernel::{AppError, AppResult, PersonKey, Sealed};
use serde_json::json;
use sha2::{Digest, Sha256};
use trail::Act as TrailAct;
use web::App;

use super::{
    KINDS,
    request::{gone, hex, request},
};
use crate::{codes, store::region_of};

const COLUMNS: &str =
    "核对批次号,序号,姓名,身份证号,与户主关系,户编号,授权签署日期,授权有效期至,核对项目,核对目的,法律依据";

/// The file for the city's system, in memory only.
pub struct Fetched {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// Makes the file and writes on the record who fetched it, for what, and its digest.
///
/// # Errors
/// Conflict before it is released, and when a signature has run out since.
pub async fn fetch(app: &App, actor: &Actor, id: i64) -> AppResult<Fetched> {
    #[derive(FromQueryResult)]
    struct Row {
        person_key: i64,
        name: String,
        kin: String,
        household_no: String,
        signed_on: String,
        valid_to: String,
        id_sealed: Vec<u8>,
    }
    let found = request(&app.db, &actor.scope, id).await?.ok_or_else(gone)?;
    if found.approved_millis.is_none() {
        return Err(AppError::conflict("这一批还没有复核，复核后才能下载报送。"));
    }
    let rows: Vec<Row> = app
        .db
        .rows(
            "SELECT l.person_key, l.name, l.kin, COALESCE(h.household_no, a.household_no, '') AS household_no, \
             l.signed_on, l.valid_to, p.id_sealed FROM means_person l JOIN person p ON p.person_key = l.person_key \
             LEFT JOIN household h ON h.id = l.household_id LEFT JOIN applicant a ON a.household_id = l.household_id \
             WHERE l.request_id = $1 ORDER BY l.household_id, l.kin, l.person_key",
            args![id],
        )
        .await?;
    let today = app.clock.today().to_string();
    if rows.iter().any(|row| row.valid_to < today) {
        return Err(AppError::conflict("有授权书在制作之后过期，请重新签署并另做一批。"));
    }
    let kinds: Vec<&str> = KINDS.iter().map(|(_, title)| *title).collect();
    // The byte order mark tells spreadsheet programs that this is UTF-8.
    let mut text = format!("\u{feff}{COLUMNS}\r\n");
    for (n, row) in rows.iter().enumerate() {
        let number = app
            .keys
            .reveal_number(PersonKey(row.person_key), &Sealed(row.id_sealed.clone()))
            .map_err(AppError::internal)?;
        let cells = [
            found.no.as_str(),
            &(n + 1).to_string(),
            &row.name,
            number.expose(),
            codes::kin_title(&row.kin),
            &row.household_no,
            &row.signed_on,
            &row.valid_to,
            &kinds.join("、"),
            &found.purpose,
            &found.basis,
        ]
        .map(quoted);
        text += &cells.join(",");
        text += "\r\n";
    }
    let bytes = text.into_bytes();
    let digest = hex(&Sha256::digest(&bytes));
    let tx = app.trail.begin(actor).await?;
    tx.execute(
        "UPDATE means_request SET fetched_name = $2, fetched_millis = $3, digest = $4 WHERE id = $1",
        args![id, actor.name.as_str(), tx.at().millis(), digest.as_str()],
    )
    .await?;
    let act = TrailAct::new("means.fetch", format!("means:{id}"))
        .in_region(region_of(found.region))
        .for_purpose(&found.purpose);
    tx.commit(act.with(json!({ "no": found.no, "people": rows.len(), "sha256": digest })))
        .await?;
    Ok(Fetched {
        file_name: format!("{}.csv", found.no),
        bytes,
    })
}

/// A field of the file; what a spreadsheet would read as a formula is made harmless.
fn quoted(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ").replace('"', "\"\"");
    let formula = text.starts_with(['=', '+', '-', '@', '\t']);
    let text = if formula { format!("'{text}") } else { text };
    format!("\"{text}\"")
}
