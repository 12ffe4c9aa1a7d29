//! What a small case is made of, and how it enters: people, households and payments by the loaders of the demo, department
//! tables as files that somebody still has to deliver.

use std::path::Path;

use access::Actor;
use funds::{
    PaymentState,
    load::{self as money, NewPayment},
};
use households::{
    load::{self as homes, NewCheck, NewHousehold, NewMember, NewPairing, NewPerson, Nonces},
    model::exit::Guarantees,
};
use intake::contract::Contracts;
use kernel::{AppError, AppResult, Date, IdNumber, Money, Month, RegionCode, RegionLevel, identity::Sex};
use serde_json::json;
use simulate::{PROGRAMMES, Programme, Region};
use trail::Act;
use web::App;

use super::Delivery;
use crate::demo::{money::programme as stored, registers};

/// Somebody invented.
pub(super) struct Someone {
    number: IdNumber,
    /// As a department's clerk writes it.
    pub(super) digits: String,
    pub(super) name: String,
    pub(super) place: RegionCode,
    home: Option<usize>,
    kin: u8,
}

/// A registered household.
pub(super) struct Home {
    pub(super) head: usize,
    pub(super) others: Vec<(usize, u8)>,
    pub(super) attr: i64,
    pub(super) status: i64,
    pub(super) registered_on: Date,
    pub(super) exited_on: Option<Date>,
}

/// A visit in which all but perhaps the house was found in order.
pub(super) struct Visit {
    /// Which household, in the order in which they were told of.
    pub(super) home: usize,
    pub(super) on: Date,
    pub(super) housing_ok: bool,
}

struct Paid {
    who: usize,
    programme: &'static Programme,
    month: Month,
    /// Hundredths of the programme's unit.
    qty: i64,
    rate: Money,
    account: String,
}

/// A department's table: columns by the ids of its contract.
pub(super) struct Sheet {
    pub(super) data_set: &'static str,
    pub(super) columns: &'static [&'static str],
    pub(super) rows: Vec<Vec<String>>,
}

/// A case before it is entered.
pub(super) struct Story {
    divisions: Vec<Region>,
    area: String,
    people: Vec<Someone>,
    homes: Vec<Home>,
    visits: Vec<Visit>,
    paid: Vec<Paid>,
    sheets: Vec<Sheet>,
    /// Rates that differ from the demo's list, in fen.
    rates: Vec<(&'static str, i64)>,
}

const SURNAMES: [&str; 16] = [
    "张", "李", "王", "赵", "周", "杨", "何", "段", "许", "罗", "沈", "白", "马", "彭", "尹", "谢",
];
const GIVEN: [&str; 32] = [
    "国强", "秀英", "建军", "桂兰", "志明", "小燕", "永发", "玉珍", "家贵", "凤仙", "文忠", "美华", "开云", "丽芬",
    "正祥", "琼仙", "朝阳", "兰英", "绍华", "云芬", "自立", "会琼", "双全", "翠莲", "春生", "竹英", "得胜", "月娥",
    "顺昌", "素芬", "光明", "琼芬",
];

/// The helper among the demo accounts, and how many of the first households he is paired with.
const HELPER: &str = "bangfu";
const HELPER_NAME: &str = "何春燕";
const HELPED: usize = 12;

/// One of five hundred invented names.
pub(super) fn name(n: usize) -> String {
    format!(
        "{}{}",
        SURNAMES[n % SURNAMES.len()],
        GIVEN[n / SURNAMES.len() % GIVEN.len()]
    )
}

/// A day of birth that spreads over forty years.
pub(super) fn born(n: usize) -> String {
    format!("{}-{:02}-{:02}", 1950 + n % 40, 1 + n % 12, 1 + n % 28)
}

pub(super) fn day(text: &str) -> Date {
    kernel::period::parse_date(text).unwrap_or(Date::MIN)
}

impl Story {
    /// A case in these divisions, the county third; what lies below it is invented.
    pub(super) fn of(divisions: &[(&str, &str)]) -> Story {
        let parsed = divisions.iter().filter_map(|(code, name)| {
            let parsed: RegionCode = code.parse().ok()?;
            Some(Region {
                code: parsed,
                name: (*name).into(),
                level: parsed.level() as u8,
                synthetic: parsed.level() > RegionLevel::County,
            })
        });
        Story {
            divisions: parsed.collect(),
            area: divisions
                .get(2)
                .map_or_else(String::new, |(code, _)| (*code).to_owned()),
            people: Vec::new(),
            homes: Vec::new(),
            visits: Vec::new(),
            paid: Vec::new(),
            sheets: Vec::new(),
            rates: Vec::new(),
        }
    }

