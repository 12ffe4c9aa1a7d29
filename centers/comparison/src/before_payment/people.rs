//! The registers of a few people, frozen the way a run freezes those of all: the people of a list, their
//! households, and whoever is paid to the same accounts.

use std::collections::{BTreeSet, HashMap, HashSet};

use kernel::{AppError, AppResult, Date, Month, period::epoch_days};
use store::{Db, FromQueryResult, Query, Sql, args};

use super::Params;
use crate::engine::{
    HouseholdDb, HouseholdRow, MemberRow, PaymentRow, ProgrammeDb, ProgrammeRow, RegisterBuilder, Registers,
    members_of, payments_of, persons_of,
};

/// Keys in one statement.
const CHUNK_KEYS: usize = 250;

/// The programme an applicant is compared for, as if it were granted.
pub(crate) const APPLIED_FOR: &str = "~applied";

/// A row of a batch that waits to be paid.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Planned {
    pub(crate) id: i64,
    pub(crate) person_key: i64,
    pub(crate) payee_name: String,
    pub(crate) household_id: Option<i64>,
    pub(crate) region: i64,
    pub(crate) programme: String,
    pub(crate) month: String,
    qty: i64,
    rate_fen: i64,
    pub(crate) amount_fen: i64,
    pub(crate) account_digest: i64,
    pub(crate) account_tail: String,
    pub(crate) account_name: String,
    pub(crate) account_valid: Option<bool>,
    pub(crate) arrears: bool,
    pub(crate) batch_no: String,
}

/// A few people as the rules see them.
pub(crate) struct People {
    pub(crate) registers: Registers,
    /// Everyone in the registers.
    pub(crate) keys: Vec<i64>,
    /// Those about whom the question is; the others are read because they live with them or share their account.
    pub(crate) asked: BTreeSet<i64>,
    household_of: HashMap<i64, i64>,
    targeted: HashSet<String>,
}

impl People {
    pub(crate) fn household_of(&self, row: &Planned) -> Option<i64> {
        row.household_id
            .or_else(|| self.household_of.get(&row.person_key).copied())
    }

    pub(crate) fn is_targeted(&self, programme: &str) -> bool {
        self.targeted.contains(programme)
    }
}

/// The rows of a batch that wait to be paid, in the order of the list.
pub(crate) async fn planned(db: &Db, batch: i64) -> AppResult<Vec<Planned>> {
    db.rows(
        "SELECT p.id, p.person_key, p.payee_name, p.household_id, p.region, p.programme, p.month, p.qty, p.rate_fen, p.amount_fen, \
         p.account_digest, p.account_tail, p.account_name, p.account_valid, p.arrears, b.batch_no \
         FROM payment p JOIN payment_batch b ON b.id = p.batch_id \
         WHERE p.batch_id = $1 AND p.state || '' = 'listed' ORDER BY p.row_no, p.id",
        args![batch],
    )
    .await
}

/// The registers of a batch's people, with its rows as if paid on `day`.
pub(crate) async fn registers_of_batch(
    db: &Db,
    planned: &[Planned],
    month: Month,
    day: Date,
    params: &Params,
) -> AppResult<People> {
    let asked: BTreeSet<i64> = planned.iter().map(|p| p.person_key).collect();
    let mut payees = asked.clone();
    let accounts: BTreeSet<i64> = planned.iter().map(|p| p.account_digest).filter(|d| *d != 0).collect();
    payees.extend(sharing(db, &accounts, params.most_sharing).await?);
    let mut households: BTreeSet<i64> = planned.iter().filter_map(|p| p.household_id).collect();
    households.extend(households_of(db, &payees).await?);
    let as_paid = planned
        .iter()
        .map(|p| planned_payment(p, day))
        .collect::<AppResult<Vec<_>>>()?;
    let since = month.plus(-params.look_back_months).first_day().to_string();
    let people = freeze(db, payees, &households, Vec::new(), as_paid, Vec::new(), &since).await?;
    Ok(People { asked, ..people })
}

/// The registers of people found elsewhere, and of who lives with them.
pub(crate) async fn registers_of_people(db: &Db, people: &BTreeSet<i64>) -> AppResult<People> {
    let households = households_of(db, people).await?.into_iter().collect();
    freeze(db, people.clone(), &households, Vec::new(), Vec::new(), Vec::new(), "").await
}

