//! The figures that the sources name, out of the books.

use access::{Actor, Role, Scope};
use funds::{
    chain::{
        self, books,
        load::{LoadedAllocation, LoadedMovement},
    },
    load,
    model::{
        idle::{DEFAULT_LIMIT_DAYS, on_day},
        ledger::{Kind, Movement, Node, Stage},
    },
};
use kernel::Money;
use store::{Query, args};
use testkit::{TestApp, both_databases};
use trail::Act;

use crate::support::*;

/// 31 documents of 扶贫 money (6.355 bn yuan) and 122 of 涉农 money (26.245 bn), 2016, of which `used` fen by day.
async fn huaian(app: &TestApp, used: &[(&str, i64)]) {
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut movements = Vec::new();
    let mut shares = Vec::new();
    let mut ids = Vec::new();
    let amounts = spread(635_500_000_000, 31).into_iter().map(|a| (a, "扶贫"));
    let amounts = amounts.chain(spread(2_624_500_000_000, 122).into_iter().map(|a| (a, "涉农")));
    for (n, (fen, family)) in amounts.enumerate() {
        let id = n as i64 + 1;
        tx.execute(
            "INSERT INTO indicator (id, programme, doc_no, level, amount_fen, arrived_on, family) VALUES ($1,'HN25',$2,'省',$3,'2016-03-01',$4)",
            args![id, format!("苏财〔2016〕{id}号"), fen, family],
        )
        .await
        .unwrap();
        shares.push(LoadedAllocation {
            id: 10_000 + id,
            indicator: id,
            programme: "HN25".into(),
            target: "region",
            region: code(TOWN).as_i64(),
            project_name: String::new(),
            amount_fen: fen,
            plan_doc: "方案".into(),
            decided_on: "2016-03-10".into(),
            due_on: None,
            state: "used",
        });
        let (source, own) = (Node::of(id, Stage::Source), Node::of(id, Stage::Indicator));
        let share = Node::at(id, 10_000 + id, Stage::Allocation, 0);
        let mut go = |kind, from, to, fen, on: &str| {
            movements.push(LoadedMovement {
                movement: Movement {
                    kind,
                    from,
                    to,
                    amount: Money(fen),
                },
                on: on.into(),
                doc: "装入".into(),
            });
        };
        go(Kind::Arrive, source, own, fen, "2016-03-01");
        go(Kind::Allocate, own, share, fen, "2016-03-10");
        ids.push((id, fen, share));
    }
    for (day, fen) in used {
        let mut left = *fen;
        for (id, has, share) in &mut ids {
            let part = left.min(*has);
            if part > 0 {
                let to = Node::at(*id, share.allocation, Stage::Used, 0);
                movements.push(LoadedMovement {
                    movement: Movement {
                        kind: Kind::Use,
                        from: *share,
                        to,
                        amount: Money(part),
                    },
                    on: (*day).into(),
                    doc: "装入".into(),
                });
                left -= part;
                *has -= part;
            }
        }
    }
    chain::load::allocations(&tx, shares).await.unwrap();
    chain::load::movements(&tx, || app.app.next_id(), movements)
        .await
        .unwrap();
    tx.commit(Act::new("fund.load", "register")).await.unwrap();
}

/// A sum in so many whole parts.
fn spread(fen: i64, parts: i64) -> Vec<i64> {
    (0..parts).map(|n| fen / parts + i64::from(n < fen % parts)).collect()
}

