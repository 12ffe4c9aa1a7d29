//! `GET/POST /desk/households/new`: a household with its members and incomes on one page.
//!
//! One form, no second page: a clerk at a desk reads the paper from top to bottom. Rows are added by a button that
//! works without script; a draft that is saved by its button is kept under the account, ID numbers sealed in it. What
//! is kept by itself while one types holds no numbers.

use access::Resource;
use askama::Template;
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, RegionCode, RegionLevel, Sealed};
use records::{drafts, flow::Code};
use serde_json::{Map, Value, json};
use trail::Act as TrailAct;
use web::{Ctx, Page, Shell, html, parts::Field};

use super::{
    enter::{income, member},
    filled::Filled,
};
use crate::{
    codes,
    model::{flows::Kind, income::KINDS, terms},
    store::register::{NewHousehold, apply},
};

const FORM: &str = "household.new";
/// The same form as it is kept by itself.
const BY_ITSELF: &str = "household.register";
const MAX_ROWS: usize = 20;

#[derive(Template)]
#[template(path = "pages/new.html")]
struct NewPage {
    shell: Shell,
    kept_as: &'static str,
    error: Option<String>,
    draft: Option<String>,
    request_id: String,
    members: usize,
    incomes: usize,
    fields: Vec<Field>,
    member_rows: Vec<Vec<Field>>,
    income_rows: Vec<Vec<Field>>,
}

pub(crate) async fn form(ctx: Ctx) -> Page {
    let account = ctx.actor().account.map_or(-1, |a| a.0);
    let kept = drafts::load(&ctx.db, account, FORM, "", ctx.clock.now()).await?;
    let (filled, note) = match kept {
        Some(draft) => (
            of_draft(&ctx, &draft.body),
            Some(format!(
                "已带出您 {} 保存的草稿。",
                kernel::Timestamp(draft.saved_millis)
            )),
        ),
        None => (Filled::default(), None),
    };
    let by_itself = drafts::load(&ctx.db, account, BY_ITSELF, "", ctx.clock.now()).await?;
    let filled = with_rows_for(filled, by_itself.map(|draft| draft.body));
    html(page(&ctx, &filled, None, note).await?)
}

pub(crate) async fn post(ctx: Ctx, mut filled: Filled) -> Page {
    match filled.of("do") {
        "member" | "income" => {
            let (name, rows) = if filled.of("do") == "member" {
                ("members", rows(&filled).0)
            } else {
                ("incomes", rows(&filled).1)
            };
            filled
                .texts
                .insert(name.to_owned(), (rows + 1).min(MAX_ROWS).to_string());
            html(page(&ctx, &filled, None, None).await?)
        }
        "draft" => {
            let body = to_draft(&ctx, &filled)?;
            let tx = ctx.trail.begin(ctx.actor()).await?;
            drafts::save(&tx, FORM, "", "", &body).await?;
            drafts::discard(&tx, BY_ITSELF, "").await?;
            tx.commit(TrailAct::new("household.draft", "draft:household.new"))
                .await?;
            ctx.done("草稿已保存，下次打开会自动带出。", "/desk/households/new")
                .await
        }
        "discard" => {
            let tx = ctx.trail.begin(ctx.actor()).await?;
            drafts::discard(&tx, FORM, "").await?;
            tx.commit(TrailAct::new("household.draft", "draft:household.new"))
                .await?;
            ctx.done("草稿已清空。", "/desk/households/new").await
        }
        _ => match submit(&ctx, &filled).await {
            Ok(Some(household)) => {
                ctx.done(
                    "申请已登记。请继续入户核查、签授权书和评议。",
                    &format!("/desk/households/{household}?tab=flow"),
                )
                .await
            }
            Ok(None) => {
                ctx.done("这份申请已经登记过，没有重复登记。", "/desk/households/cases")
                    .await
            }
            Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
                let page = html(page(&ctx, &filled, Some(error.message), None).await?)?;
                Ok(web::refused(page))
            }
            Err(error) => Err(error.into()),
        },
    }
}

