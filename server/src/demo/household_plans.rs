//! Plans and a means check in the demo's own community: a plan at each state, the village's own, and a request to the
//! city that one person made and another released.

use access::Actor;
use directory::accounts::account_by_login;
use households::{
    HouseholdFilter,
    model::{
        guards::Vote,
        plan::{PlanAct, PlanLine, Target},
        terms,
    },
    page_of,
    store::{
        facts::{self, Entry},
        means,
        plan::{self, Brought, Draft},
        reading,
    },
};
use kernel::{AppResult, Date, RegionLevel};
use web::App;

/// Whose plans, and how many steps each has behind it.
const PLANS: [usize; 6] = [2, 2, 1, 1, 0, 0];

pub(super) async fn load(app: &App) -> AppResult<()> {
    let (Some(village), Some(town)) = (someone(app, "cunwei").await?, someone(app, "fupin").await?) else {
        return Ok(());
    };
    let year = i64::from(app.clock.today().year());
    if let Some(area) = village
        .scope
        .region()
        .filter(|area| area.level() >= RegionLevel::Community)
    {
        let code = area.at(RegionLevel::Community).as_i64();
        one(
            app,
            &village,
            &town,
            Target::Village,
            code,
            year,
            &for_village(app.clock.today()),
            2,
            0,
        )
        .await?;
    }
    let rows = page_of(&app.db, &village.scope, &HouseholdFilter::default(), 1).await?;
    let registered = rows.iter().filter(|row| row.status != 4);
    for (n, (row, steps)) in registered.clone().zip(PLANS).enumerate() {
        let draft = for_household(app, row.id).await?;
        one(
            app,
            &village,
            &town,
            Target::Household,
            row.id,
            year,
            &draft,
            steps,
            n + 1,
        )
        .await?;
    }
    let signing: Vec<i64> = registered.take(4).map(|row| row.id).collect();
    checked(app, &village, &signing).await
}

async fn someone(app: &App, login: &str) -> AppResult<Option<Actor>> {
    Ok(account_by_login(&app.db, login).await?.map(|account| account.actor()))
}

#[allow(clippy::too_many_arguments)]
async fn one(
    app: &App,
    village: &Actor,
    town: &Actor,
    target: Target,
    subject: i64,
    year: i64,
    draft: &Draft,
    steps: usize,
    n: usize,
) -> AppResult<()> {
    let request = format!("demo-plan-{n:04}");
    let Some(id) = plan::create(app, village, &request, target, subject, year, draft).await? else {
        return Ok(());
    };
    let meeting = Brought {
        basis: "村民代表会议纪要".into(),
        vote: Vote {
            due: 32,
            present: 27,
            agree: 26,
            against: 0,
            abstain: 1,
        },
        household_agrees: true,
        ..Brought::default()
    };
    let way = [
        (PlanAct::Meet, village, meeting),
        (PlanAct::Approve, town, Brought::default()),
    ];
    for (act, actor, brought) in way.iter().take(steps) {
        let request = format!("demo-plan-{n:04}-{}", records::flow::Code::id(*act));
        plan::step(app, actor, id, &request, *act, brought).await?;
    }
    Ok(())
}

fn line(today: Date, what: &str, fund: &str, yuan: i64, who: &str, duty: &str) -> PlanLine {
    PlanLine {
        what: what.into(),
        fund: fund.into(),
        amount_fen: yuan * 100,
        who: who.into(),
        from_on: format!("{}-03-01", today.year()),
        to_on: format!("{}-12-20", today.year()),
        duty: duty.into(),
        measure_id: None,
    }
}

fn for_village(today: Date) -> Draft {
    Draft {
        aim: "村集体经营性收入超过二十万元，低收入户人均纯收入全部超过标准".into(),
        lines: vec![
            line(
                today,
                "新建蔬菜大棚十二座",
                "省精准帮扶资金",
                600_000,
                "村经济合作社",
                "村党组织书记负责，每月公开进度",
            ),
            line(
                today,
                "硬化生产路一点二公里",
                "市级专项资金",
                360_000,
                "镇水利站",
                "镇分管负责人负责，十月底前验收",
            ),
            line(
                today,
                "安排公益岗位十五个",
                "公益岗位补贴",
                162_000,
                "村委会",
                "村委会主任负责，按月考勤",
            ),
        ],
    }
}

async fn for_household(app: &App, household: i64) -> AppResult<Draft> {
    let today = app.clock.today();
    let record = reading::record(&app.db, household).await?.unwrap_or_default();
    let carried = record
        .measures
        .iter()
        .find(|m| m.sort == "measure" && m.ended_on.is_none());
    let mut first = match carried {
        Some(m) => line(
            today,
            &m.content,
            "省精准帮扶资金",
            m.amount_fen / 100,
            "本户和村经济合作社",
            "帮扶责任人每月查看一次",
        ),
        None => line(
            today,
            "发展小拱棚蔬菜一亩",
            "小额信贷",
            3_000,
            "本户",
            "帮扶责任人每月查看一次",
        ),
    };
    first.measure_id = carried.map(|m| m.id);
    let second = line(
        today,
        "一人到镇扶贫车间务工",
        "不需要资金",
        0,
        "镇人社所",
        "驻村工作队负责联系岗位",
    );
    Ok(Draft {
        aim: "人均纯收入超过标准，住房、饮水、医疗有保障".into(),
        lines: vec![first, second],
    })
}

/// Four households sign; one officer asks the city for them, another releases the request.
async fn checked(app: &App, village: &Actor, households: &[i64]) -> AppResult<()> {
    let (Some(maker), Some(second)) = (someone(app, "minzheng").await?, someone(app, "xianji").await?) else {
        return Ok(());
    };
    let today = app.clock.today();
    for (n, household) in households.iter().enumerate() {
        let record = reading::record(&app.db, *household).await?.unwrap_or_default();
        let entry = Entry::Authorise {
            people: record.present().map(|m| m.person_key).collect(),
            on: today,
            valid_to: terms::plus_months(today, 12),
        };
        facts::enter(app, village, *household, &format!("demo-signed-{n:04}"), entry).await?;
    }
    let area = village.scope.region();
    let seal = means::propose(&app.db, &maker.scope, area, today).await?.seal;
    let (purpose, basis) = (
        "救助对象年度复核",
        "《困难家庭经济状况核对实施办法》；家庭经济状况核对授权委托书",
    );
    let made = means::make(app, &maker, "demo-means-0001", area, purpose, basis, &seal).await?;
    if let Some(id) = made {
        means::approve(app, &second, "demo-means-0001-approve", id).await?;
    }
    Ok(())
}
