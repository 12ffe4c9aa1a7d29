//! The one frame of this module's pages: tiles, facts, steps, forms, tables, history, in the same order everywhere,
//! so that who knows one page knows them all.

use access::Role;
use askama::Template;
use directory::RegionTree;
use kernel::{AppResult, Date, Money, RegionCode, period::parse_date};
use records::{filters, flow::Code, flow::Flow, history};
use web::{
    Ctx, Layer, Shell,
    parts::{Field, Filter, Pager, Pair, Step, Tab, TimelineItem},
};

/// A page.
#[derive(Template, Default)]
#[template(path = "pages/sheet.html")]
pub(crate) struct Sheet {
    pub shell: Shell,
    pub tabs: Vec<Tab>,
    pub filter: Option<Filter>,
    pub bar: Option<filters::Bar>,
    pub links: Vec<Link>,
    pub notes: Vec<Note>,
    pub steps: Vec<Step>,
    pub tiles: Vec<Tile>,
    pub pairs: Vec<Pair>,
    /// `<svg>` drawn by this crate; never text from outside.
    pub chart: String,
    pub forms: Vec<ActForm>,
    pub grids: Vec<Grid>,
    pub timeline: Vec<TimelineItem>,
}

pub(crate) struct Link {
    pub title: &'static str,
    pub href: String,
    pub download: bool,
}

pub(crate) struct Note {
    /// success, info, warning or danger
    pub tone: &'static str,
    pub text: String,
}

#[derive(Default)]
pub(crate) struct Tile {
    pub title: &'static str,
    pub value: String,
    pub foot: String,
    pub alert: bool,
}

/// One act with its fields; names carry the act before them, so that forms on a page keep apart.
#[derive(Default)]
pub(crate) struct ActForm {
    pub title: String,
    pub hint: String,
    pub action: String,
    pub request_id: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub upload: Option<UploadField>,
    pub button: String,
    pub class: &'static str,
    pub guard: bool,
}

pub(crate) struct UploadField {
    pub name: &'static str,
    pub label: &'static str,
    pub accept: &'static str,
    pub hint: &'static str,
}

impl ActForm {
    /// Under which a long form is kept while it is being filled.
    fn draft_key(&self) -> String {
        records::drafts::key(&self.action, &self.hidden, &self.fields)
    }
}

/// One table.
#[derive(Default)]
pub(crate) struct Grid {
    pub title: String,
    pub total: String,
    pub heads: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    pub empty: &'static str,
    pub pager: Option<Pager>,
}

impl Grid {
    fn label(&self) -> &str {
        if self.title.is_empty() { "列表" } else { &self.title }
    }
}

#[derive(Clone, Default)]
pub(crate) struct Cell {
    pub text: String,
    pub href: String,
    pub class: &'static str,
    pub tone: &'static str,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            ..Cell::default()
        }
    }

    /// A sentence: on a phone its column keeps a width that can be read.
    pub(crate) fn wide(text: impl Into<String>) -> Cell {
        let text = text.into();
        let class = if text.is_empty() { "" } else { "wrap" };
        Cell {
            text,
            class,
            ..Cell::default()
        }
    }

    /// A number that never splits.
    pub(crate) fn whole(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            class: "whole",
            ..Cell::default()
        }
    }

    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            href: href.into(),
            class: "whole",
            tone: "",
        }
    }

    pub(crate) fn money(fen: i64) -> Cell {
        Cell {
            text: Money(fen).to_string(),
            class: "num",
            ..Cell::default()
        }
    }

    pub(crate) fn number(n: i64) -> Cell {
        Cell {
            text: n.to_string(),
            class: "num",
            ..Cell::default()
        }
    }

    pub(crate) fn state(text: impl Into<String>, tone: &'static str) -> Cell {
        Cell {
            text: text.into(),
            class: "mid",
            tone,
            ..Cell::default()
        }
    }

    /// A deadline: late ones say so.
    pub(crate) fn due(day: Option<Date>, today: Date) -> Cell {
        match day {
            Some(day) if day < today => Cell::state(format!("{day} 已逾期"), "late"),
            Some(day) => Cell::whole(day.to_string()),
            None => Cell::default(),
        }
    }
}

/// An amount for a tile: short enough for a phone, the exact one stands in the table.
pub(crate) fn short(fen: i64) -> String {
    const WAN: i64 = 1_000_000;
    const YI: i64 = 10_000_000_000;
    let in_units = |unit: i64, name: &str| format!("{}{name}", Money((fen + unit / 200) / (unit / 100)));
    match fen {
        0..10_000_000_000 if fen >= 100 * WAN => in_units(WAN, "万"),
        YI.. => in_units(YI, "亿"),
        _ => Money(fen).to_string(),
    }
}

