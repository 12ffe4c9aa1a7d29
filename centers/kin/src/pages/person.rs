//! `/desk/kin/people/{key}`: one person, his relations to officials in words, a drawing of who is around him, and the
//! same as a table. First the purpose goes on the record; going on to the next person is a look of its own.

use std::collections::HashMap;

use access::Resource;
use askama::Template;
use axum::{Form, extract::Path};
use directory::{RegionTree, regions};
use funds::{TargetedSum, targeted_to};
use households::{person, purpose};
use kernel::{AppError, AppResult, Money, PersonKey, RegionCode};
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Pair},
};

use super::region;
use crate::{
    book::lists,
    model::{
        drawing,
        graph::{Graph, MOST_STEPS, Reached, Someone},
        link::Trust,
    },
    near::{Relation, officials},
    walk::around,
};

#[derive(Template)]
#[template(path = "pages/ask.html")]
struct AskPage {
    shell: Shell,
    facts: Vec<Pair>,
    action: String,
    purpose: Field,
    words: Field,
}

#[derive(Template)]
#[template(path = "pages/person.html")]
struct PersonPage {
    shell: Shell,
    facts: Vec<Pair>,
    action: String,
    purpose: String,
    words: String,
    steps: Field,
    only: Field,
    relations: Vec<Relation>,
    /// For a desk, and for a phone; one of them is seen.
    pictures: [Picture; 2],
    /// The person in the middle holds or held a post.
    official: bool,
    left_out: usize,
    cut: bool,
    rows: Vec<Line>,
}

struct Picture {
    class: &'static str,
    label: String,
    width: i64,
    height: i64,
    lines: Vec<DrawnLine>,
    boxes: Vec<DrawnBox>,
}

struct DrawnLine {
    d: String,
    class: &'static str,
    title: String,
}

struct DrawnBox {
    x: i64,
    y: i64,
    width: i64,
    middle: i64,
    href: String,
    class: &'static str,
    name: String,
    word: String,
    title: String,
}

