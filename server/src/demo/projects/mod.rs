//! Projects of the demo county: some dozens over all states, each with what its state presupposes.

use ::projects::{
    model::{PROJECT_FLOW, ProjectMode, ProjectState as S, ceilings::share, life::WAY},
    store::{
        draws,
        load::{Loaded, projects},
        project::Project,
    },
};
mod building;
mod ending;

use access::{Actor, Scope};
use households::{HouseholdFilter, HouseholdRow};
use kernel::{AppResult, Date, Money, RegionCode, RegionLevel};
use records::flow::Code;
use serde_json::json;
use time::Duration;
use trail::Act;
use web::App;

/// What is built, for whom, at what price in ten thousand yuan.
const IDEAS: [(&str, &str, ProjectMode, i64); 12] = [
    (
        "蔬菜大棚",
        "新建日光温室蔬菜大棚二十座，由合作社经营，土地入股、务工、分红带动农户",
        ProjectMode::Carrier,
        120,
    ),
    (
        "村道硬化",
        "硬化村内主干道二点六公里，宽四米",
        ProjectMode::Infrastructure,
        86,
    ),
    (
        "养羊到户",
        "每户发放种羊五只，畜牧站包技术指导",
        ProjectMode::Direct,
        12,
    ),
    (
        "光伏电站",
        "建设村级光伏电站一百千瓦，电费收入归村集体，分配到户",
        ProjectMode::Carrier,
        70,
    ),
    (
        "卫生室改造",
        "改造村卫生室一百二十平方米，配齐设备",
        ProjectMode::Service,
        28,
    ),
    (
        "粮食烘干中心",
        "购置烘干机两台，建库棚六百平方米，对外服务收费",
        ProjectMode::Carrier,
        160,
    ),
    (
        "饮水管网改造",
        "更换入户饮水管网四百二十户",
        ProjectMode::Infrastructure,
        64,
    ),
    ("果树苗到户", "每户发放冬枣苗六十株和配套农资", ProjectMode::Direct, 9),
    (
        "扶贫车间",
        "改建闲置校舍为服装加工车间，吸纳就近务工",
        ProjectMode::Carrier,
        95,
    ),
    (
        "排水渠整治",
        "清淤并衬砌排水渠三点一公里",
        ProjectMode::Infrastructure,
        52,
    ),
    ("文化广场", "建文化广场八百平方米，配健身器材", ProjectMode::Service, 24),
    (
        "标准化鸡舍",
        "建标准化鸡舍四栋，公司加农户代养",
        ProjectMode::Carrier,
        110,
    ),
];

/// Projects that halted or ended before their way was over: where, by which act, as what.
const ENDS: [(S, &str, S); 3] = [
    (S::Building, "suspend", S::Suspended),
    (S::Library, "cancel", S::Cancelled),
    (S::Performance, "exempt", S::Exempted),
];

/// One project on its way in.
struct Made {
    loaded: Loaded,
    mode: ProjectMode,
    state: S,
    households: Vec<HouseholdRow>,
}

impl Made {
    fn id(&self) -> i64 {
        self.loaded.row.id
    }

    /// The last step leads off the way.
    fn halt(&mut self, act: &'static str, now: S) {
        let row = &mut self.loaded.row;
        row.suspended_from = (now == S::Suspended).then(|| row.state.clone());
        row.state = now.id().to_owned();
        self.loaded.steps.push((act, now.id(), row.last_on.clone()));
    }

    fn reached(&self, state: S) -> Option<&str> {
        let step = self.loaded.steps.iter().find(|(_, to, _)| *to == state.id())?;
        Some(&step.2)
    }

    fn planned(&self) -> Money {
        self.loaded.row.planned()
    }

    fn tendered(&self) -> bool {
        self.reached(S::Contracted).is_some()
    }
}

/// Loads the projects; returns how many. A county without registered households has none.
pub(super) async fn load(app: &App) -> AppResult<usize> {
    let groups = neighbours(app).await?;
    if groups.is_empty() {
        return Ok(0);
    }
    let today = app.clock.today();
    let mut made = Vec::new();
    for n in 0..58_usize {
        let state = if n < 52 {
            WAY[(n * 5 + n / 22) % WAY.len()]
        } else {
            S::AccTown
        };
        let group = &groups[if n < 52 { n % groups.len() } else { 0 }];
        made.push(one(app, n, state, group, today));
    }
    for (n, (stood, act, now)) in ENDS.into_iter().enumerate() {
        let mut halted = one(app, 58 + n, stood, &groups[(n * 3 + 1) % groups.len()], today);
        halted.halt(act, now);
        made.push(halted);
    }
    let tx = app.trail.begin(&Actor::system()).await?;
    let loaded: Vec<Loaded> = made.iter().map(|m| m.loaded.clone()).collect();
    projects(&tx, &loaded).await?;
    building::contracts(app, &tx, &made).await?;
    building::prices(app, &tx, &made).await?;
    building::watching(app, &tx, &made, today).await?;
    ending::judged(&tx, &made).await?;
    ending::exempted(&tx, &made).await?;
    ending::yields(app, &tx, &made, today).await?;
    tx.commit(Act::new("project.load", "register").with(json!({"rows": made.len()})))
        .await?;
    let town = groups[0][0].region;
    if let Some(town) = RegionCode::from_i64(town).map(|r| r.at(RegionLevel::Town)) {
        draws::announce(app, &Actor::system(), "demo-first-draw", town, "第一批").await?;
    }
    Ok(made.len())
}

