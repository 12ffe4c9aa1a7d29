//! How much may be paid at which stage: 40 % at the start, half more near completion, the last tenth after
//! acceptance; and no more than a tenth over the plan without a new approval.

use kernel::Money;

use super::ProjectState;

/// What a contractor may have been paid in all, in basis points of the contract, when a project stands here.
/// `None` before there is anything to pay for.
pub fn ceiling_bp(state: ProjectState, near_completion: bool) -> Option<i64> {
    use ProjectState as S;
    match state {
        S::Contracted => Some(4_000),
        S::Building => Some(if near_completion { 9_000 } else { 4_000 }),
        S::Completed | S::AccVillage | S::AccTown => Some(9_000),
        S::AccCounty
        | S::Settled
        | S::NoticePost
        | S::AssetRegistered
        | S::Performance
        | S::Distributing
        | S::Operating
        | S::Closed => Some(10_000),
        _ => None,
    }
}

/// A payment about to be made.
#[derive(Clone, Copy, Debug)]
pub struct Payment {
    pub amount: Money,
    /// Paid before it.
    pub paid: Money,
    /// Contract and approved changes; the plan where there is no contract (direct to household).
    pub due: Money,
    /// Kept back until the warranty year is over.
    pub retained: Money,
}

/// Why a payment is too much, `None` when it may go.
pub fn payment_objection(state: ProjectState, near_completion: bool, payment: Payment) -> Option<String> {
    let Some(bp) = ceiling_bp(state, near_completion) else {
        return Some("目前的阶段不能付款：须签订合同（直接到户项目须开始实施）之后。".to_owned());
    };
    let ceiling = share(payment.due, bp);
    let after = payment.paid.checked_add(payment.amount)?;
    if after > ceiling {
        return Some(format!(
            "付款后累计 {after} 元，超过目前阶段的上限 {ceiling} 元（应付 {} 元的 {}%）。",
            payment.due,
            bp / 100
        ));
    }
    let keep = payment.due.checked_sub(payment.retained)?;
    (after > keep).then(|| format!("付款后累计 {after} 元，质保金 {} 元须留到质保期满。", payment.retained))
}

/// Whether contract and changes exceed the plan by more than a tenth.
pub fn over_plan(planned: Money, due: Money) -> bool {
    due.fen() * 10 > planned.fen() * 11
}

/// A share of an amount, rounded down to whole fen.
pub fn share(amount: Money, basis_points: i64) -> Money {
    Money((i128::from(amount.fen()) * i128::from(basis_points) / 10_000) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pay(yuan: i64, paid: i64) -> Payment {
        Payment {
            amount: Money::from_yuan(yuan),
            paid: Money::from_yuan(paid),
            due: Money::from_yuan(1_000_000),
            retained: Money::ZERO,
        }
    }

    #[test]
    fn each_stage_has_its_ceiling() {
        use ProjectState as S;
        let says = |state, near, p| payment_objection(state, near, p);
        assert!(says(S::Tender, false, pay(1, 0)).unwrap().contains("不能付款"));
        assert_eq!(says(S::Contracted, false, pay(400_000, 0)), None);
        assert!(
            says(S::Building, false, pay(1, 400_000))
                .unwrap()
                .contains("400,000.00 元（应付 1,000,000.00 元的 40%")
        );
        assert_eq!(says(S::Building, true, pay(500_000, 400_000)), None);
        assert!(says(S::AccTown, true, pay(1, 900_000)).is_some());
        assert_eq!(says(S::AccCounty, true, pay(100_000, 900_000)), None);
        assert!(says(S::AccCounty, true, pay(100_001, 900_000)).is_some());
    }

    #[test]
    fn what_is_kept_back_is_not_paid_with_the_rest() {
        let p = Payment {
            retained: Money::from_yuan(50_000),
            ..pay(100_000, 900_000)
        };
        assert!(
            payment_objection(ProjectState::Settled, true, p)
                .unwrap()
                .contains("质保金 50,000.00")
        );
    }

    #[test]
    fn a_tenth_over_the_plan_is_the_limit() {
        assert!(!over_plan(Money(1000), Money(1100)));
        assert!(over_plan(Money(1000), Money(1101)));
    }
}
