//! The same life seen four ways: the nine nodes of one source, the nine gates of another, the chain of approval,
//! and the closed loop. Each line names the states that complete it.

use records::flow::Code;

use super::life::ProjectState as S;

/// One line of a view: its letter, its title, and the states that show it was done.
pub type Node = (char, &'static str, &'static [S]);

/// 调研 to 收益分配, the nine nodes (000-60).
pub const NODES: [Node; 9] = [
    ('a', "调研", &[S::Demand]),
    ('b', "论证", &[S::Argued]),
    ('c', "申报", &[S::Declared]),
    ('d', "审批", &[S::Approved]),
    ('e', "招标", &[S::Tender]),
    ('f', "建设", &[S::Building]),
    ('g', "竣工", &[S::Completed]),
    ('h', "验收", &[S::AccCounty]),
    ('i', "收益分配", &[S::Distributing]),
];

/// 调研 to 收益分配, the nine gates of carrier-led projects (001-28).
pub const GATES: [Node; 9] = [
    ('a', "调研", &[S::Demand]),
    ('b', "论证", &[S::Argued]),
    ('c', "评审", &[S::Reviewed]),
    ('d', "立项", &[S::Approved]),
    ('e', "招标", &[S::Tender]),
    ('f', "实施", &[S::Building]),
    ('g', "验收", &[S::AccCounty]),
    ('h', "绩效评估", &[S::Performance]),
    ('i', "收益分配", &[S::Distributing]),
];

/// Who approves, from the village to the province (001-34).
pub const APPROVALS: [Node; 5] = [
    ('a', "村初步方案", &[S::Declared]),
    ('b', "镇编制", &[S::TownCompiled]),
    ('c', "县农办审核", &[S::Reviewed]),
    ('d', "县党委政府批准", &[S::Approved]),
    ('e', "省市备案", &[S::Filed]),
];

/// A line of a view for one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub letter: char,
    pub title: &'static str,
    /// The day its state was reached; `None` when not yet.
    pub on: Option<String>,
}

/// What a project has passed of a view. `reached` holds (state id, day); the later day of a repeated state counts.
pub fn passed(view: &[Node], reached: &[(String, String)]) -> Vec<Passed> {
    view.iter()
        .map(|(letter, title, states)| {
            let days = reached
                .iter()
                .filter(|(id, _)| states.iter().any(|s| s.id() == id))
                .map(|(_, day)| day.clone());
            Passed {
                letter: *letter,
                title,
                on: days.max(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // accept: 000-60a, 000-60b, 000-60c, 000-60d, 000-60e, 000-60f, 000-60g, 000-60h, 000-60i
    // accept: 001-28a, 001-28b, 001-28c, 001-28d, 001-28e, 001-28f, 001-28g, 001-28h, 001-28i
    #[test]
    fn each_view_names_its_steps_in_order_and_stands_on_states_of_the_flow() {
        let titles = |view: &[Node]| view.iter().map(|n| n.1).collect::<Vec<_>>().join("、");
        assert_eq!(
            titles(&NODES),
            "调研、论证、申报、审批、招标、建设、竣工、验收、收益分配"
        );
        assert_eq!(
            titles(&GATES),
            "调研、论证、评审、立项、招标、实施、验收、绩效评估、收益分配"
        );
        let order = |s: &S| S::ALL.iter().position(|x| x == s).unwrap();
        for view in [&NODES[..], &GATES[..], &APPROVALS[..]] {
            let places: Vec<usize> = view.iter().map(|n| order(&n.2[0])).collect();
            assert!(places.is_sorted(), "{places:?}");
        }
    }

    #[test]
    fn a_view_shows_the_day_of_the_last_time() {
        let reached = [
            ("building".to_owned(), "2026-03-01".to_owned()),
            ("building".to_owned(), "2026-06-01".to_owned()),
        ];
        let shown = passed(&NODES, &reached);
        assert_eq!(shown[5].on.as_deref(), Some("2026-06-01"));
        assert_eq!(shown[6].on, None);
    }
}
