//! What is written while a project is tendered and built: bids, contracts, payments, inspections, risks.

use ::projects::{
    model::{ProjectState as S, ceilings::share},
    store::load::tables::{self, rows},
};
use kernel::{AppResult, Date, Month, checks::uscc_check_char};
use store::args;
use time::Duration;
use trail::RecordedTx;
use web::App;

use super::Made;

fn uscc(n: usize) -> String {
    let first = format!("91371621MA{n:07}");
    let check = uscc_check_char(&first).unwrap_or('0');
    format!("{first}{check}")
}

/// Which of the three firms won: no firm wins everything.
fn winner(m: &Made) -> usize {
    usize::try_from(m.id().unsigned_abs() % 3).unwrap_or(0)
}

pub(super) async fn contracts(app: &App, tx: &RecordedTx, made: &[Made]) -> AppResult<()> {
    let firms = ["鑫源建设有限公司", "恒泰市政工程公司", "鲁北农业设施公司"];
    let opened: Vec<&Made> = made.iter().filter(|m| m.reached(S::Tender).is_some()).collect();
    let bids = opened.iter().enumerate().flat_map(|(n, m)| {
        firms.iter().enumerate().map(move |(k, firm)| {
            let price = share(m.planned(), 9_600 + [0, 130, 310, 70][(n + k) % 4]).fen();
            args![
                app.next_id(),
                m.id(),
                *firm,
                uscc(k + 1),
                price,
                format!("10.{k}.{n}.8"),
                "",
                ""
            ]
        })
    });
    rows(tx, tables::PROJECT_BID, bids).await?;
    let tenders = opened.iter().map(|m| {
        let done = m.tendered();
        args![
            m.id(),
            "works",
            "compared",
            m.reached(S::Tender).unwrap_or_default(),
            done.then(|| m.reached(S::Tender).unwrap_or_default().to_owned()),
            done.then(|| firms[winner(m)].to_owned()),
            done.then(|| uscc(winner(m) + 1)),
            done.then(|| share(m.planned(), 9_600).fen())
        ]
    });
    rows(tx, tables::PROJECT_TENDER, tenders).await?;
    let signed = made.iter().filter(|m| m.tendered()).enumerate().map(|(n, m)| {
        let amount = share(m.planned(), 9_600);
        let day = m.reached(S::Contracted).unwrap_or_default();
        args![
            m.id(),
            format!("惠合〔{}〕{}号", &day[..4], n + 1),
            firms[winner(m)],
            uscc(winner(m) + 1),
            amount.fen(),
            share(amount, 500).fen(),
            day
        ]
    });
    rows(tx, tables::PROJECT_CONTRACT, signed).await?;
    let mut paid = Vec::new();
    for m in made {
        let due = if m.tendered() {
            share(m.planned(), 9_600)
        } else {
            m.planned()
        };
        for (state, bp, stage) in [
            (S::Building, 4_000, "building"),
            (S::Completed, 5_000, "completed"),
            (S::Settled, 500, "settled"),
        ] {
            if let Some(day) = m.reached(state) {
                paid.push(args![app.next_id(), m.id(), share(due, bp).fen(), day, stage, ""]);
            }
        }
    }
    rows(tx, tables::PROJECT_PAYMENT, paid).await?;
    Ok(())
}