pub(crate) fn layer(ctx: &Ctx) -> Layer {
    if ctx.actor().role.supervises() {
        Layer::Supervision
    } else {
        Layer::Management
    }
}

pub(crate) fn place(tree: &RegionTree, region: i64) -> String {
    RegionCode::from_i64(region).map_or_else(String::new, |code| {
        let path = tree.path_in_county(code);
        if path.is_empty() {
            tree.get(code).map_or_else(|| code.to_string(), |r| r.name.clone())
        } else {
            path
        }
    })
}

/// The day asked for by a page's `on`, today when none.
pub(crate) fn day_of(ctx: &Ctx, text: &str) -> Date {
    parse_date(text)
        .filter(|d| d.year() >= 1900)
        .unwrap_or_else(|| ctx.clock.today())
        .min(ctx.clock.today())
}

/// The line of a flow's main states with where the record stands.
pub(crate) fn line<S: Code>(states: &[S], here: S) -> Vec<Step> {
    let at = states.iter().position(|s| *s == here);
    let mut steps: Vec<Step> = states
        .iter()
        .enumerate()
        .map(|(n, s)| Step {
            title: s.title().to_owned(),
            state: match at {
                Some(at) if n < at => "done",
                Some(at) if n == at && n + 1 < states.len() => "current",
                Some(at) if n == at => "done",
                _ => "todo",
            },
            detail: String::new(),
        })
        .collect();
    if at.is_none() {
        steps.push(Step {
            title: here.title().to_owned(),
            state: "current",
            detail: String::new(),
        });
    }
    steps
}

/// The versions of a record as a history, the latest first.
pub(crate) async fn history_of<S: Code, A: Code>(
    ctx: &Ctx,
    kind: &str,
    id: i64,
    _flow: &Flow<S, A>,
) -> AppResult<Vec<TimelineItem>> {
    let entries = history::entries(&ctx.db, kind, id).await?;
    Ok(entries
        .iter()
        .map(|e| {
            let role = Role::from_id(&e.role).map_or("", Role::title);
            let grounds = [e.basis.as_str(), e.reason.as_str()];
            let grounds: Vec<&str> = grounds.into_iter().filter(|t| !t.is_empty()).collect();
            TimelineItem {
                time: e.at(),
                actor: if role.is_empty() {
                    e.actor_name.clone()
                } else {
                    format!("{}（{role}）", e.actor_name)
                },
                act: A::parse(&e.act).map_or_else(|| first_act(&e.act).to_owned(), |a| a.title().to_owned()),
                note: format!("办理日期 {}　{}", e.on, grounds.join("；")).trim().to_owned(),
                tone: if e.act == "send_back" || e.act == "refuse" {
                    "back"
                } else {
                    "done"
                },
            }
        })
        .collect())
}

fn first_act(act: &str) -> &str {
    match act {
        "enter" => "登记",
        "plan" => "提出方案",
        "list" => "造册",
        "draft" => "起草",
        "load" => "装入",
        "hold_confirm" => "确认暂缓",
        "hold_release" => "核实后放行",
        "hold_expire" => "暂缓期满解除",
        other => other,
    }
}

/// Fields of an act by what its step needs.
pub(crate) fn act_form<S: Code, A: Code>(
    ctx: &Ctx,
    step: &records::flow::Step<S, A>,
    path: &str,
    version: i64,
    more: Vec<Field>,
) -> ActForm {
    let id = step.act.id();
    let mut fields = vec![
        Field::input("date", &format!("{id}_on"), "办理日期")
            .value(ctx.clock.today().to_string())
            .required(),
    ];
    fields.extend(more.into_iter().map(|mut f| {
        f.name = format!("{id}_{}", f.name);
        f
    }));
    if step.needs.basis {
        fields.push(Field::text(&format!("{id}_basis"), "依据（文件名称、文号）").required());
    }
    if step.needs.reason {
        fields.push(Field::text(&format!("{id}_reason"), "理由").required());
    }
    let back = matches!(id, "send_back" | "refuse" | "withdraw" | "recover");
    ActForm {
        title: step.act.title().to_owned(),
        hint: step.guard.to_owned(),
        action: format!("{path}/{id}"),
        request_id: format!("{id}-{:x}", ctx.next_id()),
        hidden: vec![("version", version.to_string())],
        fields,
        button: step.act.title().to_owned(),
        class: if back { "btn-outline-danger" } else { "btn-primary" },
        ..ActForm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn large_amounts_are_told_in_wan_and_yi() {
        assert_eq!(short(12_345), "123.45");
        assert_eq!(short(1_648_802_500), "1,648.80万");
        assert_eq!(short(3_260_000_000_000), "326.00亿");
    }
}
