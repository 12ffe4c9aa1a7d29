//! The list of findings: what the URL says is what is shown, counted and exported.

use askama::Template;
use axum::extract::Query as UrlQuery;
use comparison::workbench::RuleNames;
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppResult, Money, RegionCode, RegionLevel};
use serde::Deserialize;
use web::{
    Counter, Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager, Tab},
};

use super::{
    LIST, SAMPLES, href, layer,
    sight::{Sight, shown_name, sight_of},
    words,
};
use crate::{
    model::{Stage, Verdict},
    store::{Filters, ListRow, Order, page, rules_and_owners, totals, waiting},
};

const PAGE_SIZE: u64 = 50;

/// The filters as the URL carries them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    severity: String,
    state: String,
    rule: String,
    problem: String,
    department: String,
    verdict: String,
    origin: String,
    overdue: String,
    mine: String,
    supervised: String,
    sort: String,
    q: String,
    page: String,
    #[serde(flatten)]
    area: AreaQuery,
}

impl ListQuery {
    /// What the store is asked. Areas outside the scope are not accepted.
    pub(super) async fn filters(&self, ctx: &Ctx) -> AppResult<Filters> {
        let tree = regions(ctx.app()).await?;
        Ok(Filters {
            severity: self.severity.clone(),
            stage: self.state.clone(),
            rule: self.rule.clone(),
            rules: self.rules(ctx)?,
            owner: self.department.clone(),
            verdict: self.verdict.clone(),
            origin: self.origin.clone(),
            area: self.area.area(&tree, ctx.scope()),
            supervised: self.supervised == "1",
            overdue_at: (self.overdue == "1").then(|| ctx.clock.now()),
            waiting_for: (self.mine == "1").then(|| ctx.actor().clone()),
            text: self.q.clone(),
            order: match self.sort.as_str() {
                "due" => Order::Due,
                "money" => Order::Money,
                _ => Order::Found,
            },
        })
    }

    /// The rules of the kind of problem asked for.
    fn rules(&self, ctx: &Ctx) -> AppResult<Option<Vec<String>>> {
        if self.problem.is_empty() {
            return Ok(None);
        }
        let rules = ctx.part::<comparison::rules::Rules>()?;
        let mine = rules.iter().filter(|r| r.problems().contains(&self.problem.as_str()));
        Ok(Some(mine.map(|r| r.id.clone()).collect()))
    }

    /// The URL's query without the page and without empty parts.
    pub(super) fn text(&self) -> String {
        web::query_of([
            ("severity", &self.severity),
            ("state", &self.state),
            ("rule", &self.rule),
            ("problem", &self.problem),
            ("department", &self.department),
            ("verdict", &self.verdict),
            ("origin", &self.origin),
            ("overdue", &self.overdue),
            ("mine", &self.mine),
            ("supervised", &self.supervised),
            ("sort", &self.sort),
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("q", &self.q),
        ])
    }
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct List {
    shell: Shell,
    tabs: Vec<Tab>,
    filter: Filter,
    pager: Pager,
    rows: Vec<Row>,
    tiles: Vec<Tile>,
    money: Option<String>,
    export: Option<String>,
    samples: bool,
}

struct Tile {
    title: &'static str,
    value: String,
    unit: &'static str,
    foot: String,
    alert: bool,
}

struct Row {
    href: String,
    number: String,
    badge: &'static str,
    rule: String,
    name: String,
    place: String,
    programme: String,
    money: String,
    found: String,
    owner: String,
    term: String,
    late: bool,
    stage: &'static str,
    tone: &'static str,
    supervised: bool,
    verdict: &'static str,
}

/// `GET /desk/warnings`
pub(super) async fn list(ctx: Ctx, UrlQuery(query): UrlQuery<ListQuery>) -> Page {
    let (scope, now) = (ctx.scope(), ctx.clock.now());
    let filters = query.filters(&ctx).await?;
    let totals = totals(&ctx.db, scope, &filters, now).await?;
    let last_page = (totals.rows as u64).div_ceil(PAGE_SIZE).max(1);
    let page_no = query.page.parse::<u64>().unwrap_or(1).clamp(1, last_page);
    let found = page(&ctx.db, scope, &filters, (page_no - 1) * PAGE_SIZE, PAGE_SIZE).await?;
    let mut names = Names::load(&ctx).await?;
    names
        .learn(&ctx, found.iter().map(|row| (row.rule_id.as_str(), row.rule_version)))
        .await?;
    let sight = sight_of(ctx.actor().role);
    let rows = found.iter().map(|row| names.row(&ctx, row)).collect();
    let (mine, urgent) = waiting(&ctx.db, ctx.actor(), now).await?;
    let mut shell = ctx.shell(layer(&ctx)).here("预警列表");
    shell.counters = vec![counter(mine, urgent)];
    let amount = |fen: i64| Money(fen).to_string();
    let text = query.text();
    let money = (sight != Sight::VerdictOnly).then(|| amount(totals.money_fen));
    html(List {
        shell,
        tabs: tabs(&query, mine),
        filter: filter(&ctx, &query, &names).await?,
        pager: Pager {
            page: page_no,
            page_size: PAGE_SIZE,
            total_rows: totals.rows as u64,
            total_amount: money.clone(),
            path: LIST.to_owned(),
            query: text.clone(),
        },
        rows,
        tiles: vec![
            Tile {
                title: "预警",
                value: totals.rows.to_string(),
                unit: "条",
                foot: format!("红色 {} 条", totals.red),
                alert: false,
            },
            Tile {
                title: "超期未办",
                value: totals.overdue.to_string(),
                unit: "条",
                foot: String::new(),
                alert: totals.overdue > 0,
            },
            Tile {
                title: "涉及金额",
                value: money.clone().unwrap_or_else(|| "依规不显示".to_owned()),
                unit: if money.is_some() { "元" } else { "" },
                foot: "发放金额，不等于问题金额".to_owned(),
                alert: false,
            },
            Tile {
                title: "查实金额",
                value: if money.is_some() {
                    amount(totals.confirmed_fen)
                } else {
                    "依规不显示".to_owned()
                },
                unit: if money.is_some() { "元" } else { "" },
                foot: if money.is_some() {
                    format!("已追回 {} 元", amount(totals.recovered_fen))
                } else {
                    String::new()
                },
                alert: false,
            },
        ],
        money,
        export: ctx.may("finding.export", &access::Resource::any()).then(|| {
            if text.is_empty() {
                format!("{LIST}/export")
            } else {
                format!("{LIST}/export?{text}")
            }
        }),
        samples: ctx.may("finding.sample_view", &access::Resource::any()),
    })
}

/// Names of places, organisations, programmes and rules, looked up once for a page.
pub(super) struct Names {
    tree: std::sync::Arc<directory::RegionTree>,
    organisations: Vec<directory::Org>,
    programmes: std::collections::HashMap<String, String>,
    rules: RuleNames,
}

impl Names {
    pub(super) async fn load(ctx: &Ctx) -> AppResult<Names> {
        Ok(Names {
            tree: regions(ctx.app()).await?,
            organisations: directory::orgs(&ctx.db, ctx.config.area).await?,
            programmes: words::programmes(ctx.app()).await?,
            rules: RuleNames::in_force(ctx.app()).await?,
        })
    }

