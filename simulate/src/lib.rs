//! A synthetic county with planted truth.
//!
//! Real administrative divisions, invented people with valid ID numbers, families, benefits and payments, and the
//! tables of thirteen kinds of departments as departments send them: mixed encodings, old headers, stray blanks,
//! 15-digit numbers, typing errors. What a comparison must find in them is written to a file of its own.
//!
//! Equal [`Spec`]s give equal bytes.

mod build;
mod care;
mod contract;
mod county;
mod days;
mod departments;
mod dice;
mod divisions;
mod facts;
mod families;
mod funding;
mod fuyuan;
mod generate;
mod id_numbers;
mod ledger;
mod moneys;
mod names;
mod offices;
mod payments;
mod plants;
mod programmes;
mod quirks;
mod registry;
mod spec;
mod truth;
mod works;
mod write;

pub use build::{build, people};
pub use care::{Ability, Care, Check, Handover, HelpNote, Living, Measure, SpecialEntry, Watch};
pub use county::{
    Account, Application, Budget, Cadre, CadreKin, County, Entered, Family, FamilyIx, Household, Income, Membership,
    Org, Pairing, Payment, Person, PersonIx, ProgrammeIx, ReturnedItem,
};
pub use divisions::Region;
pub use funding::{Indicator, Project, TownAllocation};
pub use fuyuan::fuyuan;
pub use generate::{Summary, WrittenFile, generate_to_dir, write_files};
pub use ledger::{EntryKind, KINDS, Opening, Party, VillageBooks, VillageEntry, village_books};
pub use moneys::{Asset, Claim, FundAccount, FundDocument, FundHop, FundShare, Yield};
pub use offices::orgs;
pub use programmes::{Cycle, PROGRAMMES, PayeeKind, Programme};
pub use spec::{Scale, Spec};
pub use truth::{ErrorClass, Expected, Truth};
pub use works::{Acceptance, Alteration, Bid, Contract, ContractText, PriceLine, Progress, Tender, ThingTruth, Work};

/// The divisions of a spec, sorted by code, without building its people.
pub fn regions(spec: &Spec) -> Vec<Region> {
    divisions::plan(spec.scale, spec.seed).0
}

/// The published figures that planted data reproduce.
pub mod figures {
    pub use crate::fuyuan::{APPLICATIONS, CARS, HOUSES, PUBLIC, TRADERS};
    pub use crate::ledger::{COUNTY_ENTRIES, COUNTY_EXPENSE_YUAN, COUNTY_INCOME_YUAN};
    pub use crate::spec::{COUNTY_PAID_YUAN, COUNTY_PAYMENTS, COUNTY_PEOPLE, COUNTY_VILLAGES};
}