struct Line {
    id: String,
    key: i64,
    name: String,
    word: String,
    steps: usize,
    posts: String,
    assisted: String,
    told: Vec<String>,
    trust: &'static str,
    tone: &'static str,
    within: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LookForm {
    purpose: String,
    words: String,
    steps: String,
    only: String,
}

/// Asks for the purpose.
pub(crate) async fn ask(ctx: Ctx, Path(key): Path<i64>) -> Page {
    let (name, place) = reachable(&ctx, key).await?;
    html(ask_page(&ctx, key, &name, place, &LookForm::default(), (None, None)).await?)
}

/// Records the purpose, then shows.
pub(crate) async fn show(ctx: Ctx, Path(key): Path<i64>, Form(form): Form<LookForm>) -> Page {
    let (name, place) = reachable(&ctx, key).await?;
    let problems = purpose::problems(&form.purpose, &form.words);
    if problems.0.is_some() || problems.1.is_some() {
        let page = html(ask_page(&ctx, key, &name, place, &form, problems).await?)?;
        return Ok(web::refused(page));
    }
    let steps: usize = form.steps.parse().unwrap_or(2).clamp(1, MOST_STEPS);
    let purpose = purpose::told(&form.purpose, &form.words);
    let act = Act::new("kin.view", format!("person:{key}"))
        .in_region(place)
        .for_purpose(&purpose)
        .with(json!({ "purpose_code": form.purpose, "steps": steps }));
    ctx.trail.note(ctx.actor(), act).await?;
    let graph = around(ctx.app(), key, MOST_STEPS).await?;
    let keys: Vec<i64> = graph.people.keys().copied().collect();
    let assisted: HashMap<i64, TargetedSum> = targeted_to(&ctx.db, &keys)
        .await?
        .into_iter()
        .map(|t| (t.person_key, t))
        .collect();
    let is_official = |r: &Reached| graph.someone(r.key).is_some_and(|s| !s.posts.is_empty());
    let shown: Vec<&Reached> = graph
        .reached
        .iter()
        .filter(|r| r.links.len() <= steps || (form.only == "cadres" && is_official(r)))
        .filter(|r| match form.only.as_str() {
            "near" => graph.near(r),
            "cadres" => is_official(r),
            "assisted" => assisted.contains_key(&r.key),
            _ => true,
        })
        .collect();
    let tree = regions(ctx.app()).await?;
    let relations = officials(&graph, ctx.clock.today());
    let mut facts = facts_of(&tree, &name, place, graph.someone(key));
    facts.push(Pair::new("查看用途", &purpose));
    let word_of: HashMap<i64, String> = graph.reached.iter().map(|r| (r.key, graph.called(r))).collect();
    let rows = shown
        .iter()
        .map(|r| line(&ctx, &graph, r, &assisted))
        .collect::<Vec<_>>();
    let picture = |class, drawing: drawing::Drawing| Picture {
        class,
        label: format!("{name}的亲属关系图"),
        width: drawing.width,
        height: drawing.height,
        lines: drawing.lines.iter().map(|l| drawn_line(&graph, l)).collect(),
        boxes: drawing
            .boxes
            .iter()
            .map(|b| drawn_box(&graph, b, &word_of, &assisted, &rows))
            .collect(),
    };
    let pictures = [
        picture("kin-frame kin-wide", drawing::drawn(&graph, &shown)),
        picture("kin-frame kin-narrow", drawing::drawn_narrow(&graph, &shown)),
    ];
    html(PersonPage {
        shell: frame(&ctx).here(name),
        facts,
        action: format!("/desk/kin/people/{key}"),
        purpose: form.purpose.clone(),
        words: form.words.trim().to_owned(),
        steps: Field::select("steps", "看几步以内", [("1", "一步"), ("2", "两步"), ("3", "三步")])
            .value(steps.to_string()),
        only: Field::select(
            "only",
            "只看",
            [
                ("", "全部亲属"),
                ("near", "近亲属"),
                ("cadres", "干部"),
                ("assisted", "领专项补贴的"),
            ],
        )
        .value(&form.only),
        relations,
        official: graph.someone(key).is_some_and(|s| !s.posts.is_empty()),
        left_out: shown.len().saturating_sub(pictures[0].boxes.len().saturating_sub(1)),
        pictures,
        cut: graph.cut,
        rows,
    })
}

fn drawn_line(graph: &Graph, line: &drawing::Line) -> DrawnLine {
    let link = &graph.links[line.link];
    let sources: Vec<_> = link.sources.iter().map(|s| s.title()).collect();
    DrawnLine {
        d: line.d.clone(),
        class: match link.trust {
            Trust::Doubtful => "kin-line kin-doubtful",
            Trust::Fair => "kin-line kin-fair",
            _ => "kin-line",
        },
        title: format!("{}（{}）", sources.join("、"), link.trust.title()),
    }
}

fn drawn_box(
    graph: &Graph,
    placed: &drawing::Placed,
    word_of: &HashMap<i64, String>,
    assisted: &HashMap<i64, TargetedSum>,
    rows: &[Line],
) -> DrawnBox {
    let someone = graph.someone(placed.key);
    let name = someone.map(|s| s.name.clone()).unwrap_or_default();
    let post = someone.and_then(|s| s.posts.first()).map(|p| p.title.clone());
    let word = word_of.get(&placed.key).cloned().unwrap_or_else(|| "本人".to_owned());
    let centre = placed.key == graph.centre;
    let short = word.split('（').next().unwrap_or_default().to_owned();
    let listed = rows.iter().find(|r| r.key == placed.key);
    DrawnBox {
        x: placed.x,
        y: placed.y,
        width: placed.width,
        middle: placed.x + placed.width / 2,
        href: listed.map_or_else(|| "#kin-table".to_owned(), |row| format!("#{}", row.id)),
        class: match (centre, post.is_some(), assisted.contains_key(&placed.key)) {
            (true, _, _) => "kin-box kin-centre",
            (_, true, _) => "kin-box kin-cadre",
            (_, _, true) => "kin-box kin-assisted",
            _ => "kin-box",
        },
        title: match &post {
            Some(post) => format!("{name}，{word}，{post}"),
            None => format!("{name}，{word}"),
        },
        word: within(
            &match post {
                Some(post) if !centre => format!("{short}·{post}"),
                Some(post) => post,
                None => short,
            },
            placed.width,
        ),
        name,
    }
}

/// As much of a text as a box of this width holds; the title of the box has all of it.
fn within(text: &str, width: i64) -> String {
    const CHARACTER: i64 = 12;
    let room = (width / CHARACTER - 1).max(2) as usize;
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room - 1).chain(['…']).collect()
}