/// Groups of households of one community, spread over the county.
async fn neighbours(app: &App) -> AppResult<Vec<Vec<HouseholdRow>>> {
    let scope = Scope::area(app.config.area);
    let filter = HouseholdFilter {
        status: Some(1),
        ..HouseholdFilter::default()
    };
    let pages = (households::count(&app.db, &scope, &filter).await?.households as u64).div_ceil(households::PAGE_ROWS);
    let mut groups = Vec::new();
    for n in 0..pages.min(26) {
        let rows = households::page_of(&app.db, &scope, &filter, 1 + n * pages / pages.min(26)).await?;
        let Some(first) = rows.first().map(|r| r.region) else {
            continue;
        };
        let group: Vec<HouseholdRow> = rows.into_iter().filter(|r| r.region == first).take(10).collect();
        groups.push(group);
    }
    Ok(groups)
}

fn one(app: &App, n: usize, state: S, group: &[HouseholdRow], today: Date) -> Made {
    let carrier_only = matches!(state, S::Distributing | S::Operating);
    let mut idea = IDEAS[n % IDEAS.len()];
    if carrier_only {
        idea = IDEAS[[0, 3, 5, 8, 11][n % 5]];
    }
    let (what, content, mode, price) = idea;
    let skip = |s: &S| mode == ProjectMode::Direct && matches!(s, S::Tender | S::Contracted | S::AssetRegistered);
    let at = WAY.iter().position(|s| *s == state).unwrap_or(0);
    let way: Vec<S> = WAY[..=at].iter().copied().filter(|s| !skip(s)).collect();
    let state = way.last().copied().unwrap_or(S::Demand);
    let last = today - Duration::days((n as i64 * 7) % 23 + 1);
    let mut steps = Vec::new();
    for (k, s) in way.iter().enumerate() {
        let day = last - Duration::days((way.len() - 1 - k) as i64 * 13);
        steps.push((act_to(*s, mode), s.id(), day.to_string()));
    }
    let start = last - Duration::days((way.len() as i64 - 12).max(-8) * 13);
    // Work that lasts longer than planned, so that the board has something to show.
    let (start, end) = match state {
        S::Building | S::Contracted => (start - Duration::days(150), today - Duration::days(6)),
        _ => (start, start + Duration::days(240)),
    };
    let year = i64::from(start.year());
    let region = group[0].region;
    let planned = Money::from_yuan((price + n as i64 % 7 * 3) * 10_000);
    let owner = if mode == ProjectMode::Direct {
        "乡镇扶贫办"
    } else {
        "乡镇人民政府"
    };
    let surveyed_on = steps[0].2.clone();
    let row = Project {
        id: app.next_id(),
        no: format!("{}-{year}-{:04}", app.config.area, n + 1),
        name: format!("{what}项目（{}期）", ["一", "二", "三"][n % 3]),
        region,
        mode: mode.id().to_owned(),
        state: state.id().to_owned(),
        year,
        province_key: n % 9 == 0,
        site: format!(
            "{}（第{}村民小组）",
            ["村东", "村西机耕路旁", "原小学院内", "村南地块"][n % 4],
            n / IDEAS.len() + 1
        ),
        site_note: "离村近，不误农活，已落实用地和经营主体".to_owned(),
        content: content.to_owned(),
        start_plan: start.to_string(),
        end_plan: end.to_string(),
        owner: owner.to_owned(),
        responsible: ["刘建民", "张秀芳", "王立国", "赵庆林"][n % 4].to_owned(),
        duty: "按期建成，质量合格，收益足额到户".to_owned(),
        need: "入户调研中多数农户提出，村里有基础，缺资金和设施".to_owned(),
        surveyed_on,
        expected_yield_fen: if mode == ProjectMode::Carrier {
            planned.fen() * 8 / 100
        } else {
            0
        },
        link: if mode == ProjectMode::Carrier {
            "土地入股、务工、分红"
        } else {
            ""
        }
        .to_owned(),
        income_model: if mode == ProjectMode::Carrier { "property" } else { "" }.to_owned(),
        subsidy: "none".to_owned(),
        planned_fen: planned.fen(),
        entered_by: 0,
        last_actor: 0,
        last_on: last.to_string(),
        suspended_from: None,
    };
    let province = share(planned, 7_000);
    let funds = vec![
        ("财政专项扶贫资金".to_owned(), "省".to_owned(), province),
        (
            "县级配套资金".to_owned(),
            "县".to_owned(),
            Money(planned.fen() - province.fen()),
        ),
    ];
    let helps = matches!(mode, ProjectMode::Direct | ProjectMode::Carrier);
    let households: Vec<HouseholdRow> = if helps { group.to_vec() } else { Vec::new() };
    let ids = households.iter().map(|h| h.id).collect();
    Made {
        loaded: Loaded {
            row,
            funds,
            households: ids,
            steps,
        },
        mode,
        state,
        households,
    }
}

fn act_to(state: S, mode: ProjectMode) -> &'static str {
    if state == S::Building && mode == ProjectMode::Direct {
        return "start_direct";
    }
    PROJECT_FLOW
        .steps
        .iter()
        .find(|s| s.to == state)
        .map_or("enter", |s| s.act.id())
}
