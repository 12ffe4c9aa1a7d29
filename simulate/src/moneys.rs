//! Documents of money with their shares, accounts and claims, and the assets that projects left: in good order as made
//! here; what is wrong with some is planted, see `plants::funds` and `plants::assets`.

use kernel::{Date, Money, RegionCode};

use crate::{county::ProgrammeIx, days};

/// A document by which money came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundDocument {
    pub id: i64,
    pub programme: ProgrammeIx,
    pub doc_no: String,
    pub level: &'static str,
    pub amount: Money,
    pub arrived_on: Date,
    pub filed_on: Option<Date>,
    pub bypass_city: bool,
    /// Taken back of what was not allocated.
    pub recovered: Option<(Money, Date)>,
    pub shares: Vec<FundShare>,
}

/// A share of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundShare {
    pub id: i64,
    pub amount: Money,
    pub decided_on: Date,
    pub due_on: Option<Date>,
    /// `households` or `project`.
    pub target: &'static str,
    /// The planted project it is for.
    pub work: Option<i64>,
    pub region: RegionCode,
    pub hop: Option<FundHop>,
    pub used: Option<(Money, Date)>,
    pub claims: Vec<Claim>,
}

/// A step of the whole share between two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundHop {
    pub id: i64,
    pub from: FundAccount,
    pub to: FundAccount,
    pub on: Date,
    /// Economic code of the expense.
    pub purpose: &'static str,
}

/// An account of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundAccount {
    pub name: &'static str,
    pub org: &'static str,
    /// 专户, 基本户, 一般户, 零余额 or 村务卡.
    pub kind: &'static str,
    /// Own store, own book, own person.
    pub dedicated: [bool; 3],
}

/// A reimbursement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: i64,
    pub works: bool,
    pub amount: Money,
    pub received_on: Date,
    /// Paid on that day, or not yet.
    pub paid_on: Option<Date>,
    pub signs: u8,
    pub papers: u8,
}

/// What a project left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    pub id: i64,
    /// The planted project it comes from.
    pub work: i64,
    pub region: RegionCode,
    pub state: &'static str,
    pub cost: Money,
    pub formed_on: Date,
    pub registered_on: Option<Date>,
    pub last_on: Date,
    pub yields: Vec<Yield>,
}

/// What an asset should bring in, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yield {
    pub id: i64,
    pub due: Money,
    pub due_on: Date,
    pub received: Option<(Money, Date)>,
    pub paid_on: Option<Date>,
    /// Position of the household, or none for a use of the village; amount.
    pub shares: Vec<(Option<u32>, Money)>,
    /// What the village used its part for.
    pub purpose: &'static str,
}

/// Documents and assets as they are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moneys {
    pub(crate) documents: Vec<FundDocument>,
    pub(crate) assets: Vec<Asset>,
    last_id: i64,
}

impl Moneys {
    pub(crate) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        500_000 + self.last_id
    }

    /// A document that was filed, shared out and used in time.
    pub(crate) fn document(
        &mut self,
        programme: ProgrammeIx,
        target: &'static str,
        region: RegionCode,
        amount: Money,
        arrived_on: Date,
    ) -> &mut FundDocument {
        let (id, share) = (self.next_id(), self.next_id());
        self.documents.push(FundDocument {
            id,
            programme,
            doc_no: format!("惠财专〔{}〕{}号", arrived_on.year(), id - 500_000),
            level: "省",
            amount,
            arrived_on,
            filed_on: Some(days::plus(arrived_on, 9)),
            bypass_city: false,
            recovered: None,
            shares: vec![FundShare {
                id: share,
                amount,
                decided_on: days::plus(arrived_on, 20),
                due_on: None,
                target,
                work: None,
                region,
                hop: None,
                used: Some((amount, days::plus(arrived_on, 100))),
                claims: Vec::new(),
            }],
        });
        let last = self.documents.len() - 1;
        &mut self.documents[last]
    }

    /// A registered asset in use.
    pub(crate) fn asset(&mut self, work: i64, region: RegionCode, cost: Money, formed_on: Date) -> &mut Asset {
        let id = self.next_id();
        self.assets.push(Asset {
            id,
            work,
            region,
            state: "operating",
            cost,
            formed_on,
            registered_on: Some(days::plus(formed_on, 20)),
            last_on: days::plus(formed_on, 20),
            yields: Vec::new(),
        });
        let last = self.assets.len() - 1;
        &mut self.assets[last]
    }
}
