//! A county of two towns with four programmes, one for each way of naming, and people of all ages.

use std::sync::Arc;

use access::Actor;
use async_trait::async_trait;
use directory::{Org, Region, load_orgs, load_regions};
use funds::{Allocation, Indicator, PaymentState, Programme, load};
use households::load::{NewPerson, Nonces};
use kernel::{Clock, IdNumber, Money, Month, PersonKey, period::parse_date};
use testkit::{
    TestApp, TestDb,
    county::{DIVISIONS, checked, code, id_number},
};
use trail::Act;

/// Village with a long list.
pub(crate) const QIANWANG: &str = "371621102001001";
/// Village with one payment of each programme.
pub(crate) const HOULI: &str = "371621102001002";
pub(crate) const EMPTY_VILLAGE: &str = "371621103001001";
pub(crate) const LONG_LIST_ROWS: usize = 120;

/// An adult with a phone: paid as himself, and by a programme that hides names.
pub(crate) const WANG: Someone = Someone {
    first17: "37232119600101001",
    name: "王建国",
    phone: Some("13812340001"),
};
/// A child, paid by a programme that publishes full names.
pub(crate) const CHILD: Someone = Someone {
    first17: "37162120150603002",
    name: "李小宝",
    phone: None,
};
/// An adult known only to a programme for people with disabilities.
pub(crate) const ZHAO: Someone = Someone {
    first17: "37232119750808003",
    name: "赵敏霞",
    phone: Some("13812340002"),
};
/// Registered, never paid, no phone.
pub(crate) const SUN: Someone = Someone {
    first17: "37232119800505005",
    name: "孙来福",
    phone: None,
};
/// In no register at all.
pub(crate) const NOBODY: Someone = Someone {
    first17: "37232119701212007",
    name: "",
    phone: None,
};

#[derive(Clone, Copy)]
pub(crate) struct Someone {
    first17: &'static str,
    pub(crate) name: &'static str,
    pub(crate) phone: Option<&'static str>,
}

impl Someone {
    pub(crate) fn number(&self) -> String {
        checked(self.first17)
    }

    fn id(&self) -> IdNumber {
        id_number(&self.number())
    }

    pub(crate) fn key(&self, app: &TestApp) -> PersonKey {
        app.app.keys.person_key(&self.id())
    }
}

/// A trial installation: codes stand on a page.
pub(crate) async fn a_county(db: TestDb) -> TestApp {
    let app = an_empty_county(db, true).await;
    fill(&app).await;
    app
}

/// The catalogue of this county: one rule.
struct OneRule;

#[async_trait]
impl disclosure::TellsRules for OneRule {
    async fn rules(&self, _app: &web::App) -> kernel::AppResult<Vec<disclosure::PlainRule>> {
        Ok(vec![disclosure::PlainRule {
            id: "A-01".to_owned(),
            name: "名下有小汽车".to_owned(),
            group: "家庭财产".to_owned(),
            explanation: "领低保的人名下登记有小汽车时，请村里核实车是不是自己用。".to_owned(),
            basis: "《社会救助暂行办法》".to_owned(),
        }])
    }
}

pub(crate) async fn an_empty_county(db: TestDb, demo: bool) -> TestApp {
    let mut parts = disclosure::parts(demo, Arc::new(OneRule));
    parts.push(Arc::new(directory::regions::RegionCache::default()));
    let modules = vec![
        directory::module(),
        records::module(),
        households::module(),
        funds::module(),
        projects::module(),
        disclosure::module(),
    ];
    TestApp::with_parts(db, modules, parts).await
}

async fn fill(app: &TestApp) {
    let system = Actor::system();
    let regions: Vec<Region> = DIVISIONS
        .into_iter()
        .filter(|(c, _)| *c != QIANWANG)
        .chain([(QIANWANG, "前王村"), (HOULI, "后李村")])
        .map(|(c, name)| Region::invented(code(c), name))
        .collect();
    load_regions(&app.app, &system, &regions).await.unwrap();
    let org = |id: &str, name: &str| Org {
        id: id.into(),
        name: name.into(),
        kind: "部门".into(),
        region: code("371621"),
        uscc: None,
        hotline: Some("0543-5330001".into()),
    };
    let orgs = [
        org("agriculture", "农业农村局"),
        org("civil_affairs", "民政局"),
        org("disabled", "残疾人联合会"),
    ];
    load_orgs(&app.app, &system, &orgs).await.unwrap();
    people(app).await;
    money(app).await;
}

