//! What each department knows about everybody, one file per table.
//!
//! Rows about people with targeted benefits come from the planted facts; all other rows are random and about
//! others, so that no true hit is missing from the truth.

mod bank_accounts;
mod business;
mod cadre_kin;
mod cadres;
mod card_changes;
mod cash_withdrawals;
mod civil_aid;
mod common;
mod compensation;
mod deposits;
mod disability;
mod disasters;
mod education;
pub(crate) mod exit_file;
mod farm_machines;
mod house_renovation;
mod hukou_moves;
mod land;
mod life_events;
mod livestock;
mod luxury;
mod medical_insurance;
mod microcredit;
mod migrant_work;
mod outside_payments;
mod payroll;
mod power_use;
mod provident_fund;
mod real_estate;
mod school_fees;
mod securities;
mod social_insurance;
mod supporters;
mod tax;
mod vehicles;
mod village_households;
mod village_receivables;

use crate::{
    county::{County, Person, PersonIx},
    dice::Dice,
    facts::Cell,
    write::look::Look,
};

/// Where the random rows of a table come from.
pub(crate) enum Source {
    /// So many rows for each resident.
    People(fn(&County, &mut Dice, PersonIx) -> u32),
    /// The department's own list.
    List(fn(&County) -> Vec<(PersonIx, Vec<Cell>)>),
}

/// One department table.
pub(crate) struct Department {
    /// Name of the contract.
    pub(crate) dataset: &'static str,
    /// Column of the person's number and of the name.
    pub(crate) id_column: &'static str,
    pub(crate) name_column: &'static str,
    /// Columns in the order of `fill`.
    pub(crate) columns: &'static [&'static str],
    pub(crate) source: Source,
    /// Values for a row about this person; the running number makes plates and certificates unique.
    pub(crate) fill: fn(&County, &mut Dice, &Person, u64) -> Vec<Cell>,
    /// Rows about people of other counties, per thousand.
    pub(crate) outsiders: u32,
    pub(crate) look: Look,
}

/// All tables: the thirteen categories and the registers of our own.
pub(crate) const ALL: [Department; 36] = [
    vehicles::TABLE,
    farm_machines::TABLE,
    real_estate::TABLE,
    social_insurance::TABLE,
    provident_fund::TABLE,
    tax::TABLE,
    business::TABLE,
    payroll::TABLE,
    deposits::TABLE,
    securities::TABLE,
    life_events::TABLE,
    education::TABLE,
    medical_insurance::TABLE,
    disability::TABLE,
    civil_aid::TABLE,
    land::TABLE,
    cadres::TABLE,
    cadre_kin::TABLE,
    house_renovation::TABLE,
    compensation::TABLE,
    bank_accounts::TABLE,
    card_changes::TABLE,
    outside_payments::TABLE,
    livestock::TABLE,
    exit_file::TABLE,
    hukou_moves::TABLE,
    supporters::TABLE,
    village_households::TABLE,
    cash_withdrawals::TABLE,
    power_use::TABLE,
    migrant_work::TABLE,
    luxury::TABLE,
    village_receivables::TABLE,
    school_fees::TABLE,
    disasters::TABLE,
    microcredit::TABLE,
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::contract;

    #[test]
    fn every_contract_has_its_department_and_every_required_column_its_values() {
        let contracts = contract::read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets")).unwrap();
        for table in &ALL {
            let contract = &contracts[table.dataset];
            let known = |id: &str| id == table.id_column || id == table.name_column || table.columns.contains(&id);
            for column in contract.columns.iter().filter(|c| c.required) {
                assert!(known(&column.id), "{} {}", table.dataset, column.id);
            }
            for id in table.columns {
                assert!(contract.columns.iter().any(|c| c.id == *id), "{} {id}", table.dataset);
            }
        }
        assert_eq!(contracts.len(), ALL.len());
    }
}
