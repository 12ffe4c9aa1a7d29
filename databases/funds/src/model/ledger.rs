//! Where every fen lies: a ledger in which money only ever moves from one node to another.
//!
//! Conservation is not checked afterwards, it cannot be broken: a movement takes from one node what it gives to the
//! next, and a node never gives more than it holds. "Appropriated = allocated + balance" and "issued = paid + returned
//! (+ on the way)" are both the same sentence, said of two nodes.

use std::collections::HashMap;

use kernel::Money;
use records::flow::Code;

records::codes! {
    /// What kind of place money lies at.
    pub enum Stage {
        Source = "source" "上级来源",
        Indicator = "indicator" "指标结余",
        CarriedOver = "carried_over" "结转结余",
        Allocation = "allocation" "已分配待拨",
        Hop = "hop" "已拨付在账",
        OnTheWay = "on_the_way" "送银行在途",
        Returned = "returned" "银行退回",
        Used = "used" "已使用到位",
        Recovered = "recovered" "已收回",
    }
}

records::codes! {
    /// Why money moves.
    pub enum Kind {
        Arrive = "arrive" "指标到位",
        Allocate = "allocate" "分配",
        Withdraw = "withdraw" "撤回分配",
        Disburse = "disburse" "拨付",
        SendBack = "send_back" "退回拨款",
        Issue = "issue" "送银行发放",
        Credit = "credit" "打卡到账",
        Bounce = "bounce" "银行退票",
        Reissue = "reissue" "重新发放",
        GiveUp = "give_up" "退票收回",
        Use = "use" "报账支付",
        CarryOver = "carry_over" "结转",
        Recover = "recover" "收回",
        Reclaim = "reclaim" "追回已付",
    }
}

impl Kind {
    /// From where to where this kind of movement may go.
    pub fn allows(self, from: Stage, to: Stage) -> bool {
        use Stage as S;
        match self {
            Kind::Arrive => from == S::Source && to == S::Indicator,
            Kind::Allocate => matches!(from, S::Indicator | S::CarriedOver) && to == S::Allocation,
            Kind::Withdraw => from == S::Allocation && to == S::Indicator,
            Kind::Disburse => matches!(from, S::Allocation | S::Hop) && to == S::Hop,
            Kind::SendBack => from == S::Hop && to == S::Allocation,
            Kind::Issue => matches!(from, S::Allocation | S::Hop) && to == S::OnTheWay,
            Kind::Credit => from == S::OnTheWay && to == S::Used,
            Kind::Bounce => from == S::OnTheWay && to == S::Returned,
            Kind::Reissue => from == S::Returned && to == S::OnTheWay,
            Kind::GiveUp => from == S::Returned && to == S::Allocation,
            Kind::Use => matches!(from, S::Allocation | S::Hop) && to == S::Used,
            Kind::CarryOver => from == S::Indicator && to == S::CarriedOver,
            Kind::Recover => {
                matches!(from, S::Indicator | S::CarriedOver | S::Allocation | S::Hop) && to == S::Recovered
            }
            Kind::Reclaim => from == S::Used && to == S::Recovered,
        }
    }
}

/// One place where money of one indicator lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    pub indicator: i64,
    /// 0 above the allocation.
    pub allocation: i64,
    pub stage: Stage,
    /// The hop's number, the batch or the reimbursement; 0 elsewhere.
    pub holder: i64,
}

impl Node {
    pub fn of(indicator: i64, stage: Stage) -> Node {
        Node {
            indicator,
            allocation: 0,
            stage,
            holder: 0,
        }
    }

    pub fn at(indicator: i64, allocation: i64, stage: Stage, holder: i64) -> Node {
        Node {
            indicator,
            allocation,
            stage,
            holder,
        }
    }
}

/// Money going from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    pub kind: Kind,
    pub from: Node,
    pub to: Node,
    pub amount: Money,
}