fn line(ctx: &Ctx, graph: &Graph, reached: &Reached, assisted: &HashMap<i64, TargetedSum>) -> Line {
    let someone = graph.someone(reached.key);
    let posts: Vec<String> = someone
        .into_iter()
        .flat_map(|s| &s.posts)
        .map(|p| p.title.clone())
        .collect();
    let lives = someone.map(|s| s.region).filter(|r| *r != 0);
    let works = someone.and_then(|s| s.posts.first()).map(|p| p.region);
    let place = lives.or(works).map(region);
    Line {
        id: format!("p{}", reached.key.unsigned_abs()),
        key: reached.key,
        name: someone.map(|s| s.name.clone()).unwrap_or_default(),
        word: graph.called(reached),
        steps: reached.links.len(),
        posts: posts.join("、"),
        assisted: assisted.get(&reached.key).map_or_else(String::new, |t| {
            format!("{} 笔 {} 元，至 {}", t.payments, Money(t.amount_fen), t.last_month)
        }),
        told: graph.told(reached),
        trust: reached.trust.title(),
        tone: reached.trust.tone(),
        within: place.is_some_and(|p| ctx.scope().covers(p)),
    }
}

/// The person's name and place, when somebody knows him within reach.
async fn reachable(ctx: &Ctx, key: i64) -> AppResult<(String, RegionCode)> {
    let book = lists(ctx.app()).await?;
    let registered = person(&ctx.db, PersonKey(key)).await?;
    let by_post = |key: i64| {
        let posts = book.cadre(key).map(|c| c.posts.as_slice()).unwrap_or_default();
        posts.iter().map(|p| region(p.region)).find(|r| ctx.scope().covers(*r))
    };
    let as_cadre = book.cadre(key).and_then(|c| Some((c.name.clone(), by_post(key)?)));
    let as_relative = || book.about(key).find_map(|d| Some((d.name.clone(), by_post(d.cadre)?)));
    let found = registered
        .map(|p| (p.name, region(p.region)))
        .filter(|(_, place)| ctx.scope().covers(*place))
        .or(as_cadre)
        .or_else(as_relative)
        .ok_or_else(|| AppError::not_found("没有找到这个人，或不在您的管理范围内。"))?;
    let own = ctx.actor().person == Some(PersonKey(key));
    ctx.require("kin.view", &Resource::in_region(found.1).concerning_self(own))?;
    Ok(found)
}

async fn ask_page(
    ctx: &Ctx,
    key: i64,
    name: &str,
    place: RegionCode,
    form: &LookForm,
    problems: (Option<&'static str>, Option<&'static str>),
) -> AppResult<AskPage> {
    let tree = regions(ctx.app()).await?;
    let book = lists(ctx.app()).await?;
    let mut facts = facts_of(&tree, name, place, None);
    if let Some(post) = book.cadre(key).and_then(|c| c.posts.first()) {
        facts.push(Pair::new("职务", &post.title));
    }
    Ok(AskPage {
        shell: frame(ctx).here(format!("查看 {name} 的亲属关系")),
        facts,
        action: format!("/desk/kin/people/{key}"),
        purpose: Field::select(
            "purpose",
            "用途",
            std::iter::once(("", "请选择")).chain(purpose::PURPOSES),
        )
        .value(&form.purpose)
        .required()
        .error(problems.0),
        words: Field::area("words", "具体说明")
            .value(&form.words)
            .hint("例如：核实某村某号疑点。请勿填写身份证号。")
            .required()
            .error(problems.1),
    })
}

fn frame(ctx: &Ctx) -> Shell {
    ctx.shell(Layer::Supervision).crumb("干部亲属图谱", "/desk/kin")
}

fn facts_of(tree: &RegionTree, name: &str, place: RegionCode, someone: Option<&Someone>) -> Vec<Pair> {
    let mut facts = vec![Pair::new("姓名", name), Pair::new("所在地", tree.path_in_county(place))];
    for post in someone.into_iter().flat_map(|s| &s.posts) {
        let day = |d: Option<kernel::Date>| d.map_or_else(String::new, |d| d.to_string());
        let until = post.to.map_or_else(|| "至今".to_owned(), |to| format!("至 {to}"));
        facts.push(Pair::new(
            "职务",
            format!("{}（{} {until}）", post.title, day(post.from)),
        ));
    }
    facts
}
