//! Tenders by the limits of the day, and the four systems (四制) a project must stand on before work starts.

use kernel::Money;

use super::Parameters;

records::codes! {
    /// What is bought.
    pub enum TenderKind { Works = "works" "工程", Goods = "goods" "货物", Services = "services" "服务" }
}

records::codes! {
    /// How the contractor is found.
    pub enum TenderMethod {
        Open = "open" "公开招标",
        Invited = "invited" "邀请招标",
        Compared = "compared" "比选",
        Direct = "direct" "直接委托",
    }
}

/// Why a method is too light for the amount; `None` when it will do.
pub fn objection(kind: TenderKind, method: TenderMethod, amount: Money, on_the_day: &Parameters) -> Option<String> {
    let statutory = on_the_day.money(match kind {
        TenderKind::Works => "tender_works",
        TenderKind::Goods => "tender_goods",
        TenderKind::Services => "tender_services",
    });
    let county = on_the_day.money("tender_county");
    if amount >= statutory && !matches!(method, TenderMethod::Open | TenderMethod::Invited) {
        return Some(format!(
            "计划金额 {amount} 元达到法定限额 {statutory} 元，须公开或邀请招标。"
        ));
    }
    if amount >= county && method == TenderMethod::Direct {
        return Some(format!(
            "计划金额 {amount} 元达到本县限额 {county} 元，不能直接委托，请组织比选。"
        ));
    }
    None
}

/// What the four systems ask: a legal person in charge, a contract, a supervisor, a tender (004-40).
#[derive(Clone, Copy, Debug, Default)]
pub struct FourSystems {
    pub legal_person: bool,
    pub contract: bool,
    pub supervisor: bool,
    pub tender: bool,
}

impl FourSystems {
    /// The systems not yet in place.
    pub fn missing(self) -> Vec<&'static str> {
        [
            (self.legal_person, "项目法人负责制"),
            (self.contract, "合同管理制"),
            (self.supervisor, "建设监理制"),
            (self.tender, "工程招投标制"),
        ]
        .into_iter()
        .filter(|(there, _)| !there)
        .map(|(_, title)| title)
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_limit_a_tender_is_due_and_below_it_a_comparison_will_do() {
        let p = Parameters::default();
        let says = |fen, method| objection(TenderKind::Works, method, Money(fen), &p);
        assert!(
            says(400_000_000, TenderMethod::Compared)
                .unwrap()
                .contains("法定限额 4,000,000.00")
        );
        assert_eq!(says(399_999_999, TenderMethod::Compared), None);
        assert!(says(10_000_000, TenderMethod::Direct).unwrap().contains("本县限额"));
        assert_eq!(says(9_999_999, TenderMethod::Direct), None);
        assert_eq!(says(400_000_000, TenderMethod::Open), None);
    }

    #[test]
    fn a_limit_of_its_day_decides() {
        let p = Parameters::new([("tender_works".to_owned(), 200_000_000)]);
        assert!(objection(TenderKind::Works, TenderMethod::Compared, Money(300_000_000), &p).is_some());
    }

    // accept: 004-40a, 004-40b, 004-40c, 004-40d
    #[test]
    fn each_of_the_four_systems_is_missed_by_name() {
        assert_eq!(
            FourSystems::default().missing(),
            ["项目法人负责制", "合同管理制", "建设监理制", "工程招投标制"]
        );
        let all = FourSystems {
            legal_person: true,
            contract: true,
            supervisor: true,
            tender: true,
        };
        assert!(all.missing().is_empty());
    }
}