    /// Learns what the rules of findings were called in the versions that asked them.
    pub(super) async fn learn<'a>(
        &mut self,
        ctx: &Ctx,
        asked: impl IntoIterator<Item = (&'a str, i64)>,
    ) -> AppResult<()> {
        self.rules.learn(&ctx.db, asked).await
    }

    /// The number and name of a finding's rule, in the version that asked it.
    pub(super) fn rule(&self, id: &str, version: i64) -> String {
        words::rule(&self.rules, id, version)
    }

    pub(super) fn place(&self, region: i64) -> String {
        RegionCode::from_i64(region)
            .map(|code| self.tree.path_in_county(code))
            .unwrap_or_default()
    }

    /// The organisation in charge; where it is the town, that town.
    pub(super) fn owner(&self, id: &str, region: i64) -> String {
        let town = RegionCode::from_i64(region).map(|code| code.at(RegionLevel::Town));
        match town {
            Some(town) if id == "town" => self.tree.name(town),
            _ => self.organisation(id),
        }
    }

    fn organisation(&self, id: &str) -> String {
        if id == "town" {
            return "所在镇（街）".to_owned();
        }
        self.organisations
            .iter()
            .find(|org| org.id == id)
            .map_or_else(|| id.to_owned(), |org| org.name.clone())
    }

    /// Who may be put in charge of a finding there: the offices of its county, or its town.
    pub(super) fn candidates(&self, region: RegionCode) -> Vec<(String, String)> {
        let county = region.at(RegionLevel::County);
        let offices = self.organisations.iter().filter(|org| org.region == county);
        let mut all: Vec<_> = offices.map(|org| (org.id.clone(), org.name.clone())).collect();
        all.push(("town".to_owned(), self.owner("town", region.as_i64())));
        all
    }

    pub(super) fn programme(&self, code: Option<&str>) -> String {
        code.map(|code| words::named(&self.programmes, code))
            .unwrap_or_default()
    }

