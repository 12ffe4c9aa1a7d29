//! What is written when a project is done: acceptances, scores, assets, yields and their shares.

use ::projects::{
    model::{ProjectMode, ProjectState as S, ceilings::share, shares::by_weight},
    store::load::{
        first_versions_of_assets,
        tables::{self, rows},
    },
};
use kernel::{AppResult, Date, Money};
use store::args;
use time::Duration;
use trail::RecordedTx;
use web::App;

use super::Made;

pub(super) async fn judged(tx: &RecordedTx, made: &[Made]) -> AppResult<()> {
    let mut accepted = Vec::new();
    let mut scored = Vec::new();
    for (n, m) in made.iter().enumerate() {
        let levels = [
            (S::AccVillage, "村两委、民主理财小组、村民代表"),
            (S::AccTown, "驻村干部、农技站、财政所"),
            (S::AccCounty, "县八部门验收组"),
        ];
        for (level, (state, team)) in (1_i64..).zip(levels) {
            if let Some(day) = m.reached(state) {
                let (asked, satisfied) = if level == 2 {
                    (20_i64, 17 + n as i64 % 4)
                } else {
                    (0, 0)
                };
                accepted.push(args![
                    m.id(),
                    level,
                    level,
                    day,
                    true,
                    team,
                    "合格",
                    asked,
                    satisfied,
                    false,
                    ""
                ]);
            }
        }
        if let Some(day) = m.reached(S::Performance) {
            scored.push(args![m.id(), 82 + n as i64 % 15, "目标完成，带动效果较好", day]);
        }
    }
    rows(tx, tables::PROJECT_ACCEPTANCE, accepted).await?;
    rows(tx, tables::PROJECT_PERFORMANCE, scored).await?;
    Ok(())
}

/// Why a project was exempted, with its evidence.
pub(super) async fn exempted(tx: &RecordedTx, made: &[Made]) -> AppResult<()> {
    let exempt = made.iter().filter_map(|m| Some((m, m.reached(S::Exempted)?)));
    let found = exempt.map(|(m, day)| {
        args![
            m.id(),
            "disaster",
            "气象部门灾情证明、保险公司查勘记录、村民代表会议记录",
            "县纪委监委、县扶贫开发领导小组",
            "惠容错〔2026〕1号",
            day
        ]
    });
    rows(tx, tables::PROJECT_EXEMPTION, found).await?;
    Ok(())
}

pub(super) async fn yields(app: &App, tx: &RecordedTx, made: &[Made], today: Date) -> AppResult<()> {
    let (mut assets, mut due, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for m in made {
        let Some(day) = m.reached(S::AssetRegistered) else {
            continue;
        };
        let asset = app.next_id();
        let earns = m.mode == ProjectMode::Carrier;
        let paid = earns && matches!(m.state, S::Operating);
        let state = if paid {
            "paid"
        } else if earns && m.state == S::Distributing {
            "yield_received"
        } else {
            "operating"
        };
        let class = if earns { "operating" } else { "public" };
        assets.push(args![
            asset,
            m.id(),
            m.loaded.row.region,
            m.loaded.row.name.as_str(),
            class,
            share(m.planned(), 9_600).fen(),
            state,
            "village",
            "村股份经济合作社",
            format!("惠资{}", asset % 100_000),
            "村委会",
            day,
            Some(day.to_owned()),
            0_i64,
            m.loaded.row.last_on.as_str()
        ]);
        if state == "operating" {
            continue;
        }
        let (id, amount) = (app.next_id(), Money(m.loaded.row.expected_yield_fen));
        let received = today - Duration::days(40);
        let done = paid.then(|| (today - Duration::days(12)).to_string());
        due.push(args![
            id,
            asset,
            format!("{} 年", received.year()),
            amount.fen(),
            received.to_string(),
            Some(amount.fen()),
            Some(received.to_string()),
            paid.then(|| "村民会议决议".to_owned()),
            paid.then(|| (today - Duration::days(25)).to_string()),
            done.clone()
        ]);
        if paid {
            let weights: Vec<i64> = m.households.iter().map(|h| h.population.max(1)).collect();
            for (place, ((h, w), fen)) in
                (1_i64..).zip(m.households.iter().zip(&weights).zip(by_weight(amount, &weights)))
            {
                shares.push(args![
                    id,
                    place,
                    "household",
                    Some(h.id),
                    h.head_name.as_str(),
                    *w,
                    fen.fen(),
                    done.clone()
                ]);
            }
        }
    }
    rows(tx, tables::PROJECT_ASSET, assets).await?;
    rows(tx, tables::ASSET_YIELD, due).await?;
    rows(tx, tables::YIELD_SHARE, shares).await?;
    first_versions_of_assets(tx).await.map(|_| ())
}
