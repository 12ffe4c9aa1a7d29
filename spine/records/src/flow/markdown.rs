//! The page of a workflow in `docs/flows`, for those who check the procedure without reading code.

use std::fmt::Write;

use super::{Code, Flow, Needs, Step};

impl<S: Code, A: Code> Flow<S, A> {
    /// The table as a page: states, then every step with who, guard and what it must bring.
    pub fn to_markdown(&self) -> String {
        let mut page = format!(
            "# {}\n\nGenerated from the code; what the table does not list is refused.\n\n## 状态\n\n",
            self.title
        );
        for state in S::ALL {
            let _ = writeln!(page, "- `{}` {}", state.id(), state.title());
        }
        page.push_str("\n## 步骤\n\n| 办理 | 之前 | 之后 | 办理人 | 须附 | 条件 |\n|---|---|---|---|---|---|\n");
        for step in self.steps {
            let from: Vec<&str> = step.from.iter().map(|s| s.title()).collect();
            let by: Vec<&str> = step.by.iter().map(|r| r.title()).collect();
            let _ = writeln!(
                page,
                "| {} `{}` | {} | {} | {} | {} | {} |",
                step.act.title(),
                step.act.id(),
                from.join("、"),
                step.to.title(),
                by.join("、"),
                needs(step.needs),
                step.guard
            );
        }
        page
    }
}

impl<S: Code, A: Code> Step<S, A> {
    /// What the act must bring, in words; empty when nothing.
    pub fn needs_in_words(&self) -> String {
        needs(self.needs)
    }
}

fn needs(needs: Needs) -> String {
    let words = [
        (needs.reason, "理由"),
        (needs.basis, "依据"),
        (needs.second_person, "另一人办理"),
        (needs.not_concerned, "本人及近亲属回避"),
    ];
    let held: Vec<&str> = words
        .iter()
        .filter(|(needed, _)| *needed)
        .map(|(_, word)| *word)
        .collect();
    held.join("、")
}
