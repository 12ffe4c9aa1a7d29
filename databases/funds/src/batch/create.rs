//! A batch is made: checked rows become listed payments, faulty ones are named and kept apart or refuse the whole.

use access::Actor;
use kernel::{AppError, AppResult, Money, Month, RegionCode, RegionLevel};
use serde_json::json;
use store::{BulkInsert, Query, args};
use trail::{Act, Once};
use web::App;

use super::{
    check::{GoodRow, Purpose, RowFault, already, check},
    reading::ListRow,
    rows::remember,
};
use crate::{
    chain::Asked,
    payment,
    programme::{Programme, programme},
};

/// What to do with faulty rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Look only; nothing is entered.
    DryRun,
    /// One faulty row refuses the whole list.
    AllOrNothing,
    /// Faulty rows are set aside and named; the rest is entered.
    KeepGood,
}

impl Mode {
    pub const ALL: [(&'static str, &'static str); 3] = [
        ("dry_run", "只核对，不造册"),
        ("all_or_nothing", "有一行有误就整批退回"),
        ("keep_good", "有误的行列出退回，其余造册"),
    ];

    pub fn from_id(id: &str) -> Option<Mode> {
        match id {
            "dry_run" => Some(Mode::DryRun),
            "all_or_nothing" => Some(Mode::AllOrNothing),
            "keep_good" => Some(Mode::KeepGood),
            _ => None,
        }
    }
}

/// A batch as asked for.
#[derive(Clone, Debug)]
pub struct NewBatch<'a> {
    pub programme: &'a str,
    pub month: Month,
    /// The area whose people are listed.
    pub region: RegionCode,
    pub mode: Mode,
    pub rows: &'a [ListRow],
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Created {
    /// `None` after a dry run, or when the whole was refused.
    pub batch: Option<i64>,
    pub rows: i64,
    pub amount: Money,
    pub faults: Vec<RowFault>,
}

/// Makes a batch from a list.
///
/// # Errors
/// Unknown programme, a programme that pays nobody, an area out of reach. Faulty rows are no error: they are told.
pub async fn create(app: &App, actor: &Actor, request_id: &str, new: &NewBatch<'_>) -> AppResult<Created> {
    let programme = payable(app, actor, new.programme).await?;
    if !actor.scope.covers(new.region) {
        return Err(AppError::invalid("请选择本辖区内的地方。"));
    }
    if new.month > Month::of(app.clock.today()).plus(3) {
        return Err(AppError::invalid("所属月份太远，请核对。"));
    }
    let scope = actor.scope.within(new.region);
    let purpose = Purpose {
        scope: &scope,
        month: new.month,
        rate: programme.rate(),
        unit: &programme.unit,
    };
    let (good, faults) = check(&app.db, &app.keys, &purpose, new.rows).await?;
    enter(app, actor, request_id, &programme, new, good, faults).await
}

pub(crate) async fn payable(app: &App, actor: &Actor, code: &str) -> AppResult<Programme> {
    programme(&app.db, code)
        .await?
        .filter(|p| actor.scope.covers_department(&p.org) && p.pays_people())
        .ok_or_else(|| AppError::invalid("请选择发放到户到人的资金项目。"))
}

/// Writes a batch of good rows; doubles of earlier payments are found inside the transaction.
pub(crate) async fn enter(
    app: &App,
    actor: &Actor,
    request_id: &str,
    programme: &Programme,
    new: &NewBatch<'_>,
    mut good: Vec<GoodRow>,
    mut faults: Vec<RowFault>,
) -> AppResult<Created> {
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => {
            let id: i64 = earlier
                .subject
                .rsplit(':')
                .next()
                .and_then(|n| n.parse().ok())
                .unwrap_or(0);
            return Ok(Created {
                batch: Some(id),
                ..Created::default()
            });
        }
    };
    let paid = already(&*tx, &programme.code, new.month).await?;
    good.retain(|row| {
        let double = !row.arrears && paid.contains(&row.person.0);
        if double {
            faults.push(RowFault {
                row_no: row.row_no,
                name: row.name.clone(),
                field: "身份证号码",
                text: format!("{} 月份的这项补贴已造册或已发放", new.month),
            });
        }
        !double
    });
    faults.sort_by_key(|f| f.row_no);
    let amount: Money = good.iter().map(|r| r.amount).sum();
    let told = Created {
        batch: None,
        rows: good.len() as i64,
        amount,
        faults,
    };
    let refused = new.mode == Mode::AllOrNothing && !told.faults.is_empty();
    if new.mode == Mode::DryRun || refused || good.is_empty() {
        return Ok(told);
    }
    let id = app.next_id();
    let account = actor.account.map_or(-1, |a| a.0);
    let same = tx
        .number(
            "SELECT COUNT(*) FROM payment_batch WHERE programme = $1 AND month = $2 AND region = $3",
            args![programme.code.as_str(), new.month.to_string(), new.region.as_i64()],
        )
        .await?;
    let batch_no = format!(
        "{}-{:04}{:02}-{}-{}",
        programme.code,
        new.month.year(),
        new.month.month(),
        new.region,
        same + 1
    );
    tx.execute(
        "INSERT INTO payment_batch (id, batch_no, programme, org, month, state, rows, amount_fen, region, entered_by, \
         last_by, version, entered_on) VALUES ($1,$2,$3,$4,$5,'listed',$6,$7,$8,$9,$10,1,$11)",
        args![
            id,
            batch_no.as_str(),
            programme.code.as_str(),
            programme.org.as_str(),
            new.month.to_string(),
            told.rows,
            amount.fen(),
            new.region.as_i64(),
            account,
            account,
            app.clock.today().to_string()
        ],
    )
    .await?;
    write_rows(app, &tx, id, programme, new.month, &good).await?;
    let mut rejects = BulkInsert::new(&tx, "batch_reject", &["batch_id", "row_no", "payee_name", "reason"], "");
    for f in &told.faults {
        let reason = format!("{}：{}", f.field, f.text);
        rejects.push(args![id, f.row_no, f.name.as_str(), reason]).await?;
    }
    rejects.finish().await?;
    remember(app, &tx, id, "list", &Asked::on(request_id, app.clock.today())).await?;
    let detail =
        json!({ "batch_no": batch_no, "rows": told.rows, "amount_fen": amount.fen(), "rejects": told.faults.len() });
    let act = Act::new("batch.create", format!("batch:{id}"));
    tx.commit(act.in_region(new.region.at(RegionLevel::Village)).with(detail))
        .await?;
    Ok(Created {
        batch: Some(id),
        ..told
    })
}

async fn write_rows(
    app: &App,
    tx: &trail::RecordedTx,
    batch: i64,
    programme: &Programme,
    month: Month,
    rows: &[GoodRow],
) -> AppResult<()> {
    let mut bulk = BulkInsert::new(tx, "payment", &payment::WRITTEN, "");
    let month = month.to_string();
    for row in rows {
        bulk.push(args![
            app.next_id(),
            batch,
            programme.code.as_str(),
            row.person.0,
            row.name.as_str(),
            row.household,
            row.region.as_i64(),
            month.as_str(),
            row.qty,
            programme.rate_fen,
            row.amount.fen(),
            "",
            row.account_digest,
            row.account_tail.as_str(),
            row.account_name.as_str(),
            row.arrears,
            "listed",
            row.account_valid,
            row.row_no
        ])
        .await?;
    }
    bulk.finish().await?;
    Ok(())
}