async fn people(app: &TestApp) {
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let ids: Vec<(Someone, IdNumber)> = [WANG, CHILD, ZHAO, SUN].map(|someone| (someone, someone.id())).into();
    let many: Vec<(String, IdNumber)> = (0..LONG_LIST_ROWS).map(|n| (format!("村民{n}"), villager(n))).collect();
    let registered = ids.iter().map(|(s, id)| (s.name, id, s.phone));
    let registered = registered.chain(many.iter().map(|(name, id)| (name.as_str(), id, None)));
    let rows = registered.map(|(name, number, phone)| NewPerson {
        number,
        name,
        region: code(QIANWANG),
        kin: 2,
        household: None,
        phone,
        death: None,
    });
    let mut nonces = Nonces::from_random(app.app.nonce().unwrap());
    households::load::people(&tx, &app.app.keys, &mut nonces, rows)
        .await
        .unwrap();
    tx.commit(Act::new("person.load", "person:all")).await.unwrap();
}

fn villager(n: usize) -> IdNumber {
    id_number(&checked(&format!("37232119550101{n:03}")))
}

fn programme(code: &str, name: &str, org: &str, mode: &str) -> Programme {
    Programme {
        code: code.into(),
        name: name.into(),
        org: org.into(),
        fund_class: 1,
        unit: "人".into(),
        rate_fen: 12_500,
        cycle: "年".into(),
        payee_kind: "person".into(),
        targeted: false,
        public_name_mode: mode.into(),
        basis: "鲁农计财字〔2025〕3号".into(),
        what_done: "按确权面积补给种地的人。".into(),
        effect: "耕地不撂荒。".into(),
    }
}

async fn money(app: &TestApp) {
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let programmes = [
        programme("HN01", "耕地地力保护补贴", "agriculture", "full"),
        programme("HN02", "临时救助", "civil_affairs", "full"),
        programme("HN04", "困难残疾人生活补贴", "disabled", "masked"),
        programme("HN16", "孤儿基本生活费", "civil_affairs", "none"),
    ];
    load::programmes(&tx, programmes).await.unwrap();
    let indicator = |doc_no: &str, level: &str, yuan: i64| Indicator {
        programme: "HN01".into(),
        doc_no: doc_no.into(),
        level: level.into(),
        amount_fen: yuan * 100,
        arrived_on: "2026-01-05".into(),
    };
    let indicators = [
        indicator("财农〔2026〕2号", "中央", 12_000),
        indicator("惠财农指〔2026〕7号", "县", 8_000),
    ];
    load::indicators(&tx, || app.app.next_id(), indicators).await.unwrap();
    let share = Allocation {
        programme: "HN01".into(),
        region: code("371621102").as_i64(),
        year: 2026,
        amount_fen: 1_800_000,
        decided_on: "2026-01-10".into(),
    };
    load::allocations(&tx, [share]).await.unwrap();
    pay(app, &tx).await;
    tx.commit(Act::new("payment.load", "payment:all")).await.unwrap();
}

struct Paid {
    programme: &'static str,
    person: PersonKey,
    name: String,
    village: &'static str,
    yuan: i64,
    paid_on: &'static str,
    state: PaymentState,
}

async fn pay(app: &TestApp, tx: &trail::RecordedTx) {
    let one = |programme, who: &Someone, yuan, paid_on, state| Paid {
        programme,
        person: who.key(app),
        name: who.name.to_owned(),
        village: HOULI,
        yuan,
        paid_on,
        state,
    };
    let mut all = vec![
        one("HN01", &WANG, 500, "2026-02-10", PaymentState::Paid),
        one("HN02", &CHILD, 300, "2026-02-11", PaymentState::Paid),
        one("HN04", &ZHAO, 166, "2026-02-12", PaymentState::Paid),
        one("HN04", &WANG, 167, "2025-12-12", PaymentState::Paid),
        one("HN16", &CHILD, 1_200, "2026-02-13", PaymentState::Paid),
        one("HN02", &WANG, 900, "2026-02-14", PaymentState::Returned),
    ];
    all.extend((0..LONG_LIST_ROWS).map(|n| Paid {
        programme: "HN01",
        person: app.app.keys.person_key(&villager(n)),
        name: format!("村民{n}"),
        village: QIANWANG,
        yuan: 100,
        paid_on: "2026-02-09",
        state: PaymentState::Paid,
    }));
    let rows = all.iter().map(|p| load::NewPayment {
        id: app.app.next_id(),
        batch_no: p.programme,
        programme: p.programme,
        org: "agriculture",
        person: p.person,
        payee_name: &p.name,
        household: None,
        region: code(p.village),
        month: Month::of(parse_date(p.paid_on).unwrap()),
        qty: 100,
        rate: Money::from_yuan(p.yuan),
        amount: Money::from_yuan(p.yuan),
        paid_on: parse_date(p.paid_on).unwrap(),
        account: "6228480012345678901",
        account_valid: None,
        account_name: &p.name,
        arrears: false,
        state: p.state,
    });
    load::payments(
        tx,
        &app.app.keys,
        || app.app.ids.next(app.clock.as_ref() as &dyn Clock),
        rows,
    )
    .await
    .unwrap();
}