/// What things cost in each tendered project, near what they cost in the others; and an agreement that amends a contract.
pub(super) async fn prices(app: &App, tx: &RecordedTx, made: &[Made]) -> AppResult<()> {
    const ITEMS: [(&str, &str, &str, i64); 5] = [
        ("C25 混凝土", "商品砼，运距 20 公里以内", "立方米", 46_800),
        ("人工挖沟槽土方", "深 1.5 米以内", "立方米", 3_850),
        ("M7.5 水泥砂浆砌砖", "标准砖", "立方米", 42_600),
        ("热镀锌钢管", "DN25", "米", 1_860),
        ("PE 给水管", "DN110，1.0 兆帕", "米", 5_940),
    ];
    let signed: Vec<&Made> = made.iter().filter(|m| m.tendered()).collect();
    let lines = signed.iter().enumerate().flat_map(|(n, m)| {
        let of_project = ITEMS.iter().enumerate().filter(move |(k, _)| (n + k) % 5 < 3);
        of_project.map(move |(k, (item, spec, unit, usual))| {
            let fen = usual * [96, 100, 103, 98, 105, 101, 94][(n * 3 + k) % 7] / 100;
            let quantity = 100 * (60 + (n as i64 * 37 + k as i64 * 91) % 900);
            args![
                app.next_id(),
                m.id(),
                *item,
                *spec,
                *unit,
                quantity,
                fen,
                0_i64,
                "乡镇扶贫办",
                m.reached(S::Contracted).unwrap_or_default()
            ]
        })
    });
    rows(tx, tables::PROJECT_PRICE, lines).await?;
    let amended = signed.iter().step_by(9).enumerate().map(|(n, m)| {
        let day = m.reached(S::Contracted).unwrap_or_default();
        args![
            app.next_id(),
            m.id(),
            "amend",
            format!("惠合〔{}〕补{}号", &day[..4], n + 1),
            ["鑫源建设有限公司", "恒泰市政工程公司", "鲁北农业设施公司"][winner(m)],
            uscc(winner(m) + 1),
            0_i64,
            day,
            "工期顺延十五日，价款不变",
            0_i64,
            "乡镇扶贫办",
            day,
            None::<String>,
            None::<String>,
            None::<String>
        ]
    });
    rows(tx, tables::PROJECT_CONTRACT_TEXT, amended).await
}

pub(super) async fn watching(app: &App, tx: &RecordedTx, made: &[Made], today: Date) -> AppResult<()> {
    let (mut inspections, mut milestones, mut reps, mut risks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n, m) in made.iter().enumerate() {
        let Some(start) = m.reached(S::Building).and_then(kernel::period::parse_date) else {
            continue;
        };
        let end = m
            .reached(S::Completed)
            .and_then(kernel::period::parse_date)
            .unwrap_or(today);
        milestones.push(args![
            app.next_id(),
            m.id(),
            "start",
            start.to_string(),
            "清表进场，材料到位",
            "乡镇监管组"
        ]);
        if m.state != S::Building {
            milestones.push(args![
                app.next_id(),
                m.id(),
                "done",
                end.to_string(),
                "全部完工，现场清理完毕",
                "乡镇监管组"
            ]);
        }
        let mut month = Month::of(start);
        while month <= Month::of(end) {
            let on = month.last_day().min(end);
            let result = if n % 5 == 0 { "slow" } else { "ok" };
            inspections.push(args![
                app.next_id(),
                m.id(),
                month.to_string(),
                on.to_string(),
                "乡镇监管组",
                result,
                "查看现场和台账，与村民代表座谈"
            ]);
            month = month.plus(1);
        }
        for name in ["李春生", "孙桂兰", "周大勇"] {
            reps.push(args![m.id(), name, start.to_string()]);
        }
        if n % 3 == 0 {
            let due = (today + Duration::days(n as i64 % 40 - 12)).to_string();
            risks.push(args![
                app.next_id(),
                m.id(),
                "market",
                if n % 2 == 0 { "middle" } else { "high" },
                "市场价格波动，经营主体收入不稳",
                "签订保底订单，按季跟踪经营情况",
                "刘建民",
                due
            ]);
        }
    }
    rows(tx, tables::PROJECT_INSPECTION, inspections).await?;
    rows(tx, tables::PROJECT_MILESTONE, milestones).await?;
    rows(tx, tables::PROJECT_REP, reps).await?;
    rows(tx, tables::PROJECT_RISK, risks).await?;
    Ok(())
}
