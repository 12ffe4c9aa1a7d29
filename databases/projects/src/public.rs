//! The six fields every project shows to everyone (公示六项).

use kernel::Money;

use crate::store::project::{Project, ProjectFund};

/// Name, place, content, term, unit and responsible person, money with its sources: title and value, in the order in
/// which they are published.
pub fn six_fields(project: &Project, funds: &[ProjectFund]) -> [(&'static str, String); 6] {
    let money: Vec<String> = funds
        .iter()
        .map(|f| format!("{}（{}）{} 元", f.source, f.level, Money(f.amount_fen)))
        .collect();
    let joined = |a: &str, mark: &str, b: &str| {
        if a.is_empty() || b.is_empty() {
            String::new()
        } else {
            format!("{a}{mark}{b}")
        }
    };
    [
        ("项目名称", project.name.clone()),
        ("实施地点", project.site.clone()),
        ("建设内容", project.content.clone()),
        ("实施期限", joined(&project.start_plan, " 至 ", &project.end_plan)),
        ("实施单位及责任人", joined(&project.owner, "，", &project.responsible)),
        ("资金来源及额度", money.join("；")),
    ]
}
