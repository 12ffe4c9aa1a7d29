//! Every layout and part rendered from a sample whose every text is hostile: what a department's file contains
//! must arrive on the page as text, under a content policy that allows nothing inline.

use askama::Template;
use web::{
    Counter, Crumb, Flash, MenuGroup, MenuItem, Shell, UserBox,
    parts::{Act, Evidence, EvidenceRow, Field, Filter, Pager, Pair, Paper, Progress, Source, Step, Tab, TimelineItem},
};

const HOSTILE: &str = r#""><script>alert(1)</script><b style='x' onload="x">'"#;

fn hostile() -> String {
    HOSTILE.to_owned()
}

fn shell() -> Shell {
    let item = || MenuItem {
        title: hostile(),
        href: hostile(),
        active: true,
    };
    Shell {
        title: hostile(),
        layer: "监督层",
        layers: vec![item(), item()],
        user: Some(UserBox {
            name: hostile(),
            role_title: hostile(),
            area_title: hostile(),
        }),
        counters: vec![Counter {
            title: hostile(),
            count: 3,
            href: hostile(),
            urgent: true,
        }],
        menu: vec![MenuGroup {
            title: hostile(),
            entries: vec![item()],
        }],
        crumbs: vec![
            Crumb {
                title: hostile(),
                href: Some(hostile()),
            },
            Crumb {
                title: hostile(),
                href: None,
            },
        ],
        csrf: "token-of-this-session".to_owned(),
        flash: Some(Flash {
            kind: "danger",
            text: hostile(),
        }),
        elder: true,
        elder_pt: 18,
        product: hostile(),
        path: hostile(),
        ..Shell::default()
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout/desk.html" %}
{% import "parts/act.html" as act %}{% import "parts/badge.html" as badge %}{% import "parts/evidence.html" as evidence %}
{% import "parts/field.html" as field %}{% import "parts/filter.html" as filters %}{% import "parts/pager.html" as pagers %}
{% import "parts/pairs.html" as pairs_part %}{% import "parts/progress.html" as work %}{% import "parts/table.html" as table %}
{% import "parts/tabs.html" as tabs_part %}{% import "parts/timeline.html" as time %}{% import "parts/upload.html" as upload %}
{% block actions %}{% call act::act(act, shell.csrf) %}{% endcall %}{% endblock %}
{% block content %}
{% call badge::severity(text) %}{% endcall %}{% call badge::state(text, "done") %}{% endcall %}
{% call evidence::evidence(evidence) %}{% endcall %}
<form method="post">{% call field::csrf(shell) %}{% endcall %}{% for f in fields %}{% call field::field(f) %}{% endcall %}{% endfor %}
{% call upload::upload("file", text, ".csv", text, text) %}{% endcall %}</form>
{% call filters::filter(filter) %}{% endcall %}
{% call table::list(text) %}<tbody><tr><td>{{ text }}</td></tr></tbody>{% endcall %}
{% call table::plain(text) %}{% endcall %}{% call table::cards(text) %}{% endcall %}{% call table::empty(text, text) %}{% endcall %}
{% call pagers::pager(pager) %}{% endcall %}{% call pairs_part::pairs(pairs) %}{% endcall %}{% call work::progress(progress) %}{% endcall %}
{% call tabs_part::tabs(text, tabs) %}{% endcall %}{% call time::timeline(items) %}{% endcall %}{% call time::steps(steps) %}{% endcall %}
{% endblock %}"#
)]
struct EveryPart {
    shell: Shell,
    text: String,
    act: Act,
    evidence: Evidence,
    fields: Vec<Field>,
    filter: Filter,
    pager: Pager,
    pairs: Vec<Pair>,
    progress: Progress,
    tabs: Vec<Tab>,
    items: Vec<TimelineItem>,
    steps: Vec<Step>,
}

