//! Official forms of projects (文书): each printed from the data of one project, or blank. One definition makes both,
//! so a blank form never lacks a line of the filled one.

mod forms;

use askama::Template;
use axum::extract::Path;
use directory::regions;
use kernel::{AppError, AppResult};
use web::{Ctx, Page, Shell, download, html, parts::Paper};

use super::{
    block::{Block, Blocks, Cell},
    frame, href, reachable,
};
pub(crate) use forms::{FORMS, Source};

/// A piece of a printed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Head(String),
    Text(Vec<String>),
    Pairs(Vec<(String, String)>),
    Table { head: Vec<String>, rows: Vec<Vec<String>> },
    Sign(Vec<String>),
}

pub(crate) fn cells<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

/// One of the official forms.
pub(crate) struct FormKind {
    pub id: &'static str,
    pub title: &'static str,
    /// When and by whom it is used.
    pub about: &'static str,
    pub parts: fn(&Source) -> Vec<Part>,
}

#[derive(Template)]
#[template(path = "pages/document.html")]
struct Printed {
    shell: Shell,
    paper: Paper,
    parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "pages/documents/word.html")]
struct Word {
    title: &'static str,
    parts: Vec<Part>,
}

const HERE: &str = "/desk/project-documents";

fn named(form: &str) -> AppResult<&'static FormKind> {
    FORMS
        .iter()
        .find(|f| f.id == form)
        .ok_or_else(|| AppError::not_found("没有这种文书。"))
}

/// Links to all forms of one project.
pub(crate) fn links(id: i64) -> Vec<(String, String)> {
    FORMS
        .iter()
        .map(|f| (f.title.to_owned(), format!("{}/documents/{}", href(id), f.id)))
        .collect()
}

/// `GET /desk/project-documents`
pub(crate) async fn list(ctx: Ctx) -> Page {
    let rows = FORMS.iter().enumerate().map(|(n, f)| {
        vec![
            Cell::num(n as i64 + 1),
            Cell::text(f.title),
            Cell::text(f.about),
            Cell::link("打印空白表", format!("{HERE}/{}", f.id)),
            Cell::link("下载空白表", format!("{HERE}/{}/download", f.id)),
        ]
    });
    let block = Block::new("项目文书").table(&["序号", "文书", "用途", "打印", "下载"], rows.collect());
    let plans = Block::new("项目清单、施工图、路线图")
        .say("按所在地区打印：组有项目清单，村有施工图，乡有路线图，县有项目库。")
        .link(
            "打印本级",
            format!(
                "/desk/project-plans/{}",
                ctx.scope().region().unwrap_or(ctx.config.area)
            ),
        );
    let say = "填好的文书在每个项目的“概况”页打印；空白表可下载后用文字处理软件填写。";
    Blocks::new(frame(&ctx).here("项目文书"))
        .block(block.say(say))
        .block(plans)
        .show()
}

/// `GET /desk/project-documents/{form}`: blank, for the printer.
pub(crate) async fn blank(ctx: Ctx, Path(form): Path<String>) -> Page {
    let form = named(&form)?;
    html(Printed {
        shell: ctx
            .shell(households::desk_layer(&ctx))
            .crumb("项目文书", HERE)
            .here(form.title),
        paper: Paper {
            issuer: "（盖章）".into(),
            issued: "　　年　　月　　日".into(),
            ..Paper::default()
        },
        parts: (form.parts)(&Source::blank()),
    })
}

/// `GET /desk/project-documents/{form}/download`: blank, for a word processor.
pub(crate) async fn download_blank(_ctx: Ctx, Path(form): Path<String>) -> Page {
    let form = named(&form)?;
    let page = Word {
        title: form.title,
        parts: (form.parts)(&Source::blank()),
    };
    let text = page.render().map_err(AppError::internal)?;
    Ok(download(
        &format!("{}（空白）.doc", form.title),
        "application/msword",
        text,
    ))
}

/// `GET /desk/projects/{id}/documents/{form}`: filled from the project.
pub(crate) async fn filled(ctx: Ctx, Path((id, form)): Path<(i64, String)>) -> Page {
    let row = reachable(&ctx, id, "project.view").await?;
    let form = named(&form)?;
    let tree = regions(ctx.app()).await?;
    let place = super::place(&tree, row.region);
    let shell = ctx
        .shell(households::desk_layer(&ctx))
        .crumb("项目", href(id))
        .here(form.title);
    let paper = Paper {
        serial: format!("项目编号 {}", row.no),
        issuer: row.owner.clone(),
        issued: ctx.clock.today().to_string(),
        ..Paper::default()
    };
    let source = Source::of(&ctx.db, row, place).await?;
    html(Printed {
        shell,
        paper,
        parts: (form.parts)(&source),
    })
}

/// For tests and the index: the titles of all forms.
pub fn titles() -> Vec<&'static str> {
    FORMS.iter().map(|f| f.title).collect()
}