/// These people and everyone who lives or lived with them: a question about a household may name any of them.
pub(crate) async fn everyone_beside(db: &Db, mut people: BTreeSet<i64>) -> AppResult<BTreeSet<i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        person_key: i64,
    }
    let households = households_of(db, &people).await?;
    for chunk in households.chunks(CHUNK_KEYS) {
        let mut sql = Sql::new("SELECT DISTINCT person_key FROM household_member WHERE household_id IN ");
        sql.bind_list(chunk.iter().copied());
        people.extend(db.fetch::<Row>(sql).await?.into_iter().map(|r| r.person_key));
    }
    Ok(people)
}

/// The registers of a household that applies, or of one that is registered already, as if it were registered and its
/// aid granted in the month of `day`.
pub(crate) async fn registers_of_applicant(db: &Db, household: i64, day: Date) -> AppResult<Option<People>> {
    #[derive(FromQueryResult)]
    struct Head {
        household_no: String,
        region: i64,
        head_key: i64,
        head_name: String,
        attr: i64,
    }
    #[derive(FromQueryResult)]
    struct Member {
        person_key: i64,
        name: String,
        kin: String,
    }
    let applicant: Option<Head> = db
        .row(
            "SELECT household_no, region, head_key, head_name, attr FROM applicant WHERE household_id = $1",
            args![household],
        )
        .await?;
    let registered: Option<Head> = db
        .row(
            "SELECT household_no, region, head_key, head_name, attr FROM household WHERE id = $1",
            args![household],
        )
        .await?;
    let applies = registered.is_none();
    let Some(head) = registered.or(applicant) else {
        return Ok(None);
    };
    let sql = if applies {
        "SELECT m.person_key, p.name, m.kin FROM applicant_member m JOIN person p ON p.person_key = m.person_key \
         WHERE m.household_id = $1 ORDER BY m.person_key"
    } else {
        "SELECT m.person_key, p.name, m.kin FROM household_member m JOIN person p ON p.person_key = m.person_key \
         WHERE m.household_id = $1 AND m.left_on IS NULL ORDER BY m.person_key"
    };
    let members: Vec<Member> = db.rows(sql, args![household]).await?;
    let payees: BTreeSet<i64> = members.iter().map(|m| m.person_key).chain([head.head_key]).collect();
    let as_if = HouseholdRow {
        id: household,
        household_no: head.household_no,
        region: head.region,
        head_key: head.head_key,
        head_name: head.head_name.clone(),
        population: members.len() as i64,
        status: 0,
        attr: head.attr,
        registered_on: Some(epoch_days(day)),
        ..HouseholdRow::default()
    };
    let as_members = members
        .into_iter()
        .map(|m| MemberRow {
            household_id: household,
            person_key: m.person_key,
            name: m.name,
            kin: m.kin,
            joined_on: Some(epoch_days(Month::of(day).first_day())),
            left_on: None,
        })
        .collect();
    let payment = PaymentRow {
        payment_id: -1,
        person_key: head.head_key,
        payee_name: head.head_name.clone(),
        household_id: Some(household),
        region: head.region,
        programme: APPLIED_FOR.to_owned(),
        month: Month::of(day).index(),
        paid_on: epoch_days(day),
        ..PaymentRow::default()
    };
    let people = if applies {
        freeze(
            db,
            payees,
            &BTreeSet::new(),
            vec![(as_if, as_members)],
            vec![payment],
            aid(),
            "",
        )
        .await?
    } else {
        freeze(
            db,
            payees,
            &BTreeSet::from([household]),
            Vec::new(),
            vec![payment],
            aid(),
            "",
        )
        .await?
    };
    Ok(Some(people))
}

fn aid() -> Vec<ProgrammeRow> {
    vec![ProgrammeRow {
        code: APPLIED_FOR.to_owned(),
        name: "拟申请的救助".to_owned(),
        org: String::new(),
        fund_class: 3,
        targeted: true,
        ..ProgrammeRow::default()
    }]
}

/// Other payees of the same accounts; an account with more of them is an institution's and left alone.
async fn sharing(db: &Db, accounts: &BTreeSet<i64>, most: i64) -> AppResult<Vec<i64>> {
    #[derive(FromQueryResult)]
    struct Shared {
        account_digest: i64,
        person_key: i64,
    }
    let keys: Vec<i64> = accounts.iter().copied().collect();
    let mut of_account: HashMap<i64, BTreeSet<i64>> = HashMap::new();
    for chunk in keys.chunks(CHUNK_KEYS) {
        let mut sql = Sql::new("SELECT DISTINCT account_digest, person_key FROM payment WHERE account_digest IN ");
        sql.bind_list(chunk.iter().copied());
        for row in db.fetch::<Shared>(sql).await? {
            of_account.entry(row.account_digest).or_default().insert(row.person_key);
        }
    }
    Ok(of_account
        .into_values()
        .filter(|people| people.len() as i64 <= most)
        .flatten()
        .collect())
}

