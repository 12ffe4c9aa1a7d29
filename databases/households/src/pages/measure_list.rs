//! `GET /desk/households/measures`: what is done for all households, fifty a page, with the totals of the filtered
//! set; and the same as a file.

use access::Resource;
use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppResult, Money, name, period::parse_date};
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{self, Export},
    parts::{Field, Pager},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table},
    list::place_path,
};
use crate::{
    PAGE_ROWS, codes,
    reach::{desk_layer, sees_masked_names},
    store::measures::{self, MeasureFilter},
};

const PATH: &str = "/desk/households/measures";
const CHUNK_ROWS: i64 = 2000;
const SORTS: [(&str, &str); 2] = [("measure", "帮扶措施"), ("policy", "享受政策")];
const ANSWERS: [(&str, &str); 4] = [
    ("none", "待农户确认"),
    ("yes", "农户确认"),
    ("no", "农户称没有"),
    ("disputed", "农户有异议"),
];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(flatten)]
    area: AreaQuery,
    sort: String,
    kind: String,
    confirmed: String,
    ended: String,
    from: String,
    to: String,
    name: String,
    page: String,
}

impl Asked {
    async fn filter(&self, ctx: &Ctx) -> AppResult<MeasureFilter> {
        let tree = regions(ctx.app()).await?;
        let day = |text: &str| parse_date(text).map(|day| day.to_string());
        Ok(MeasureFilter {
            area: self.area.area(&tree, ctx.scope()),
            sort: self.sort.clone(),
            kind: self.kind.clone(),
            confirmed: self.confirmed.clone(),
            ended: match self.ended.as_str() {
                "0" => Some(false),
                "1" => Some(true),
                _ => None,
            },
            from: day(&self.from),
            to: day(&self.to),
            words: self.name.clone(),
        })
    }

    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("sort", &self.sort),
            ("kind", &self.kind),
            ("confirmed", &self.confirmed),
            ("ended", &self.ended),
            ("from", &self.from),
            ("to", &self.to),
            ("name", &self.name),
        ])
    }
}

fn with_all<'a>(list: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), "全部".to_owned()))
        .chain(list.into_iter().map(|(v, t)| (v.to_owned(), t.to_owned())))
        .collect()
}

pub(crate) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = asked.filter(&ctx).await?;
    let page: u64 = asked.page.parse().unwrap_or(1).max(1);
    let totals = measures::totals(&ctx.db, ctx.scope(), &filter).await?;
    let masked = sees_masked_names(ctx.actor().role);
    let rows = measures::page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let rows = rows.into_iter().map(|m| {
        let head = if masked { name::mask(&m.head_name) } else { m.head_name };
        let tone = match m.confirmed.as_str() {
            "yes" => "done",
            "no" => "late",
            "disputed" => "back",
            _ => "wait",
        };
        vec![
            Cell::link(head, format!("/desk/households/{}?tab=measures", m.household_id)),
            Cell::text(place_path(&tree, m.region)),
            Cell::class(codes::word(&SORTS, &m.sort), "mid"),
            Cell::class(m.kind, "mid"),
            Cell::class(m.content, "wrap"),
            Cell::class(
                if m.amount_fen == 0 {
                    String::new()
                } else {
                    Money(m.amount_fen).to_string()
                },
                "amount",
            ),
            Cell::class(m.on_day, "mid whole"),
            Cell::class(m.ended_on.unwrap_or_else(|| "在实施".into()), "mid whole"),
            Cell::tag(codes::word(&ANSWERS, &m.confirmed), tone),
        ]
    });
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &asked.area);
    fields.push(Field::select("sort", "属于", with_all(SORTS)).value(&asked.sort));
    fields.push(Field::select("kind", "类别", with_all(codes::MEASURES.map(|kind| (kind, kind)))).value(&asked.kind));
    fields.push(Field::select("confirmed", "农户答复", with_all(ANSWERS)).value(&asked.confirmed));
    fields.push(Field::select("ended", "情况", with_all([("0", "在实施"), ("1", "已结束")])).value(&asked.ended));
    fields.push(Field::input("date", "from", "日期自").value(&asked.from));
    fields.push(Field::input("date", "to", "日期至").value(&asked.to));
    fields.push(Field::text("name", "户主或内容").value(&asked.name));
    let query = asked.text();
    let account = ctx.actor().account.map(|a| a.0);
    let bar = records::filters::bar(&ctx.db, account, PATH, &query).await?;
    let blocks = vec![
        Block::Form(Form {
            action: PATH.into(),
            fields,
            button: "查询".into(),
            class: "btn-primary",
            get: true,
            ..Form::default()
        }),
        Block::Table(Table {
            title: format!(
                "共 {} 项，惠及 {} 户，合计 {} 元",
                totals.measures,
                totals.households,
                Money(totals.amount_fen)
            ),
            heads: vec![
                "户主",
                "所在村",
                "属于",
                "类别",
                "内容",
                "金额（元）",
                "日期",
                "结束",
                "农户答复",
            ],
            rows: rows.collect(),
            empty: "没有符合条件的措施或政策。",
            list: true,
        }),
    ];
    let mut shown = Blocks::new(ctx.shell(desk_layer(&ctx)).here("措施与政策"), blocks);
    if ctx.may("household.export", &Resource::any()) {
        shown.actions.push(("导出清单".into(), format!("{PATH}.xlsx?{query}")));
    }
    shown.bar = Some(bar);
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: totals.measures.unsigned_abs(),
        path: PATH.into(),
        query,
        ..Pager::default()
    });
    shown.show()
}

/// `GET /desk/households/measures.xlsx`: every row of the filtered list, on the record.
pub(crate) async fn send(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = asked.filter(&ctx).await?;
    let columns = [
        ("户编号", 22.0),
        ("户主", 10.0),
        ("所在村", 28.0),
        ("属于", 10.0),
        ("类别", 8.0),
        ("内容", 36.0),
        ("金额（元）", 12.0),
        ("日期", 12.0),
        ("结束", 12.0),
        ("农户答复", 12.0),
    ];
    let mut file = Export::begin(ctx.app(), "措施与政策", &columns)?;
    let masked = sees_masked_names(ctx.actor().role);
    let text = |text: String| export::Cell::text(text);
    let mut last = None;
    loop {
        let rows = measures::after(&ctx.db, ctx.scope(), &filter, last.as_ref(), CHUNK_ROWS).await?;
        for m in &rows {
            let head = if masked {
                name::mask(&m.head_name)
            } else {
                m.head_name.clone()
            };
            file.row([
                text(m.household_no.clone()),
                text(head),
                text(place_path(&tree, m.region)),
                text(codes::word(&SORTS, &m.sort)),
                text(m.kind.clone()),
                text(m.content.clone()),
                export::Cell::Money(Money(m.amount_fen)),
                text(m.on_day.clone()),
                text(m.ended_on.clone().unwrap_or_default()),
                text(codes::word(&ANSWERS, &m.confirmed)),
            ])?;
        }
        let full = rows.len() as i64 == CHUNK_ROWS;
        last = rows.into_iter().next_back();
        if !full {
            break;
        }
    }
    let act = Act::new("household.export", "measure:list").with(json!({ "rows": file.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("措施与政策.xlsx").await?)
}
