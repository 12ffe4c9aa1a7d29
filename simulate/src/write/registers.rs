//! The registers as plain UTF-8 CSV, for the comparison without a server.

use std::{io, path::Path};

use super::{csv_file::CsvFile, look::Encoding};
use crate::county::County;

/// Writes people, households, payments and what belongs to them; returns the row count of each file.
pub(crate) fn write(county: &County, dir: &Path) -> io::Result<Vec<(String, u64)>> {
    let mut done = Vec::new();
    let mut file = |name: &str, header: &[&str], rows: &mut dyn FnMut(&mut CsvFile) -> io::Result<u64>| {
        let mut csv = CsvFile::create(&dir.join(name), Encoding::Utf8)?;
        csv.row(header.iter().copied())?;
        let count = rows(&mut csv)?;
        csv.finish()?;
        done.push((name.to_owned(), count));
        io::Result::Ok(())
    };
    file("regions.csv", &["code", "name", "level", "synthetic"], &mut |csv| {
        for r in &county.regions {
            line(
                csv,
                &[
                    r.code.to_string(),
                    r.name.to_string(),
                    r.level.to_string(),
                    u8::from(r.synthetic).to_string(),
                ],
            )?;
        }
        Ok(county.regions.len() as u64)
    })?;
    file(
        "people.csv",
        &[
            "id_no",
            "name",
            "sex",
            "birth",
            "region",
            "household_no",
            "kin",
            "phone",
            "death_date",
        ],
        &mut |csv| {
            for p in &county.people {
                line(
                    csv,
                    &[
                        p.id.expose().to_owned(),
                        p.name.to_string(),
                        p.sex_code().to_string(),
                        p.birth.to_string(),
                        p.region.to_string(),
                        county.families[p.family as usize].no.to_string(),
                        format!("{:02}", p.kin),
                        if p.phone == 0 {
                            String::new()
                        } else {
                            p.phone.to_string()
                        },
                        p.death.map(|d| d.to_string()).unwrap_or_default(),
                    ],
                )?;
            }
            Ok(county.people.len() as u64)
        },
    )?;
    file(
        "households.csv",
        &[
            "household_no",
            "region",
            "head_id_no",
            "status",
            "attr",
            "main_cause",
            "registered_on",
            "exited_on",
        ],
        &mut |csv| {
            for h in &county.households {
                let family = &county.families[h.family as usize];
                line(
                    csv,
                    &[
                        family.no.to_string(),
                        family.region.to_string(),
                        county.person(family.head).id.expose().to_owned(),
                        h.status.to_string(),
                        h.attr.to_string(),
                        format!("{:02}", h.main_cause),
                        h.registered_on.to_string(),
                        h.exited_on.map(|d| d.to_string()).unwrap_or_default(),
                    ],
                )?;
            }
            Ok(county.households.len() as u64)
        },
    )?;
    file(
        "programmes.csv",
        &[
            "code",
            "name",
            "dept",
            "fund_family",
            "unit",
            "rate_fen",
            "cycle",
            "payee_kind",
            "fund_level",
            "public_name_mode",
            "targeted",
            "paid",
        ],
        &mut |csv| {
            for x in &county.programmes {
                line(
                    csv,
                    &[
                        x.code.to_owned(),
                        x.name.to_owned(),
                        x.dept.to_owned(),
                        x.fund_family.to_owned(),
                        x.unit.to_owned(),
                        x.rate_fen.to_string(),
                        x.cycle.name().to_owned(),
                        x.payee.name().to_owned(),
                        x.fund_level.to_owned(),
                        x.public_name_mode.to_owned(),
                        u8::from(x.targeted).to_string(),
                        u8::from(x.paid).to_string(),
                    ],
                )?;
            }
            Ok(county.programmes.len() as u64)
        },
    )?;
    file(
        "payments.csv",
        &[
            "programme",
            "id_no",
            "name",
            "household_no",
            "region",
            "benefit_month",
            "qty",
            "rate_fen",
            "amount_fen",
            "paid_on",
            "account",
            "account_name",
            "batch_no",
            "arrears",
        ],
        &mut |csv| {
            for x in &county.payments {
                let person = county.person(x.payee);
                let account = county.account(x);
                line(
                    csv,
                    &[
                        county.programme(x).code.to_owned(),
                        person.id.expose().to_owned(),
                        person.name.to_string(),
                        county.families[person.family as usize].no.to_string(),
                        person.region.to_string(),
                        x.benefit_month.to_string(),
                        x.qty.to_string(),
                        x.rate.to_string(),
                        x.amount.fen().to_string(),
                        x.paid_on.to_string(),
                        account.number.to_string(),
                        account.holder_name.to_string(),
                        county.batch_no(x),
                        u8::from(x.arrears).to_string(),
                    ],
                )?;
            }
            Ok(county.payments.len() as u64)
        },
    )?;
    file(
        "indicators.csv",
        &[
            "programme",
            "year",
            "doc_no",
            "level",
            "amount_fen",
            "arrived_on",
            "allocated_fen",
            "balance_fen",
        ],
        &mut |csv| {
            for i in &county.indicators {
                line(
                    csv,
                    &[
                        county.programmes[i.programme as usize].code.to_owned(),
                        i.year.to_string(),
                        i.doc_no.clone(),
                        i.level.to_owned(),
                        i.amount.fen().to_string(),
                        i.arrived_on.to_string(),
                        i.allocated.fen().to_string(),
                        i.balance.fen().to_string(),
                    ],
                )?;
            }
            Ok(county.indicators.len() as u64)
        },
    )?;
    Ok(done)
}

fn line(csv: &mut CsvFile, fields: &[String]) -> io::Result<()> {
    csv.row(fields.iter().map(String::as_str)).map(|_| ())
}