    /// Somebody with a number of this county; nobody real has it unless by chance, and nobody is meant.
    pub(super) fn person(&mut self, name: &str, sex: Sex, birth: &str, place: &str) -> AppResult<usize> {
        let n = self.people.len();
        let order = (2 * n + usize::from(sex == Sex::Male)) % 1000;
        let first = format!("{}{}{order:03}", self.area, birth.replace('-', ""));
        let check = kernel::identity::check_char(&first).ok_or_else(|| AppError::internal("a birth is no day"))?;
        let digits = format!("{first}{check}");
        let number = IdNumber::parse(&digits)
            .map_err(|_| AppError::internal("a number of a case is none"))?
            .number;
        self.people.push(Someone {
            number,
            digits,
            name: name.to_owned(),
            place: place.parse().map_err(AppError::internal)?,
            home: None,
            kin: 1,
        });
        Ok(n)
    }

    /// One of many, known by the order alone.
    pub(super) fn neighbour(&mut self, n: usize, place: &str) -> AppResult<usize> {
        // Given names alternate, as the list above does.
        let sex = if n / SURNAMES.len() % 2 == 0 {
            Sex::Male
        } else {
            Sex::Female
        };
        self.person(&name(n), sex, &born(n), place)
    }

    pub(super) fn who(&self, n: usize) -> &Someone {
        &self.people[n]
    }

    pub(super) fn number_of(&self, name: &str) -> Option<String> {
        self.people.iter().find(|p| p.name == name).map(|p| p.digits.clone())
    }

    pub(super) fn home(&mut self, home: Home) {
        let at = self.homes.len();
        self.people[home.head].home = Some(at);
        for (who, kin) in &home.others {
            self.people[*who].home = Some(at);
            self.people[*who].kin = *kin;
        }
        self.homes.push(home);
    }

    pub(super) fn visit(&mut self, visit: Visit) {
        self.visits.push(visit);
    }

    /// The number under which a household stands in the register.
    pub(super) fn household_no(&self, at: usize) -> String {
        let place = self.people[self.homes[at].head].place;
        format!("{}{:04}", place.as_i64(), at + 1)
    }

    /// A rate of the place, in yuan.
    pub(super) fn rate(&mut self, code: &'static str, yuan: i64) {
        self.rates.push((code, yuan * 100));
    }

    /// What somebody was paid, into an account of his own.
    pub(super) fn pay(&mut self, who: usize, code: &'static str, month: &str, qty: i64) -> AppResult<()> {
        self.pay_into(who, code, month, qty, who)
    }

    /// The same into the account of that number.
    pub(super) fn pay_into(
        &mut self,
        who: usize,
        code: &'static str,
        month: &str,
        qty: i64,
        account: usize,
    ) -> AppResult<()> {
        let programme = PROGRAMMES
            .iter()
            .find(|p| p.code == code)
            .ok_or_else(|| AppError::internal("a case pays by a programme that is not there"))?;
        let own = self.rates.iter().find(|(c, _)| *c == code).map(|(_, fen)| *fen);
        self.paid.push(Paid {
            who,
            programme,
            month: month.parse().map_err(AppError::internal)?,
            qty,
            rate: Money(own.unwrap_or_else(|| i64::from(programme.rate_fen))),
            account: format!("6217{account:011}"),
        });
        Ok(())
    }

