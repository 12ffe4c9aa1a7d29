//! Writes one department table: random rows, planted rows between them, errors of the clerk, and what of it is
//! truth for the import checks K-01, K-02 and K-09.

use std::{io, path::Path};

use kernel::{IdNumber, identity::check_char, period::ymd};

use super::{Value, cells, csv_file::CsvFile, look::Headers, particulars, xlsx_file::XlsxFile};
use crate::{
    contract::Contract,
    county::{County, Person, PersonIx},
    departments::{Department, Source},
    dice::Dice,
    facts::{Cell, Fact},
    names, quirks,
    truth::ErrorClass,
};

/// An import check that a delivered row must trigger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowTruth {
    pub(crate) rule: &'static str,
    pub(crate) dataset: &'static str,
    pub(crate) row_no: u32,
    pub(crate) class: ErrorClass,
    /// Unknown for people of other counties.
    pub(crate) person: Option<PersonIx>,
}

/// What became of a table.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) file: String,
    pub(crate) rows: u64,
    pub(crate) checks: Vec<RowTruth>,
    /// Number of the planted fact, line in the file.
    pub(crate) fact_lines: Vec<(u32, u32)>,
}

enum Sink {
    Csv(CsvFile),
    Xlsx(Box<XlsxFile>),
}

struct TableWriter<'a> {
    county: &'a County,
    table: &'a Department,
    contract: &'a Contract,
    /// For each contract column its place in the department's columns.
    places: Vec<Option<usize>>,
    dice: Dice,
    /// For the columns of `particulars`, so that all others stay what they were.
    particulars: Dice,
    sink: Sink,
    running: u64,
    out: Written,
}

/// Writes the table into `dir`.
pub(crate) fn write(county: &County, table: &Department, contract: &Contract, dir: &Path) -> io::Result<Written> {
    let file = table.look.file_name(table.dataset, &contract.title);
    let path = dir.join(&file);
    let headers = headers(table, contract);
    let title = format!("{}{}", contract.department, contract.title);
    let sink = match table.look.csv {
        Some(encoding) => {
            let mut csv = CsvFile::create(&path, encoding)?;
            csv.row(headers.iter().map(String::as_str))?;
            Sink::Csv(csv)
        }
        None => Sink::Xlsx(Box::new(XlsxFile::create(
            &title,
            county.spec.as_of,
            &table.look,
            &headers,
        )?)),
    };
    let places = contract
        .columns
        .iter()
        .map(|c| table.columns.iter().position(|d| *d == c.id))
        .collect();
    let dice = Dice::new(county.spec.seed, table.dataset);
    let out = Written {
        file,
        ..Written::default()
    };
    let mut writer = TableWriter {
        county,
        table,
        contract,
        places,
        dice,
        particulars: Dice::new(county.spec.seed, &format!("particulars of {}", table.dataset)),
        sink,
        running: 0,
        out,
    };
    writer.all_rows()?;
    let TableWriter { sink, out, .. } = writer;
    match sink {
        Sink::Csv(csv) => csv.finish()?,
        Sink::Xlsx(xlsx) => xlsx.finish(&path, &table.look, out.rows)?,
    }
    Ok(out)
}

fn headers(table: &Department, contract: &Contract) -> Vec<String> {
    let alias = |i: usize, n: usize| {
        let column = &contract.columns[i];
        (i.is_multiple_of(2))
            .then(|| column.aliases.get(n).or(column.aliases.first()))
            .flatten()
    };
    let mut out: Vec<String> = Vec::with_capacity(contract.columns.len());
    for (i, column) in contract.columns.iter().enumerate() {
        let wanted = match table.look.headers {
            Headers::Official => None,
            Headers::Alias(n) => alias(i, n),
        };
        let taken = |h: &String| out.contains(h) || contract.columns.iter().any(|c| c.header == *h);
        out.push(wanted.filter(|h| !taken(h)).unwrap_or(&column.header).clone());
    }
    out
}

