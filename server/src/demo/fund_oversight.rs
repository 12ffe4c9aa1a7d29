//! The demo's oversight of money: documents from above, activities, an evaluation, special funds, changed subjects.

use std::collections::BTreeMap;

use access::Actor;
use funds::{
    budget::{self, NewBudget},
    chain::kept,
    oversight::{self, ITEMS, NewActivity, NewChange, NewEntry, NewEvaluation, NewUpper},
};
use kernel::{AppResult, Date, Money};
use web::App;

fn request(app: &App) -> String {
    format!("demo-{:x}", app.next_id())
}

/// One of each, so that no page is empty.
pub(super) async fn load(app: &App, finance: &Actor, department: &Actor) -> AppResult<()> {
    let today = app.clock.today();
    let ago = |days: u64| -> Date { today - std::time::Duration::from_secs(86_400 * days) };
    let year = today.year();
    let books = kept(app, &finance.scope).await?;
    let collected = books.indicators.first().map(|i| (i.doc_no.clone(), i.amount_fen));
    let known = collected.into_iter().map(|(doc_no, fen)| (doc_no, Money(fen), 90));
    let unknown = [(format!("鲁财社指〔{year}〕31号"), Money::from_yuan(260_000), 45)];
    for (doc_no, amount, days) in known.chain(unknown) {
        let new = NewUpper {
            doc_no: &doc_no,
            level: "省",
            org: "civil_affairs",
            title: "下达困难群众救助补助资金",
            amount,
            issued_on: ago(days),
        };
        oversight::enter_upper(app, finance, &request(app), &new).await?;
    }
    budgets(app, finance).await?;
    for (kind, title, by_whom, finding) in [
        ("analysis", "三季度资金使用情况分析", "县财政局", ""),
        (
            "warning",
            "临时救助金支出进度偏慢",
            "县财政局",
            "支出进度低于序时进度，请说明原因。",
        ),
        (
            "inspection",
            "救助资金专项检查",
            "某会计师事务所",
            "2 户档案缺少入户核查表，请补齐。",
        ),
    ] {
        let new = NewActivity {
            kind,
            programme: "HN14",
            title,
            by_whom,
            on: ago(20),
            finding,
            amount: Money::ZERO,
            due_on: Some(ago(5)),
        };
        let id = oversight::record(app, finance, &request(app), &new).await?;
        if kind == "inspection" {
            oversight::answer(app, department, &request(app), id, "已入户补核，核查表已归档。").await?;
        }
    }
    let new = NewEvaluation {
        programme: "HN14",
        year: i64::from(year - 1),
        points: ITEMS
            .iter()
            .map(|(id, _, most, _)| (*id, most - 1))
            .collect::<BTreeMap<_, _>>(),
        opinion: "管理规范，支出进度有待加快。",
    };
    let id = oversight::save(app, department, &request(app), &new).await?;
    oversight::confirm(app, finance, &request(app), id).await?;
    for (fund, kind, yuan, party) in [
        ("industry", "财政注入", 500_000, "县财政局"),
        ("industry", "扶持合作社", 120_000, "绿源种植专业合作社"),
        ("health", "财政注入", 300_000, "县财政局"),
        ("health", "住院救助", 8_600, "住院患者 6 人"),
        ("credit_risk", "财政注入", 200_000, "县财政局"),
        ("credit_risk", "逾期代偿", 15_000, "农村商业银行"),
        ("integrated", "整合转入", 900_000, "县财政局"),
    ] {
        let new = NewEntry {
            fund,
            kind,
            amount: Money::from_yuan(yuan),
            on: ago(30),
            party,
            doc: "会计凭证",
        };
        oversight::enter(app, finance, &request(app), &new).await?;
    }
    let project = books
        .allocations
        .iter()
        .find(|a| a.target == "project" && a.decided_on.is_some());
    if let Some(share) = project {
        let new = NewChange {
            from_subject: "2130505 生产发展",
            to_subject: "2130504 农村基础设施建设",
            org: "县农业农村局",
            doc: "整合方案",
            on: ago(25),
        };
        oversight::change_subject(app, finance, &request(app), share.id, &new).await?;
        oversight::report_progress(app, finance, &request(app), share.id, 60, ago(10), "主体完工").await?;
    }
    Ok(())
}

/// Budgets of this year and the last, a little above what was spent; one was raised in the course of the year.
async fn budgets(app: &App, finance: &Actor) -> AppResult<()> {
    let today = app.clock.today();
    let day = |year: i64| {
        kernel::period::parse_date(&format!("{year}-01-20"))
            .unwrap_or(today)
            .min(today)
    };
    let mut spent = budget::spent(&app.db, app.config.area).await?;
    spent.retain(|s| (i64::from(today.year()) - 1..=i64::from(today.year())).contains(&s.year) && s.spent_fen > 0);
    spent.sort_by(|a, b| (a.year, &a.programme).cmp(&(b.year, &b.programme)));
    for (n, s) in spent.into_iter().enumerate() {
        const TEN_THOUSAND: i64 = 1_000_000;
        let mut new = NewBudget {
            year: s.year,
            code: ["30305", "30399", "30306"][n % 3].to_owned(),
            amount: Money((s.spent_fen * 105 / 100 / TEN_THOUSAND + 1) * TEN_THOUSAND),
            doc_no: format!("惠财预〔{}〕1号", s.year),
            approved_on: day(s.year),
            programme: s.programme,
        };
        if n % 6 == 2 {
            let raised = new.amount;
            new.amount = Money(raised.fen() * 8 / 10);
            budget::set(app, finance, &request(app), &new).await?;
            (new.amount, new.doc_no) = (raised, format!("惠财预〔{}〕37号", s.year));
        }
        budget::set(app, finance, &request(app), &new).await?;
    }
    Ok(())
}