fn every_part() -> String {
    let source = || Source {
        title: hostile(),
        file: hostile(),
        row: 318,
        as_of: hostile(),
        hash: "9f86d081884c7d65".into(),
    };
    let options = || [(hostile(), hostile())];
    let field = |field: Field| {
        field
            .value(HOSTILE)
            .hint(HOSTILE)
            .error(Some(HOSTILE))
            .placeholder(HOSTILE)
    };
    let fields = || {
        vec![
            field(Field::text("name", HOSTILE)).required(),
            field(Field::area("note", HOSTILE)),
            field(Field::select("town", HOSTILE, options())),
            field(Field::radio("verdict", HOSTILE, options())),
            field(Field::checkbox("two", HOSTILE)),
        ]
    };
    let page = EveryPart {
        shell: shell(),
        text: hostile(),
        act: Act {
            action: hostile(),
            label: hostile(),
            question: hostile(),
            class: "btn-primary",
        },
        evidence: Evidence {
            left: source(),
            right: source(),
            rows: vec![EvidenceRow {
                label: hostile(),
                left: hostile(),
                right: String::new(),
                mark: "key",
            }],
        },
        fields: fields(),
        filter: Filter {
            action: hostile(),
            fields: vec![field(Field::input("search", "q", HOSTILE))],
        },
        pager: Pager {
            page: 3,
            page_size: 50,
            total_rows: 1_282,
            total_amount: Some(hostile()),
            path: hostile(),
            query: hostile(),
        },
        pairs: vec![Pair::whole(HOSTILE, HOSTILE), Pair::new(HOSTILE, "")],
        progress: Progress {
            title: hostile(),
            done: 1,
            total: 2,
            text: hostile(),
            poll_href: Some(hostile()),
            page_href: hostile(),
            failed: true,
        },
        tabs: vec![Tab {
            title: hostile(),
            href: hostile(),
            active: true,
            count: Some(2),
        }],
        items: vec![TimelineItem {
            time: hostile(),
            actor: hostile(),
            act: hostile(),
            note: hostile(),
            tone: "done",
        }],
        steps: vec![Step {
            title: hostile(),
            state: "current",
            detail: hostile(),
        }],
    };
    page.render().expect("every part renders")
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout/public.html" %}{% block content %}{% endblock %}"#
)]
struct Public {
    shell: Shell,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout/plain.html" %}{% block content %}{% endblock %}"#
)]
struct Plain {
    shell: Shell,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout/print.html" %}{% block body %}<p></p>{% endblock %}"#
)]
struct Printed {
    shell: Shell,
    paper: Paper,
}

fn printed() -> String {
    let paper = Paper {
        serial: hostile(),
        issuer: hostile(),
        issued: hostile(),
        qr_svg: Some("<svg></svg>".to_owned()),
        qr_caption: hostile(),
    };
    Printed { shell: shell(), paper }
        .render()
        .expect("the printed page renders")
}

fn all_pages() -> [String; 4] {
    let public = Public { shell: shell() }.render().expect("the public page renders");
    let plain = Plain { shell: shell() }.render().expect("the plain page renders");
    [every_part(), public, plain, printed()]
}

#[test]
fn hostile_text_arrives_as_text() {
    for page in all_pages() {
        assert!(!page.contains("<script>alert"), "a script got through");
        assert!(!page.contains("<b style"), "markup got through");
        assert!(
            page.contains("&#60;script&#62;alert(1)"),
            "the text itself must still be readable"
        );
    }
}

#[test]
fn no_page_needs_anything_inline() {
    for page in all_pages() {
        for inline in [
            " style=\"",
            " onclick=",
            " onload=\"",
            "javascript:",
            "<style",
            "<script>",
        ] {
            assert!(
                !page.contains(inline),
                "`{inline}` would be refused by the content policy"
            );
        }
    }
}

#[test]
fn every_post_form_carries_the_token() {
    for page in all_pages() {
        for form in page
            .split("<form")
            .skip(1)
            .filter(|form| form[..form.find('>').unwrap()].contains("method=\"post\""))
        {
            let form = &form[..form.find("</form>").expect("forms end")];
            assert!(
                form.contains(r#"name="csrf" value="token-of-this-session""#),
                "without token: {form}"
            );
        }
    }
}

#[test]
fn every_field_has_a_label_and_names_its_error() {
    let page = every_part();
    for id in ["name", "note", "town", "file", "f-q"] {
        assert!(page.contains(&format!(r#"for="{id}""#)), "no label for {id}");
    }
    for id in ["name", "note", "town", "verdict", "two"] {
        assert!(
            page.contains(&format!(r#"aria-describedby="{id}-hint {id}-error""#)),
            "{id} does not name its error"
        );
    }
}

#[test]
fn colour_never_speaks_alone() {
    let page = every_part();
    for word in ["蓝色", "疑点所在", "（进行中）"] {
        assert!(page.contains(word), "{word} is not in words");
    }
}

#[test]
fn finished_progress_stops_asking() {
    #[derive(Template)]
    #[template(
        ext = "html",
        source = r#"{% import "parts/progress.html" as work %}{% call work::progress(p) %}{% endcall %}"#
    )]
    struct Work {
        p: Progress,
    }
    let work = |poll_href| {
        Work {
            p: Progress {
                done: 2,
                total: 2,
                poll_href,
                ..Progress::default()
            },
        }
        .render()
        .unwrap()
    };
    assert!(work(Some("/runs/1/progress".to_owned())).contains("hx-get=\"/runs/1/progress\""));
    assert!(!work(None).contains("hx-get"));
}