impl TableWriter<'_> {
    fn all_rows(&mut self) -> io::Result<()> {
        let county = self.county;
        // Planted rows stand anywhere between the random ones.
        let mut planted: Vec<(u32, u32)> = county
            .facts
            .0
            .iter()
            .enumerate()
            .filter(|(_, f)| f.dataset == self.table.dataset)
            .map(|(i, _)| (self.dice.below(county.people.len() as u32), i as u32))
            .collect();
        planted.sort_unstable();
        let mut planted = planted.into_iter().peekable();
        match self.table.source {
            Source::People(rows) => {
                for ix in 0..county.people.len() as u32 {
                    while let Some((_, fact)) = planted.next_if(|(at, _)| *at <= ix) {
                        self.planted(fact)?;
                    }
                    for _ in 0..rows(county, &mut self.dice, ix) {
                        self.random(county.person(ix), Some(ix))?;
                        if self.dice.per_mille(self.table.outsiders) {
                            let stranger = self.stranger();
                            self.random(&stranger, None)?;
                        }
                    }
                }
            }
            Source::List(list) => {
                let rows = list(county);
                let step = county.people.len() / rows.len().max(1) + 1;
                for (n, (ix, cells)) in rows.into_iter().enumerate() {
                    while let Some((_, fact)) = planted.next_if(|(at, _)| *at as usize <= n * step) {
                        self.planted(fact)?;
                    }
                    let person = county.person(ix);
                    let class = quirks::class(
                        &mut self.dice,
                        person,
                        self.table.look.old_numbers,
                        self.table.look.careful,
                    );
                    self.deliver(person, Some(ix), class, None, &cells)?;
                }
            }
        }
        for (_, fact) in planted {
            self.planted(fact)?;
        }
        Ok(())
    }

    fn random(&mut self, person: &Person, ix: Option<PersonIx>) -> io::Result<()> {
        self.running += 1;
        let cells = (self.table.fill)(self.county, &mut self.dice, person, self.running);
        let class = quirks::class(
            &mut self.dice,
            person,
            self.table.look.old_numbers,
            self.table.look.careful,
        );
        self.deliver(person, ix, class, None, &cells)?;
        // Sent twice by mistake.
        if self.dice.below(3_000) == 0 && !self.table.look.careful {
            self.deliver(person, ix, ErrorClass::Exact, None, &cells)?;
        }
        Ok(())
    }

    fn planted(&mut self, number: u32) -> io::Result<()> {
        let fact: &Fact = &self.county.facts.0[number as usize];
        let person = self.county.person(fact.person);
        self.running += 1;
        let mut cells = (self.table.fill)(self.county, &mut self.dice, person, self.running);
        for (column, cell) in &fact.cells {
            if let Some(at) = self.table.columns.iter().position(|c| c == column) {
                cells[at] = cell.clone();
            }
        }
        // Columns the plant left open must not contradict it.
        for open in ["closed_on", "transferred_on", "deregistered_on"] {
            let at = self.table.columns.iter().position(|c| *c == open);
            if let (Some(at), false) = (at, fact.cells.iter().any(|(c, _)| *c == open)) {
                cells[at] = Cell::Empty;
            }
        }
        let line = self.deliver(person, Some(fact.person), fact.class, fact.stranger.as_deref(), &cells)?;
        self.out.fact_lines.push((number, line));
        Ok(())
    }

    fn deliver(
        &mut self,
        person: &Person,
        ix: Option<PersonIx>,
        class: ErrorClass,
        stranger: Option<&str>,
        cells: &[Cell],
    ) -> io::Result<u32> {
        let mut checks: Vec<(&'static str, ErrorClass)> = Vec::new();
        let mut values = Vec::with_capacity(self.contract.columns.len());
        for (column, place) in self.contract.columns.iter().zip(&self.places) {
            let dice = &mut self.dice;
            let value = if column.id == self.table.id_column {
                let number = quirks::number(dice, person.id.expose(), class);
                if IdNumber::parse(&number).is_err() {
                    checks.push(("K-01", class));
                }
                Value::Text(quirks::number_noise(dice, number))
            } else if column.id == self.table.name_column {
                let name = quirks::name(dice, &person.name, class, stranger);
                Value::Text(quirks::name_noise(dice, name))
            } else if let (None, Some(cell)) = (
                place,
                particulars::cell(self.county, &mut self.particulars, &column.id, person),
            ) {
                cells::value(self.county, &mut self.particulars, &self.table.look, column, &cell)
            } else {
                let cell = place.and_then(|p| cells.get(p)).unwrap_or(&Cell::Empty);
                match cell {
                    // The clerk ticked the wrong sex.
                    Cell::Code(sex) if column.id == "sex" && dice.below(500) == 0 => {
                        checks.push(("K-02", class));
                        let wrong = Cell::Code(if *sex == "1" { "2" } else { "1" });
                        cells::value(self.county, dice, &self.table.look, column, &wrong)
                    }
                    // A wrong character in a credit code.
                    Cell::Text(code) if column.kind == "uscc" && dice.below(600) == 0 => {
                        checks.push(("K-09", class));
                        Value::Text(wrong_uscc(dice, code))
                    }
                    cell => cells::value(self.county, dice, &self.table.look, column, cell),
                }
            };
            values.push(value);
        }
        // A number that cannot be read says nothing of the sex.
        if checks.iter().any(|(rule, _)| *rule == "K-01") {
            checks.retain(|(rule, _)| *rule != "K-02");
        }
        let line = match &mut self.sink {
            Sink::Csv(csv) => {
                let texts: Vec<String> = values.into_iter().map(Value::text).collect();
                csv.row(texts.iter().map(String::as_str))?
            }
            Sink::Xlsx(xlsx) => xlsx.row(&values)?,
        };
        self.out.rows += 1;
        let dataset = self.table.dataset;
        self.out.checks.extend(checks.into_iter().map(|(rule, class)| RowTruth {
            rule,
            dataset,
            row_no: line,
            class,
            person: ix,
        }));
        Ok(line)
    }

    /// Somebody of another county, in no register here.
    fn stranger(&mut self) -> Person {
        let dice = &mut self.dice;
        let prefix = *dice.pick(&[370_102_u32, 370_211, 371_502, 110_108, 410_102, 130_983]);
        let birth = ymd(
            dice.between(1950, 1999),
            dice.between(1, 12) as u8,
            dice.between(1, 28) as u8,
        )
        .unwrap_or(self.county.spec.as_of);
        let first = format!(
            "{prefix}{:04}{:02}{:02}{:03}",
            birth.year(),
            u8::from(birth.month()),
            birth.day(),
            dice.below(1000)
        );
        let text = format!("{first}{}", check_char(&first).unwrap_or('0'));
        let id = match IdNumber::parse(&text) {
            Ok(parsed) => parsed.number,
            Err(problem) => unreachable!("a made number is valid: {problem}"),
        };
        let surname = names::surname(dice);
        let name = names::full_name(dice, surname, id.sex(), birth.year());
        let region = self.county.people[0].region;
        Person {
            id,
            name,
            birth,
            region,
            family: u32::MAX,
            kin: 2,
            phone: 0,
            death: None,
        }
    }
}

/// One character of a credit code changed; the check character always notices.
fn wrong_uscc(dice: &mut Dice, code: &str) -> String {
    let mut bytes = code.as_bytes().to_vec();
    let at = 10 + dice.below(7) as usize;
    bytes[at] = b'0' + (bytes[at].wrapping_sub(b'0') + 1 + dice.below(8) as u8) % 10;
    let text = String::from_utf8(bytes).unwrap_or_default();
    if kernel::checks::uscc_is_valid(&text) {
        format!("{}0", &code[..17])
    } else {
        text
    }
}