/// Why a movement is refused; nothing has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerRefusal {
    #[error("金额必须大于零")]
    NotPositive,
    #[error("金额超出范围")]
    OutOfRange,
    #[error("资金不能从“{}”到“{}”", from.title(), to.title())]
    NoSuchWay { from: Stage, to: Stage },
    #[error("“{}”只有 {held} 元，不足 {wanted} 元", stage.title())]
    TooLittle { stage: Stage, held: Money, wanted: Money },
}

impl Movement {
    /// What can be said without the books: the amount, the way, and that money stays with its indicator.
    pub fn check(&self) -> Result<(), LedgerRefusal> {
        if self.amount.fen() <= 0 {
            return Err(LedgerRefusal::NotPositive);
        }
        let same_money = self.from.indicator == self.to.indicator
            && (self.from.allocation == self.to.allocation || self.from.allocation == 0 || self.to.allocation == 0);
        if !same_money || !self.kind.allows(self.from.stage, self.to.stage) {
            return Err(LedgerRefusal::NoSuchWay {
                from: self.from.stage,
                to: self.to.stage,
            });
        }
        Ok(())
    }
}

/// What went into a node and what left it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub in_fen: i64,
    pub out_fen: i64,
}

impl Sums {
    pub fn balance(self) -> Money {
        Money(self.in_fen - self.out_fen)
    }
}

/// The books, in memory: for loads, and the yardstick of the stored ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    nodes: HashMap<Node, Sums>,
}

impl Ledger {
    /// Moves the money.
    ///
    /// # Errors
    /// Refused movements change nothing.
    pub fn post(&mut self, movement: &Movement) -> Result<(), LedgerRefusal> {
        movement.check()?;
        let amount = movement.amount.fen();
        let from = self.nodes.get(&movement.from).copied().unwrap_or_default();
        let to = self.nodes.get(&movement.to).copied().unwrap_or_default();
        if movement.from.stage != Stage::Source && from.balance() < movement.amount {
            return Err(LedgerRefusal::TooLittle {
                stage: movement.from.stage,
                held: from.balance(),
                wanted: movement.amount,
            });
        }
        let out_fen = from.out_fen.checked_add(amount).ok_or(LedgerRefusal::OutOfRange)?;
        let in_fen = to.in_fen.checked_add(amount).ok_or(LedgerRefusal::OutOfRange)?;
        self.nodes.insert(movement.from, Sums { out_fen, ..from });
        let to = self.nodes.get(&movement.to).copied().unwrap_or_default();
        self.nodes.insert(movement.to, Sums { in_fen, ..to });
        Ok(())
    }

    pub fn sums(&self, node: &Node) -> Sums {
        self.nodes.get(node).copied().unwrap_or_default()
    }

    pub fn nodes(&self) -> impl Iterator<Item = (&Node, &Sums)> {
        self.nodes.iter()
    }