    fn row(&self, ctx: &Ctx, row: &ListRow) -> Row {
        let stage = Stage::from_id(&row.stage).unwrap_or(Stage::New);
        let (term, late) = if stage.is_final() {
            (String::new(), false)
        } else {
            words::term(row.due_millis, ctx.clock.now(), &ctx.calendar)
        };
        let role = ctx.actor().role;
        Row {
            href: href(row.id),
            number: row.finding_no.clone(),
            badge: words::badge(&row.colour),
            rule: self.rule(&row.rule_id, row.rule_version),
            name: shown_name(role, &row.subject_name),
            place: self.place(row.region),
            programme: self.programme(row.programme.as_deref()),
            money: if sight_of(role) == Sight::VerdictOnly {
                String::new()
            } else {
                Money(row.money_fen).to_string()
            },
            found: kernel::Timestamp(row.found_millis).date().to_string(),
            owner: self.owner(&row.owner_department, row.region),
            term,
            late,
            stage: stage.title(),
            tone: if late { "late" } else { stage.tone() },
            supervised: row.supervisor.is_some(),
            verdict: row
                .verdict
                .as_deref()
                .and_then(Verdict::from_id)
                .map_or("", Verdict::title),
        }
    }
}

/// The bar's counter of findings that wait for the reader.
pub(super) fn counter(mine: u64, urgent: u64) -> Counter {
    let href = format!("{LIST}?mine=1&sort=due");
    Counter {
        title: "待我办理".to_owned(),
        count: mine,
        href,
        urgent: urgent > 0,
    }
}

fn tabs(query: &ListQuery, mine: u64) -> Vec<Tab> {
    let tab = |title: &str, query_text: &str, active: bool, count: Option<u64>| Tab {
        title: title.to_owned(),
        href: if query_text.is_empty() {
            LIST.to_owned()
        } else {
            format!("{LIST}?{query_text}")
        },
        active,
        count,
    };
    let special = query.mine == "1" || query.overdue == "1" || query.supervised == "1";
    vec![
        tab("全部", "", !special, None),
        tab("待我办理", "mine=1&sort=due", query.mine == "1", Some(mine)),
        tab("超期", "overdue=1&sort=due", query.overdue == "1", None),
        tab("挂牌督办", "supervised=1", query.supervised == "1", None),
    ]
}

async fn filter(ctx: &Ctx, query: &ListQuery, names: &Names) -> AppResult<Filter> {
    let all = || vec![(String::new(), "全部".to_owned())];
    let with = |mut options: Vec<(String, String)>, more: Vec<(String, String)>| {
        options.extend(more);
        options
    };
    let fixed = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(id, word)| ((*id).to_owned(), (*word).to_owned()))
            .collect()
    };
    let (rule_ids, owner_ids) = rules_and_owners(&ctx.db, ctx.scope()).await?;
    let stages = Stage::ALL
        .iter()
        .map(|s| (s.id().to_owned(), s.title().to_owned()))
        .collect();
    let mut fields = vec![
        Field::select(
            "severity",
            "等级",
            with(
                with(all(), fixed(&words::SEVERITIES)),
                vec![("-".into(), "已消除".into())],
            ),
        )
        .value(query.severity.clone()),
        Field::select("state", "状态", with(all(), stages)).value(query.state.clone()),
        Field::select(
            "rule",
            "规则",
            with(
                all(),
                rule_ids
                    .into_iter()
                    .map(|id| (id.clone(), words::rule_now(&names.rules, &id)))
                    .collect(),
            ),
        )
        .value(query.rule.clone()),
        Field::select("problem", "问题类别", with(all(), fixed(&comparison::rules::PROBLEMS)))
            .value(query.problem.clone()),
    ];
    fields.extend(area_fields(&names.tree, ctx.scope(), ctx.config.area, &query.area));
    if owner_ids.len() > 1 {
        let owners = owner_ids
            .into_iter()
            .map(|id| (id.clone(), names.organisation(&id)))
            .collect();
        fields.push(Field::select("department", "承办单位", with(all(), owners)).value(query.department.clone()));
    }
    let verdicts = Verdict::ALL.map(|v| (v.id().to_owned(), v.title().to_owned())).to_vec();
    fields.push(Field::select("verdict", "结论", with(all(), verdicts)).value(query.verdict.clone()));
    fields.push(Field::select("origin", "监督来源", with(all(), fixed(&words::ORIGINS))).value(query.origin.clone()));
    let yes = || vec![(String::new(), "全部".to_owned()), ("1".to_owned(), "是".to_owned())];
    fields.push(Field::select("overdue", "超期", yes()).value(query.overdue.clone()));
    fields.push(Field::select("mine", "待我办理", yes()).value(query.mine.clone()));
    let sorts = [("", "发现时间"), ("due", "办理期限"), ("money", "金额")];
    fields.push(Field::select("sort", "排序", sorts).value(query.sort.clone()));
    fields.push(
        Field::input("search", "q", "姓名/编号")
            .value(query.q.clone())
            .placeholder("姓名或预警编号"),
    );
    Ok(Filter {
        action: LIST.to_owned(),
        fields,
    })
}

pub(super) const SAMPLES_HREF: &str = SAMPLES;

impl List {
    fn samples_href(&self) -> &'static str {
        SAMPLES_HREF
    }
}