async fn submit(ctx: &Ctx, filled: &Filled) -> AppResult<Option<i64>> {
    let region: RegionCode = filled
        .of("region")
        .parse()
        .map_err(|_| AppError::invalid("所在村：请选择。"))?;
    ctx.require("household.enter", &Resource::in_region(region))?;
    let tree = regions(ctx.app()).await?;
    if tree.get(region).is_none() {
        return Err(AppError::invalid("所在村：没有这个村。"));
    }
    let kind = match filled.of("kind") {
        "monitoring" => Kind::Monitoring,
        _ => Kind::Identification,
    };
    let (member_rows, income_rows) = rows(filled);
    let mut members = Vec::new();
    // Position in the form of each member, for incomes that name a row.
    let mut keys = vec![None; member_rows + 1];
    for row in 1..=member_rows {
        let prefix = format!("m{row}_");
        if filled.of(&format!("{prefix}name")).is_empty() && filled.of(&format!("{prefix}id_no")).is_empty() {
            continue;
        }
        let new = member(filled, &prefix, &format!("第 {row} 名成员"))?;
        keys[row] = Some(ctx.keys.person_key(&new.number).0);
        members.push(new);
    }
    if members.is_empty() {
        return Err(AppError::invalid("请至少登记一名成员。"));
    }
    if members.iter().filter(|m| m.kin == "02").count() != 1 {
        return Err(AppError::invalid("与户主关系：须有且只有一名户主。"));
    }
    let mut incomes = Vec::new();
    for row in 1..=income_rows {
        let prefix = format!("i{row}_");
        if filled.of(&format!("{prefix}gross")).is_empty() {
            continue;
        }
        let who: usize = filled.of(&format!("{prefix}who")).parse().unwrap_or(0);
        let key = keys.get(who).copied().flatten();
        incomes.push(income(ctx, filled, &prefix, key)?);
    }
    let other: Vec<String> = [filled.of("cause2"), filled.of("cause3")]
        .into_iter()
        .filter(|c| !c.is_empty() && *c != filled.of("cause"))
        .map(str::to_owned)
        .collect();
    if filled.of("cause").is_empty() {
        return Err(AppError::invalid("主要致贫原因：请选择。"));
    }
    let new = NewHousehold {
        kind,
        origin: filled.of("origin").to_owned(),
        region,
        attr: filled.of("attr").parse().unwrap_or(1),
        std: filled.of("std").parse().unwrap_or(1),
        monitor_class: (kind == Kind::Monitoring).then(|| filled.of("monitor_class").parse().unwrap_or(2)),
        main_cause: filled.of("cause").to_owned(),
        other_causes: other,
        cause_note: filled.text("cause_note", "原因说明", 300)?,
        risk_types: if kind == Kind::Monitoring {
            vec![filled.of("cause").to_owned()]
        } else {
            Vec::new()
        },
        address: filled.text("address", "家庭住址", 100)?,
        applied_on: filled.day_or("applied_on", "申请日期", ctx.clock.today())?,
        members,
        incomes,
    };
    if new.applied_on > ctx.clock.today() {
        return Err(AppError::invalid("申请日期：不能晚于今天。"));
    }
    let applied = apply(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    Ok(applied.map(|a| a.household))
}

/// As many rows as the form had when it was last kept by itself, so that all of it finds its place again.
fn with_rows_for(mut filled: Filled, kept: Option<Value>) -> Filled {
    let names: Vec<(String, String)> = kept.and_then(|k| serde_json::from_value(k).ok()).unwrap_or_default();
    let shown = rows(&filled);
    for (row, count, field) in [('m', shown.0, "members"), ('i', shown.1, "incomes")] {
        let number = |name: &str| name.strip_prefix(row)?.split_once('_')?.0.parse::<usize>().ok();
        let most = names.iter().filter_map(|(name, _)| number(name)).max().unwrap_or(0);
        if most > count {
            filled.texts.insert(field.to_owned(), most.min(MAX_ROWS).to_string());
        }
    }
    filled
}

fn rows(filled: &Filled) -> (usize, usize) {
    let of = |name: &str| filled.of(name).parse::<usize>().unwrap_or(4).clamp(1, MAX_ROWS);
    (of("members"), of("incomes"))
}

async fn page(ctx: &Ctx, filled: &Filled, error: Option<String>, draft: Option<String>) -> AppResult<NewPage> {
    let tree = regions(ctx.app()).await?;
    let top = ctx.scope().region().unwrap_or(ctx.config.area);
    let mut places: Vec<(String, String)> = vec![(String::new(), "请选择".into())];
    let villages = if top.level() == RegionLevel::Village {
        vec![top]
    } else {
        Vec::new()
    };
    let inside = tree.inside(top, RegionLevel::Village);
    let named = villages.into_iter().chain(inside.into_iter().map(|r| r.code));
    places.extend(named.map(|code| (code.to_string(), tree.path_in_county(code))));
    let value = |field: Field, usual: &str| {
        let sent = filled.of(&field.name).to_owned();
        field.value(if sent.is_empty() { usual.to_owned() } else { sent })
    };
    let numbered = |list: &[(i64, &'static str)]| -> Vec<(String, String)> {
        list.iter().map(|(v, t)| (v.to_string(), (*t).to_owned())).collect()
    };
    let causes = || {
        std::iter::once((String::new(), "—".to_owned()))
            .chain(codes::CAUSES.iter().map(|c| ((*c).to_owned(), (*c).to_owned())))
    };
    let kinds = [Kind::Identification, Kind::Monitoring].map(|k| (k.id(), k.title()));
    let only = if places.len() == 2 {
        places[1].0.clone()
    } else {
        String::new()
    };
    let today = ctx.clock.today().to_string();
    let fields = vec![
        value(Field::select("kind", "申请事项", kinds), ""),
        value(Field::select("region", "所在村", places).required(), &only),
        value(Field::select("origin", "来源", codes::ORIGINS), ""),
        value(Field::input("date", "applied_on", "申请日期"), &today),
        value(Field::select("cause", "主要致贫原因", causes()).required(), ""),
        value(Field::select("cause2", "其他原因", causes()), ""),
        value(Field::select("cause3", "其他原因（二）", causes()), ""),
        value(Field::select("attr", "户属性", numbered(&codes::ATTRS)), ""),
        value(Field::select("std", "识别标准", numbered(&codes::STANDARDS)), ""),
        value(
            Field::select(
                "monitor_class",
                "监测类别（纳入监测时）",
                numbered(&codes::MONITOR_CLASSES),
            ),
            "2",
        ),
        value(Field::text("address", "家庭住址"), ""),
        value(Field::text("cause_note", "原因说明"), ""),
    ];
    let (members, incomes) = rows(filled);
    let words = |list: &[&'static str]| -> Vec<(String, String)> {
        list.iter().map(|w| ((*w).to_owned(), (*w).to_owned())).collect()
    };
    let kin: Vec<(String, String)> = codes::KIN_CHOICES
        .iter()
        .map(|c| ((*c).to_owned(), codes::kin_title(c).to_owned()))
        .collect();
    let member_rows = (1..=members)
        .map(|row| {
            let n = |name: &str| format!("m{row}_{name}");
            let l = |label: &str| format!("成员 {row} {label}");
            let usual = ["02", "10", "20", "30"].get(row - 1).copied().unwrap_or("97");
            vec![
                value(Field::text(&n("name"), &l("姓名")), ""),
                value(Field::text(&n("id_no"), &l("身份证号")), ""),
                value(Field::select(&n("kin"), &l("与户主关系"), kin.clone()), usual),
                value(Field::select(&n("health"), &l("健康状况"), words(&codes::HEALTH)), ""),
                value(Field::select(&n("labour"), &l("劳动能力"), words(&codes::LABOUR)), ""),
                value(Field::select(&n("student"), &l("在校状况"), words(&codes::STUDENT)), ""),
                value(Field::text(&n("skill"), &l("技能")), ""),
            ]
        })
        .collect();
    let last_year = terms::income_window(ctx.clock.today()).1.to_string();
    let who: Vec<(String, String)> = std::iter::once(("0".to_owned(), "全户".to_owned()))
        .chain((1..=members).map(|n| (n.to_string(), format!("成员 {n}"))))
        .collect();
    let income_rows = (1..=incomes)
        .map(|row| {
            let n = |name: &str| format!("i{row}_{name}");
            let l = |label: &str| format!("收入 {row} {label}");
            let kinds = KINDS.iter().map(|k| (k.id, k.title));
            let usual = ["wage_away", "op_crop", "prop_land", "tr_pension"]
                .get(row - 1)
                .copied()
                .unwrap_or("");
            vec![
                value(Field::select(&n("kind"), &l("小类"), kinds), usual),
                value(Field::select(&n("who"), &l("成员"), who.clone()), ""),
                value(Field::text(&n("period"), &l("期间")), &last_year),
                value(Field::text(&n("gross"), &l("毛收入")), ""),
                value(Field::text(&n("cost"), &l("成本")), ""),
                value(Field::text(&n("evidence"), &l("证据")), ""),
            ]
        })
        .collect();
    let sent = filled.request_id().to_owned();
    Ok(NewPage {
        shell: ctx
            .shell(crate::reach::desk_layer(ctx))
            .crumb("帮扶户", "/desk/households")
            .here("登记新户"),
        kept_as: BY_ITSELF,
        error,
        draft,
        request_id: if sent.is_empty() {
            format!("new-{:x}", ctx.next_id())
        } else {
            sent
        },
        members,
        incomes,
        fields,
        member_rows,
        income_rows,
    })
}

fn is_number(name: &str) -> bool {
    name.starts_with('m') && name.ends_with("_id_no")
}

/// What is kept of a half-filled form: everything but the token, ID numbers sealed.
fn to_draft(ctx: &Ctx, filled: &Filled) -> AppResult<Value> {
    let mut body = Map::new();
    for (name, text) in &filled.texts {
        if matches!(name.as_str(), "csrf" | "request_id" | "do") || text.trim().is_empty() || text.len() > 2000 {
            continue;
        }
        let kept = if is_number(name) {
            json!(ctx.keys.seal(FORM, text, ctx.nonce()?).0)
        } else {
            json!(text)
        };
        body.insert(name.clone(), kept);
    }
    Ok(Value::Object(body))
}

fn of_draft(ctx: &Ctx, body: &Value) -> Filled {
    let mut filled = Filled::default();
    for (name, value) in body.as_object().into_iter().flatten() {
        let text = match value {
            Value::String(text) => Some(text.clone()),
            sealed => serde_json::from_value::<Vec<u8>>(sealed.clone())
                .ok()
                .and_then(|bytes| ctx.keys.reveal(FORM, &Sealed(bytes)).ok()),
        };
        if let Some(text) = text {
            filled.texts.insert(name.clone(), text);
        }
    }
    filled
}
