//! The simulated county: registers as the product would hold them, plus what is needed to write department tables.

use std::collections::HashSet;

use kernel::{Date, IdNumber, Money, Month, RegionCode, identity::Sex};

use crate::{
    build::Background,
    care::Care,
    divisions::Region,
    facts::Facts,
    funding::{Indicator, Project, TownAllocation},
    moneys::{Asset, FundDocument},
    programmes::Programme,
    spec::Spec,
    truth::Truth,
    works::{ThingTruth, Work},
};

/// Position of a person in [`County::people`].
pub type PersonIx = u32;
/// Position of a family in [`County::families`].
pub type FamilyIx = u32;

/// A resident. Sex and birth agree with the ID number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: IdNumber,
    pub name: Box<str>,
    pub birth: Date,
    /// Natural village.
    pub region: RegionCode,
    pub family: FamilyIx,
    /// GB/T 4761, to the head of the family.
    pub kin: u8,
    /// In the unassigned segment 154, so that it is nobody's; 0 for none.
    pub phone: u64,
    /// As the population register knows it. Planted deaths are known to the departments only.
    pub death: Option<Date>,
}

impl Person {
    pub fn sex(&self) -> Sex {
        self.id.sex()
    }

    /// GB/T 2261.1.
    pub fn sex_code(&self) -> u8 {
        if self.sex() == Sex::Male { 1 } else { 2 }
    }

    pub fn alive_on(&self, day: Date) -> bool {
        self.birth <= day && self.death.is_none_or(|d| d >= day)
    }
}

/// A family of the population register. Its people stand together in [`County::people`], the head first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// 19 digits: natural village and a running number.
    pub no: u64,
    pub region: RegionCode,
    pub head: PersonIx,
    pub size: u8,
    /// Registered, or paid by a targeted programme, or applicant: its department rows are planted, never random.
    pub(crate) touched: bool,
}

impl Family {
    /// Positions of the members in [`County::people`].
    pub fn members(&self) -> std::ops::Range<PersonIx> {
        self.head..self.head + u32::from(self.size)
    }
}

/// A family in the register of assistance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Household {
    pub family: FamilyIx,
    /// 0 未脱贫 1 已脱贫 2 预脱贫 3 返贫 4 清退 5 风险监测
    pub status: u8,
    /// 1 一般 2 低保户 3 特困户 4 低保贫困户
    pub attr: u8,
    /// Code of the list 致贫原因.
    pub main_cause: u8,
    pub registered_on: Date,
    pub exited_on: Option<Date>,
}

/// A bank account into which benefits are paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// A card with a right Luhn digit (19 digits) or a passbook (15 digits, no check).
    pub number: u64,
    pub holder_name: Box<str>,
    /// Unknown for institutions and planted strangers.
    pub holder: Option<PersonIx>,
}

/// Position of a programme in [`County::programmes`].
pub type ProgrammeIx = u8;

/// One benefit paid to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    pub programme: ProgrammeIx,
    pub payee: PersonIx,
    pub benefit_month: Month,
    /// Hundredths of the programme's unit.
    pub qty: i32,
    /// Fen per unit.
    pub rate: i32,
    pub amount: Money,
    pub paid_on: Date,
    /// Position in [`County::accounts`].
    pub account: u32,
    /// Marked as arrears (补发) by the paying department.
    pub arrears: bool,
}

/// What may be spent of a programme in a year, by economic code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub programme: ProgrammeIx,
    pub year: i32,
    /// Empty where none was entered.
    pub code: &'static str,
    pub amount: Money,
}

/// A cadre's post, by the organisation department and the discipline office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cadre {
    pub person: PersonIx,
    pub post: &'static str,
    /// Community or natural village.
    pub region: RegionCode,
    pub from: Date,
    pub to: Option<Date>,
}

/// A relative a cadre declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CadreKin {
    pub cadre: PersonIx,
    pub relative: PersonIx,
    /// GB/T 4761, what the relative is to the cadre.
    pub kin: u8,
    /// Filed with the discipline office (近亲属备案).
    pub filed: bool,
}

/// An application for the renovation of a dangerous house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Application {
    pub person: PersonIx,
    pub applied_on: Date,
    pub aid_category: &'static str,
    pub amount: Money,
    pub approved: bool,
    /// C or D; A and B houses are sound.
    pub grade: &'static str,
}

/// A helper paired with a registered household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// Position in [`County::households`].
    pub household: u32,
    /// Always a village cadre here.
    pub helper: PersonIx,
    pub from: Date,
}

/// Somebody's place in a registered household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Position in [`County::households`].
    pub household: u32,
    pub person: PersonIx,
    /// GB/T 4761, as it was entered.
    pub kin: u8,
    pub joined_on: Date,
    pub left_on: Option<Date>,
}

