//! `GET/POST /desk/notices/new`: what would be shown, and posting it.

use axum::{Form, extract::Query};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, RegionCode};
use records::flow::Code;
use serde::Deserialize;
use web::{Ctx, Page, html, parts::Field};

use super::{
    DESK,
    one::{FormView, NoticePage},
};
use crate::notices::{Matter, NoticeLevel, Posting, content, post};

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    request_id: String,
    level: String,
    matter: String,
    year: String,
    region: String,
    places: String,
    from_on: String,
}

impl Wanted {
    fn read(&self) -> AppResult<Posting> {
        let gone = || AppError::not_found("没有这项公示内容，请从“三级公示”重新选择。");
        Ok(Posting {
            request_id: self.request_id.clone(),
            level: NoticeLevel::parse(&self.level).ok_or_else(gone)?,
            matter: Matter::parse(&self.matter)?,
            year: self.year.parse().map_err(|_| gone())?,
            region: self.region.parse::<RegionCode>().map_err(|_| gone())?,
            places: self.places.clone(),
            from_on: self.from_on.clone(),
        })
    }
}

pub(super) async fn ask(ctx: Ctx, Query(wanted): Query<Wanted>) -> Page {
    html(page(&ctx, &wanted, "").await?)
}

pub(super) async fn send(ctx: Ctx, Form(wanted): Form<Wanted>) -> Page {
    let tree = regions(ctx.app()).await?;
    match post(ctx.app(), ctx.actor(), &tree, &wanted.read()?).await {
        Ok(id) => ctx.done("已公示，公众现在可以看到。", &format!("{DESK}/{id}")).await,
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let page = html(page(&ctx, &wanted, &e.message).await?)?;
            Ok(web::refused(page))
        }
        Err(e) => Err(e.into()),
    }
}

async fn page(ctx: &Ctx, wanted: &Wanted, problem: &str) -> AppResult<NoticePage> {
    let posting = wanted.read()?;
    if !ctx.scope().covers(posting.region) {
        return Err(AppError::not_found("没有这项公示内容，或不在您的管理范围内。"));
    }
    let tree = regions(ctx.app()).await?;
    let shown = content(
        ctx.app(),
        &tree,
        posting.level,
        &posting.matter,
        posting.year,
        posting.region,
    )
    .await;
    let (shown, problem) = match shown {
        Ok(shown) => (shown, problem.to_owned()),
        Err(e) if e.kind == ErrorKind::Invalid => (crate::notices::Body::default(), e.message),
        Err(e) => return Err(e),
    };
    let today = ctx.clock.today().to_string();
    let from = if wanted.from_on.is_empty() {
        &today
    } else {
        &wanted.from_on
    };
    let form = FormView {
        title: "公示".to_owned(),
        action: format!("{DESK}/new"),
        hidden: vec![
            ("request_id", format!("notice-{}", ctx.next_id())),
            ("level", wanted.level.clone()),
            ("matter", wanted.matter.clone()),
            ("year", wanted.year.clone()),
            ("region", wanted.region.clone()),
        ],
        fields: vec![
            Field::text("places", "公示地点")
                .value(&wanted.places)
                .hint("例如：县政府网站、镇公示栏、村公示栏")
                .required(),
            Field::input("date", "from_on", "公示起始日期").value(from).required(),
        ],
        button: "确认公示".to_owned(),
        class: "btn-primary",
        question: "以上内容将向公众公示，确认？".to_owned(),
        long: false,
    };
    let can_post = !shown.pairs.is_empty() && ctx.actor().role == posting.level.posts();
    Ok(NoticePage {
        shell: ctx
            .shell(households::desk_layer(ctx))
            .crumb("三级公示", DESK)
            .here(format!("{}公示：{}", posting.level.title(), posting.level.shows())),
        problem,
        title: shown.title,
        pairs: pairs_of(shown.pairs),
        head: shown.head,
        rows: shown.rows,
        forms: if can_post { vec![form] } else { Vec::new() },
        ..NoticePage::default()
    })
}

pub(super) fn pairs_of(pairs: Vec<(String, String)>) -> Vec<web::parts::Pair> {
    pairs
        .into_iter()
        .map(|(title, value)| web::parts::Pair::new(title, value))
        .collect()
}