async fn households_of(db: &Db, people: &BTreeSet<i64>) -> AppResult<Vec<i64>> {
    #[derive(FromQueryResult)]
    struct Row {
        household_id: i64,
    }
    let keys: Vec<i64> = people.iter().copied().collect();
    let mut out = Vec::new();
    for chunk in keys.chunks(CHUNK_KEYS) {
        let mut sql = Sql::new("SELECT DISTINCT household_id FROM household_member WHERE person_key IN ");
        sql.bind_list(chunk.iter().copied());
        out.extend(db.fetch::<Row>(sql).await?.into_iter().map(|r| r.household_id));
    }
    Ok(out)
}

/// Reads what belongs to these people and households and freezes it, with the rows given besides. Payments made before
/// `since` are left out; empty reads all.
async fn freeze(
    db: &Db,
    mut keys: BTreeSet<i64>,
    households: &BTreeSet<i64>,
    as_if: Vec<(HouseholdRow, Vec<MemberRow>)>,
    planned: Vec<PaymentRow>,
    more_programmes: Vec<ProgrammeRow>,
    since: &str,
) -> AppResult<People> {
    let asked = keys.clone();
    let ids: Vec<i64> = households.iter().copied().collect();
    let (mut household_rows, mut members) = (Vec::new(), members_of(db, &ids).await?);
    for chunk in ids.chunks(CHUNK_KEYS) {
        let mut sql = Sql::new(
            "SELECT id, household_no, region, head_key, head_name, population, status, attr, registered_on, exited_on, \
             removed_on FROM household WHERE id IN ",
        );
        sql.bind_list(chunk.iter().copied());
        household_rows.extend(db.fetch::<HouseholdDb>(sql).await?.into_iter().map(HouseholdRow::from));
    }
    for (household, of_it) in as_if {
        household_rows.push(household);
        members.extend(of_it);
    }
    keys.extend(members.iter().map(|m| m.person_key));
    let household_of = members
        .iter()
        .filter(|m| m.left_on.is_none())
        .map(|m| (m.person_key, m.household_id))
        .collect();
    let programmes: Vec<ProgrammeDb> = db
        .rows(
            "SELECT code, name, org, fund_class, targeted, rate_fen, cycle, unit FROM programme ORDER BY code",
            vec![],
        )
        .await?;
    let mut programmes: Vec<ProgrammeRow> = programmes.into_iter().map(ProgrammeRow::from).collect();
    programmes.extend(more_programmes);
    let targeted = programmes
        .iter()
        .filter(|p| p.targeted)
        .map(|p| p.code.clone())
        .collect();
    let mut builder = RegisterBuilder::new(household_rows, members, programmes);
    let keys: Vec<i64> = keys.into_iter().collect();
    let (persons, paid) = tokio::try_join!(persons_of(db, &keys), payments_of(db, &keys, since))?;
    builder.persons(persons);
    let mut payments = planned;
    payments.extend(paid);
    payments.sort_by_key(|p| (p.person_key, p.payment_id));
    for payment in payments {
        builder.payment(payment).map_err(AppError::internal)?;
    }
    let registers = tokio::task::spawn_blocking(move || builder.freeze())
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)?;
    Ok(People {
        registers,
        keys,
        asked,
        household_of,
        targeted,
    })
}

fn planned_payment(p: &Planned, day: Date) -> AppResult<PaymentRow> {
    let month: Month = p
        .month
        .parse()
        .map_err(|e: &str| AppError::internal(format!("payment {}: {e}", p.id)))?;
    Ok(PaymentRow {
        payment_id: p.id,
        person_key: p.person_key,
        payee_name: p.payee_name.clone(),
        household_id: p.household_id,
        region: p.region,
        programme: p.programme.clone(),
        month: month.index(),
        qty: p.qty,
        rate_fen: p.rate_fen,
        amount_fen: p.amount_fen,
        paid_on: epoch_days(day),
        account_digest: p.account_digest,
        account_tail: p.account_tail.clone(),
        account_name: p.account_name.clone(),
        card_fails: p.account_valid == Some(false),
        arrears: p.arrears,
        batch_no: p.batch_no.clone(),
    })
}