/// A receipt as a visitor recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Income {
    /// Position in [`County::households`].
    pub household: u32,
    pub from: Month,
    pub to: Month,
    /// Kind of the household database, e.g. `wage_local`.
    pub kind: &'static str,
    pub gross: Money,
    pub cost: Money,
    /// Why the assessor left it out; empty when it counts.
    pub excluded: &'static str,
}

/// A payment that the bank sent back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnedItem {
    pub programme: ProgrammeIx,
    pub payee: PersonIx,
    pub month: Month,
    pub amount: Money,
    pub returned_on: Date,
    /// Paid again since.
    pub paid_again: bool,
}

/// Where the register of households says something else than the population: moves, and what clerks mistyped.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// Memberships in place of the family's own, or beside it.
    pub moved: Vec<Membership>,
    /// Household, and the code under which it was entered.
    pub misplaced: Vec<(u32, RegionCode)>,
    pub incomes: Vec<Income>,
    pub returned: Vec<ReturnedItem>,
    pub care: Care,
}

/// A department, town office, community office or bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Stable identifier, e.g. `public_security` or `town_371621105`.
    pub code: Box<str>,
    pub name: Box<str>,
    /// Kind of the data dictionary: 公安, 民政, 镇, 村, 监委会 …
    pub kind: &'static str,
    pub region: RegionCode,
}

/// All registers of one simulated county (or village, town, city).
#[derive(Clone, Debug)]
pub struct County {
    pub spec: Spec,
    pub regions: Vec<Region>,
    pub orgs: Vec<Org>,
    pub people: Vec<Person>,
    pub families: Vec<Family>,
    pub households: Vec<Household>,
    pub programmes: Vec<Programme>,
    pub indicators: Vec<Indicator>,
    pub allocations: Vec<TownAllocation>,
    pub projects: Vec<Project>,
    /// In order of payment day.
    pub payments: Vec<Payment>,
    pub accounts: Vec<Account>,
    pub cadres: Vec<Cadre>,
    pub cadre_kin: Vec<CadreKin>,
    pub applications: Vec<Application>,
    pub pairings: Vec<Pairing>,
    /// What offices entered themselves.
    pub entered: Entered,
    /// Projects as the offices carried them through, planted for the rules about them.
    pub works: Vec<Work>,
    /// Documents of money with their shares, likewise.
    pub budgets: Vec<Budget>,
    pub documents: Vec<FundDocument>,
    pub assets: Vec<Asset>,
    /// What a comparison should say of these.
    pub things: Vec<ThingTruth>,
    /// Planted hits, exceptions and near misses. Test material: never shown to the comparison.
    pub truth: Vec<Truth>,
    /// Department rows that were planted.
    pub(crate) facts: Facts,
    pub(crate) background: Background,
}

impl County {
    pub fn person(&self, ix: PersonIx) -> &Person {
        &self.people[ix as usize]
    }

    pub fn family_of(&self, ix: PersonIx) -> &Family {
        &self.families[self.person(ix).family as usize]
    }

    pub fn programme(&self, payment: &Payment) -> &Programme {
        &self.programmes[payment.programme as usize]
    }

    pub fn account(&self, payment: &Payment) -> &Account {
        &self.accounts[payment.account as usize]
    }

    /// Who belongs to which registered household, and when: the families, with what was entered in their place.
    pub fn memberships(&self) -> Vec<Membership> {
        let moved: HashSet<(u32, PersonIx)> = self.entered.moved.iter().map(|m| (m.household, m.person)).collect();
        let mut out = Vec::new();
        for (household, h) in (0_u32..).zip(&self.households) {
            let own = self.families[h.family as usize].members();
            out.extend(
                own.filter(|person| !moved.contains(&(household, *person)))
                    .map(|person| Membership {
                        household,
                        person,
                        kin: self.person(person).kin,
                        joined_on: h.registered_on,
                        left_on: None,
                    }),
            );
        }
        out.extend(&self.entered.moved);
        out
    }

    /// The code under which a household was entered.
    pub fn region_of(&self, household: u32) -> RegionCode {
        let entered = self.entered.misplaced.iter().find(|(h, _)| *h == household);
        let family = &self.families[self.households[household as usize].family as usize];
        entered.map_or(family.region, |(_, code)| *code)
    }

    /// One batch is one programme, month and town.
    pub fn batch_no(&self, payment: &Payment) -> String {
        let town = self.person(payment.payee).region.at(kernel::RegionLevel::Town);
        let m = payment.benefit_month;
        format!(
            "{}-{:04}{:02}-{town}",
            self.programme(payment).code,
            m.year(),
            m.month()
        )
    }
}