    pub(super) fn sheet(&mut self, data_set: &'static str, columns: &'static [&'static str], rows: Vec<Vec<String>>) {
        self.sheets.push(Sheet {
            data_set,
            columns,
            rows,
        });
    }

    /// Fills the registers and writes the departments' files.
    pub(super) async fn enter(&self, app: &App, files: &Path) -> AppResult<Vec<Delivery>> {
        registers::places(app, &self.divisions, &simulate::orgs(&self.divisions)).await?;
        self.register(app).await?;
        self.write(files)
    }

    async fn register(&self, app: &App) -> AppResult<()> {
        let ids: Vec<i64> = self.homes.iter().map(|_| app.next_id()).collect();
        let key = |n: usize| app.keys.person_key(&self.people[n].number);
        let tx = app.trail.begin(&Actor::system()).await?;
        let mut nonces = Nonces::from_random(app.nonce()?);
        let people = self.people.iter().map(|p| NewPerson {
            number: &p.number,
            name: &p.name,
            region: p.place,
            kin: p.kin,
            household: p.home.map(|at| ids[at]),
            phone: None,
            death: None,
        });
        homes::people(&tx, &app.keys, &mut nonces, people).await?;
        let numbers: Vec<String> = (0..self.homes.len()).map(|at| self.household_no(at)).collect();
        let households = self.homes.iter().enumerate().map(|(at, h)| NewHousehold {
            id: ids[at],
            household_no: &numbers[at],
            region: self.people[h.head].place,
            head: key(h.head),
            head_name: &self.people[h.head].name,
            population: h.others.len() as i64 + 1,
            status: h.status,
            attr: h.attr,
            monitor_class: None,
            main_cause: "缺劳力",
            registered_on: Some(h.registered_on),
            exited_on: h.exited_on,
            removed_on: None,
        });
        homes::households(&tx, households).await?;
        let members = self.homes.iter().enumerate().flat_map(|(at, h)| {
            let (id, joined_on) = (ids[at], h.registered_on);
            let all = std::iter::once((h.head, 1)).chain(h.others.iter().copied());
            all.map(move |(who, kin)| (id, who, kin, joined_on))
        });
        let members = members.map(|(household, who, kin, joined_on)| NewMember {
            household,
            person: key(who),
            kin,
            joined_on,
            left_on: None,
        });
        homes::members(&tx, members).await?;
        if let Some(helper) = directory::accounts::account_by_login(&app.db, HELPER).await? {
            let paired = self.homes.iter().zip(&ids).take(HELPED).map(|(home, id)| NewPairing {
                household: *id,
                account: helper.id.0,
                helper_name: HELPER_NAME,
                from_on: home.registered_on,
                to_on: None,
            });
            homes::pairings(&tx, paired).await?;
        }
        let checks = self.visits.iter().map(|visit| NewCheck {
            household: ids[visit.home],
            on: visit.on,
            found: Guarantees {
                housing: visit.housing_ok,
                ..Guarantees::ALL
            },
            evidence: "入户查看",
            assessor: "驻村工作队",
        });
        homes::checks(&tx, checks).await?;
        let detail = json!({ "people": self.people.len(), "households": self.homes.len() });
        tx.commit(Act::new("household.load", "register").with(detail)).await?;

        let tx = app.trail.begin(&Actor::system()).await?;
        let programmes = PROGRAMMES.iter().map(|p| {
            let mut programme = stored(p);
            if let Some((_, fen)) = self.rates.iter().find(|(code, _)| *code == p.code) {
                programme.rate_fen = *fen;
            }
            programme
        });
        money::programmes(&tx, programmes).await?;
        let mut paid: Vec<&Paid> = self.paid.iter().collect();
        paid.sort_by_key(|p| (p.month, p.programme.code, p.who));
        let batches: Vec<String> = paid.iter().map(|p| self.batch(p)).collect();
        let payments = paid.iter().zip(&batches).map(|(p, batch_no)| {
            let payee = &self.people[p.who];
            NewPayment {
                id: app.next_id(),
                batch_no,
                programme: p.programme.code,
                org: p.programme.dept,
                person: key(p.who),
                payee_name: &payee.name,
                household: payee.home.map(|at| ids[at]),
                region: payee.place,
                month: p.month,
                qty: p.qty,
                rate: p.rate,
                amount: Money(p.rate.fen() * p.qty / 100),
                paid_on: p.month.first_day() + time::Duration::days(19),
                account: &p.account,
                account_valid: None,
                account_name: &payee.name,
                arrears: false,
                state: PaymentState::Paid,
            }
        });
        let rows = money::payments(&tx, &app.keys, || app.next_id(), payments).await?;
        tx.commit(Act::new("payment.load", "register").with(json!({ "rows": rows })))
            .await
            .map(|_| ())
    }

    /// One programme, month and town.
    fn batch(&self, p: &Paid) -> String {
        let town = self.people[p.who].place.at(RegionLevel::Town);
        format!(
            "{}-{:04}{:02}-{town}",
            p.programme.code,
            p.month.year(),
            p.month.month()
        )
    }

    fn write(&self, folder: &Path) -> AppResult<Vec<Delivery>> {
        std::fs::create_dir_all(folder).map_err(AppError::internal)?;
        let contracts = Contracts::embedded().map_err(|e| AppError::internal(e.to_string()))?;
        let mut out = Vec::new();
        for sheet in &self.sheets {
            let contract = contracts
                .get(sheet.data_set)
                .ok_or_else(|| AppError::internal("a case sends a table without a contract"))?;
            let header = |id: &str| {
                contract
                    .columns
                    .iter()
                    .find(|c| c.id == id)
                    .map_or("", |c| c.header.as_str())
            };
            let mut text = sheet.columns.iter().map(|id| header(id)).collect::<Vec<_>>().join(",") + "\r\n";
            for row in &sheet.rows {
                text += &(row.join(",") + "\r\n");
            }
            let path = folder.join(format!("{}.csv", contract.title));
            std::fs::write(&path, text).map_err(AppError::internal)?;
            out.push(Delivery {
                data_set: sheet.data_set.to_owned(),
                path,
                rows: sheet.rows.len() as u64,
            });
        }
        Ok(out)
    }
}
