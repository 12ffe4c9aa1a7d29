//! The books of the demo county's villages: three years as published, checked, and a few entries of these days that
//! wait for a signature or a check.

use ::village_finance::{
    model::{AccountKind, Category, Channel, EntryAct, NewEntry},
    store::{enter, load, step},
};
use access::{AccountId, Actor, Role, Scope};
use directory::accounts::account_by_login;
use kernel::{AppResult, Money, Month, period::ymd};
use records::flow::Code;
use serde_json::json;
use simulate::{KINDS, Spec, VillageBooks};
use trail::Act;
use web::App;

/// Fills the books; returns how many entries were loaded.
pub(super) async fn load(app: &App, spec: &Spec) -> AppResult<u64> {
    let books = simulate::village_books(spec);
    let tx = app.trail.begin(&Actor::system()).await?;
    let accounts = accounts(app, &books);
    load::accounts(&tx, &app.keys, accounts.iter().map(Numbered::lent)).await?;
    let (words, entries) = entries(app, &books, &accounts);
    let rows = load::entries(&tx, || app.next_id(), &words, entries).await?;
    tx.commit(Act::new("ledger.load", "ledger:all").with(json!({ "rows": rows })))
        .await?;
    under_way(app).await?;
    Ok(rows)
}

/// An account with the texts it lends.
struct Numbered {
    account: load::LoadedAccount<'static>,
    number: String,
    holder: String,
}

impl Numbered {
    fn lent(&self) -> load::LoadedAccount<'_> {
        load::LoadedAccount {
            number: &self.number,
            holder: &self.holder,
            ..self.account.clone()
        }
    }
}

/// A basic account and a card for each village, one behind the other.
fn accounts(app: &App, books: &VillageBooks) -> Vec<Numbered> {
    let opened_on = books
        .entries
        .first()
        .map_or(kernel::Date::MIN, |e| ymd(e.day.year(), 1, 1).unwrap_or(e.day));
    let of = |n: usize, kind: AccountKind, opening: i64| Numbered {
        account: load::LoadedAccount {
            id: app.next_id(),
            village: books.openings[n].village,
            kind,
            bank: "农村商业银行",
            number: "",
            holder: "",
            opening: Money(opening),
            opened_on,
        },
        number: format!("6228{:01}{:013}", u8::from(kind == AccountKind::Card), 7_000_000 + n),
        holder: if kind == AccountKind::Card {
            "村报账员"
        } else {
            "股份经济合作社"
        }
        .to_owned(),
    };
    (0..books.openings.len())
        .flat_map(|n| {
            [
                of(n, AccountKind::Basic, books.openings[n].amount_fen),
                of(n, AccountKind::Card, 0),
            ]
        })
        .collect()
}

fn entries<'a>(
    app: &'a App,
    books: &'a VillageBooks,
    accounts: &'a [Numbered],
) -> (Vec<String>, impl Iterator<Item = load::LoadedEntry> + 'a) {
    let mut words: Vec<String> = books.parties.iter().map(|p| p.name.to_string()).collect();
    let mut first_wording = Vec::with_capacity(KINDS.len());
    for kind in &KINDS {
        first_wording.push(words.len());
        words.extend(kind.wordings.iter().map(|w| (*w).to_owned()));
    }
    let position: std::collections::HashMap<_, _> = (0..).zip(&books.openings).map(|(n, o)| (o.village, n)).collect();
    let entry = move |e: &simulate::VillageEntry| {
        let channel = Channel::parse(e.channel).unwrap_or(Channel::Transfer);
        let account = position[&e.village] * 2 + usize::from(channel.is_card());
        load::LoadedEntry {
            id: app.next_id(),
            village: e.village,
            account: accounts[account].account.id,
            voucher_no: format!("{}-{:04}", Month::of(e.day), e.voucher),
            day: e.day,
            category: Category::parse(KINDS[usize::from(e.kind)].category).unwrap_or(Category::OtherOut),
            amount: Money(e.amount_fen),
            channel,
            party: e.party as usize,
            party_is_person: books.parties[e.party as usize].person,
            summary: first_wording[usize::from(e.kind)] + usize::from(e.wording),
        }
    };
    (words, books.entries.iter().map(entry))
}

/// What the village of the demo accounts entered these days: one entry at each step.
async fn under_way(app: &App) -> AppResult<()> {
    let (Some(clerk), Some(committee)) = (
        actor(app, "cunwei", Role::VillageAdmin).await?,
        actor(app, "jianwei", Role::VillageSupervision).await?,
    ) else {
        return Ok(());
    };
    let tree = directory::regions(app).await?;
    let Some(village) = clerk
        .scope
        .region()
        .and_then(|own| tree.children(own).first().map(|r| r.code))
    else {
        return Ok(());
    };
    let today = app.clock.today();
    let lines = [
        (
            Category::Utilities,
            31_260,
            Channel::Wechat,
            "供电所",
            "付路灯电费",
            None,
        ),
        (
            Category::Labour,
            48_000,
            Channel::Swipe,
            "环卫服务部",
            "付清扫街道用工",
            Some(EntryAct::Sign),
        ),
        (
            Category::Works,
            3_860_000,
            Channel::Transfer,
            "建材有限公司",
            "付排水沟工程款",
            Some(EntryAct::Return),
        ),
    ];
    for (n, (category, fen, channel, party, summary, then)) in lines.into_iter().enumerate() {
        let new = NewEntry {
            village,
            voucher_no: String::new(),
            day: today,
            category,
            amount: Money(fen),
            channel,
            party: party.to_owned(),
            party_is_person: false,
            summary: summary.to_owned(),
            decision_no: if fen > 1_000_000 {
                "四议两公开〔2026〕3号"
            } else {
                ""
            }
            .to_owned(),
        };
        let id = enter::enter(app, &clerk, &format!("demo-ledger-{n}"), new, Vec::new()).await?;
        if let Some(act) = then {
            let reason = if act == EntryAct::Return {
                "工程款应附验收报告，请补齐后再送签"
            } else {
                ""
            };
            step::step(app, &committee, id, &format!("demo-ledger-step-{n}"), act, reason).await?;
        }
    }
    Ok(())
}

async fn actor(app: &App, login: &str, role: Role) -> AppResult<Option<Actor>> {
    let account = account_by_login(&app.db, login).await?;
    Ok(account.map(|a| Actor {
        account: Some(AccountId(a.id.0)),
        name: a.name.clone(),
        role,
        scope: Scope::area(a.post.region),
        department: None,
        person: None,
    }))
}