    /// What lies at all nodes of a stage.
    pub fn lying_at(&self, stage: Stage) -> Money {
        let here = self.nodes.iter().filter(|(node, _)| node.stage == stage);
        here.map(|(_, sums)| sums.balance()).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A movement someone might try, sensible or not.
    fn any_movement() -> impl Strategy<Value = Movement> {
        let node = || {
            (1..3_i64, 0..3_i64, 0..Stage::ALL.len(), 0..3_i64).prop_map(|(indicator, allocation, stage, holder)| {
                Node::at(indicator, allocation, Stage::ALL[stage], holder)
            })
        };
        (0..Kind::ALL.len(), node(), node(), -5..500_i64).prop_map(|(kind, from, to, fen)| Movement {
            kind: Kind::ALL[kind],
            from,
            to,
            amount: Money(fen),
        })
    }

    /// A movement along a way that exists, so that histories get deep.
    fn likely_movement() -> impl Strategy<Value = Movement> {
        (
            0..Kind::ALL.len(),
            1..3_i64,
            1..3_i64,
            1..3_i64,
            1..500_i64,
            any::<prop::sample::Index>(),
        )
            .prop_map(|(kind, indicator, allocation, holder, fen, pick)| {
                let kind = Kind::ALL[kind];
                let ways: Vec<(Stage, Stage)> = Stage::ALL
                    .iter()
                    .flat_map(|f| Stage::ALL.iter().map(|t| (*f, *t)))
                    .filter(|(f, t)| kind.allows(*f, *t))
                    .collect();
                let (from, to) = ways[pick.index(ways.len())];
                let place = |stage| match stage {
                    Stage::Source | Stage::Indicator | Stage::CarriedOver => Node::of(indicator, stage),
                    Stage::Allocation => Node::at(indicator, allocation, stage, 0),
                    _ => Node::at(indicator, allocation, stage, holder),
                };
                Movement {
                    kind,
                    from: place(from),
                    to: place(to),
                    amount: Money(fen),
                }
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn money_is_neither_made_nor_lost_in_any_history(
            tried in prop::collection::vec(prop_oneof![1 => any_movement(), 4 => likely_movement()], 1..200)
        ) {
            let mut ledger = Ledger::default();
            let mut done: Vec<Movement> = Vec::new();
            for movement in &tried {
                let before = ledger.clone();
                match ledger.post(movement) {
                    Ok(()) => done.push(*movement),
                    Err(_) => prop_assert_eq!(&before, &ledger, "a refused movement changes nothing"),
                }
            }
            let sum = |keep: &dyn Fn(&Movement) -> bool| -> i64 {
                done.iter().filter(|m| keep(m)).map(|m| m.amount.fen()).sum()
            };
            let appropriated = sum(&|m| m.kind == Kind::Arrive);
            let lying: i64 = Stage::ALL.iter().filter(|s| **s != Stage::Source).map(|s| ledger.lying_at(*s).fen()).sum();
            prop_assert_eq!(appropriated, lying, "what came lies somewhere");
            // appropriated = allocated + balance, above the allocation
            let allocated = sum(&|m| m.kind == Kind::Allocate) - sum(&|m| m.kind == Kind::Withdraw);
            let recovered_above = sum(&|m| m.kind == Kind::Recover && m.from.allocation == 0);
            let balance = ledger.lying_at(Stage::Indicator).fen() + ledger.lying_at(Stage::CarriedOver).fen();
            prop_assert_eq!(appropriated, allocated + balance + recovered_above);
            // issued = paid + returned + on the way
            let issued = sum(&|m| m.kind == Kind::Issue);
            let paid = sum(&|m| m.kind == Kind::Credit);
            let returned = sum(&|m| m.kind == Kind::Bounce) - sum(&|m| m.kind == Kind::Reissue);
            prop_assert_eq!(issued, paid + returned + ledger.lying_at(Stage::OnTheWay).fen());
            for (node, sums) in ledger.nodes() {
                prop_assert!(node.stage == Stage::Source || sums.balance().fen() >= 0, "{:?}", node);
            }
        }
    }

    #[test]
    fn an_overflow_and_a_negative_amount_are_refused() {
        let mut ledger = Ledger::default();
        let arrive = |fen| Movement {
            kind: Kind::Arrive,
            from: Node::of(1, Stage::Source),
            to: Node::of(1, Stage::Indicator),
            amount: Money(fen),
        };
        ledger.post(&arrive(i64::MAX)).unwrap();
        assert_eq!(ledger.post(&arrive(1)), Err(LedgerRefusal::OutOfRange));
        assert_eq!(ledger.post(&arrive(0)), Err(LedgerRefusal::NotPositive));
        assert_eq!(ledger.post(&arrive(-1)), Err(LedgerRefusal::NotPositive));
        let elsewhere = Movement {
            kind: Kind::Allocate,
            from: Node::of(1, Stage::Indicator),
            to: Node::at(2, 5, Stage::Allocation, 0),
            amount: Money(1),
        };
        assert!(
            matches!(ledger.post(&elsewhere), Err(LedgerRefusal::NoSuchWay { .. })),
            "money stays with its document"
        );
    }
}