both_databases! {
    // accept: 000-70, 000-74, 000-59
    async fn two_families_sum_to_32_6_billion_and_the_idle_rate_falls_from_4695_to_134(db: TestDb) {
        let app = a_county(db).await;
        let all: i64 = 3_260_000_000_000;
        let used_2016 = all - all * 4695 / 10_000;
        let used_2020 = (all - all * 134 / 10_000) - used_2016;
        huaian(&app, &[("2016-12-20", used_2016), ("2020-11-30", used_2020)]).await;
        let scope = Scope::area(code(COUNTY));
        let books = books(&app.app.db, &scope).await.unwrap();
        for (family, documents, fen) in [("扶贫", 31, 635_500_000_000), ("涉农", 122, 2_624_500_000_000)] {
            let of = books.clone().narrowed(|i| i.family == family);
            assert_eq!(of.indicators.len(), documents);
            assert_eq!(on_day(of.parts(), d("2021-01-01"), DEFAULT_LIMIT_DAYS).received_fen, fen);
        }
        let parts = books.parts();
        let start = on_day(parts, d("2017-01-01"), DEFAULT_LIMIT_DAYS);
        assert_eq!((start.received_fen, start.rate_bp()), (all, 4695));
        assert_eq!(start.overdue_bp(), 4695, "ten months old");
        let end = on_day(parts, d("2020-12-31"), DEFAULT_LIMIT_DAYS);
        assert_eq!((end.rate_bp(), end.overdue_bp()), (134, 134));
        let mut audit = app.signed_in(office(Role::Audit, false)).await;
        let shown = audit.get("/desk/funds/idle?on=2020-12-31&from=2017-01").await;
        assert!(shown.text().contains("1.34%"), "{}", shown.text());
        assert!(shown.body.contains("<polyline") && shown.texts("tbody tr").len() == 48, "{}", shown.texts("tbody tr").len());
        assert!(audit.get("/desk/funds/idle?on=2017-01-01").await.text().contains("46.95%"));
        let board = audit.get("/desk/funds/board?by=family").await;
        assert!(board.text().contains("6,355,000,000.00") && board.text().contains("26,245,000,000.00") && board.text().contains("32,600,000,000.00"), "{}", board.text());
        // A town reads its own shares only: the same money here.
        let town = chain::books(&app.app.db, &Scope::area(code(TOWN))).await.unwrap();
        assert_eq!(on_day(town.parts(), d("2017-01-01"), DEFAULT_LIMIT_DAYS).rate_bp(), 4695);
        let other = chain::books(&app.app.db, &Scope::area(code(OTHER_TOWN))).await.unwrap();
        assert!(other.parts().is_empty() && other.indicators.is_empty());
    }

    // accept: 000-73
    async fn the_bulletin_tells_each_department_its_rate_and_what_is_late(db: TestDb) {
        let app = a_county(db).await;
        let mut new = a_document("HN25", "财农〔2026〕7号", 5_000);
        new.bypass_city = true;
        chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &new).await.unwrap();
        let shown = app.signed_in(office(Role::Finance, false)).await.get("/desk/funds/bulletin").await;
        assert!(shown.text().contains("扶贫办 5,000.00") && shown.text().contains("100.00%"), "{}", shown.text());
        assert!(shown.text().contains("逾期未报备") && shown.text().contains("财农〔2026〕7号"));
    }

    async fn a_load_that_does_not_add_up_is_refused_whole(db: TestDb) {
        let app = a_county(db).await;
        let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
        let take = LoadedMovement {
            movement: Movement { kind: Kind::Allocate, from: Node::of(1, Stage::Indicator), to: Node::at(1, 2, Stage::Allocation, 0), amount: Money(1) },
            on: "2026-01-01".into(),
            doc: "方案".into(),
        };
        let refused = chain::load::movements(&tx, || app.app.next_id(), [take]).await.unwrap_err();
        assert!(refused.message.contains("第 1 笔资金记录"), "{refused}");
    }

    // accept: 000-103, 001-20a, 001-20b, 001-20c
    async fn own_and_coordinated_money_of_helping_units_is_counted_apart(db: TestDb) {
        let app = a_county(db).await;
        let finance = office(Role::Finance, false);
        for (n, (origin, yuan, class)) in [("own", 81_000_000, 2), ("coordinated", 1_008_000_000, 2), ("fiscal", 930_000_000, 1), ("fiscal", 100, 3)].into_iter().enumerate() {
            let mut new = a_document("HN25", &format!("文{n}"), yuan);
            new.origin = origin.into();
            new.fund_class = class;
            new.giver = if origin == "fiscal" { String::new() } else { "省委驻县帮扶工作队".into() };
            new.level = if origin == "fiscal" { "省" } else { "社会" }.into();
            chain::enter(&app.app, &finance, &fresh(&app), &new).await.unwrap();
        }
        let mut client = app.signed_in(finance).await;
        let by_origin = client.get("/desk/funds/board?by=origin").await.text();
        assert!(by_origin.contains("帮扶单位自有资金 1 0 81,000,000.00") && by_origin.contains("帮扶单位协调资金 1 0 1,008,000,000.00"), "{by_origin}");
        let by_class = client.get("/desk/funds/board?by=class").await.text();
        for class in ["财政扶贫专项资金", "政策性惠农资金", "社会帮扶资金"] {
            assert!(by_class.contains(class), "{by_class}");
        }
    }

    // accept: 003-01
    async fn thirty_four_policies_nineteen_paid_to_people_mean_671_yuan(db: TestDb) {
        let app = a_county(db).await;
        let county = simulate::build(&simulate::Spec::huimin_2020(simulate::Scale::Village, 7));
        assert_eq!(county.programmes.len(), 34);
        assert_eq!(county.programmes.iter().filter(|p| p.paid).count(), 19);
        for kind in ["耕地地力保护补贴", "农机购置补贴", "家畜养殖补贴"] {
            assert!(county.programmes.iter().any(|p| p.name == kind), "{kind}");
        }
        // The figure of the source: 718 M yuan over 1.07 M payments.
        let mean = simulate::figures::COUNTY_PAID_YUAN as f64 / simulate::figures::COUNTY_PAYMENTS as f64;
        assert_eq!(mean.round(), 671.0);
        let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
        let programmes = county.programmes.iter().map(|p| a_programme(p.code, p.name, p.dept, i64::from(p.rate_fen)));
        load::programmes(&tx, programmes).await.unwrap();
        tx.commit(Act::new("programme.load", "programme:all")).await.unwrap();
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM programme", args![]).await.unwrap(), 34);
    }
}
