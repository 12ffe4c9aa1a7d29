//! `GET /desk/payments`: payments by programme, area, month and payee, with the total of the filtered set on top.

use std::collections::HashMap;

use access::Resource;
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, RegionTree, area_fields, regions};
use households::desk_layer;
use kernel::{AppResult, RegionCode, name};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use crate::{PAGE_ROWS, Payment, PaymentFilter, PaymentState, Programme, page_of, programmes, total_of};

/// The filters as the URL spells them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PaymentQuery {
    #[serde(flatten)]
    area: AreaQuery,
    programme: String,
    month: String,
    payee: String,
    state: String,
    household: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/payments.html")]
struct PaymentsPage {
    shell: Shell,
    filter: Filter,
    total_rows: i64,
    total_amount: String,
    export_href: Option<String>,
    rows: Vec<Line>,
    pager: Pager,
}

struct Line {
    payee: String,
    household_href: Option<String>,
    /// Where this yuan came from and went.
    trace_href: Option<String>,
    programme: String,
    place: String,
    month: String,
    qty: String,
    amount: String,
    paid_on: String,
    account: String,
    state: &'static str,
    tone: &'static str,
    batch_no: String,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<PaymentQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&ctx, &tree);
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let total = total_of(&ctx.db, ctx.scope(), &filter).await?;
    let total_rows = total.rows.unsigned_abs();
    let rows = page_of(&ctx.db, ctx.scope(), &filter, page, total_rows).await?;
    let programmes = within_reach(&ctx).await?;
    let text = query.text();
    html(PaymentsPage {
        shell: ctx.shell(desk_layer(&ctx)).here("发放明细"),
        filter: Filter {
            action: "/desk/payments".into(),
            fields: query.fields(&ctx, &tree, &programmes),
        },
        total_rows: total.rows,
        total_amount: total.amount().to_string(),
        export_href: ctx
            .may("payment.export", &Resource::any())
            .then(|| format!("/desk/payments.xlsx?{text}")),
        rows: lines(
            rows,
            &tree,
            &programmes,
            ctx.may("household.list", &Resource::any()),
            ctx.may("fund.trace", &Resource::any()),
        ),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows,
            total_amount: Some(total.amount().to_string()),
            path: "/desk/payments".into(),
            query: text,
        },
    })
}

/// Programmes of the actor's department, or all.
pub(crate) async fn within_reach(ctx: &Ctx) -> AppResult<Vec<Programme>> {
    let mut all = programmes(&ctx.db).await?;
    all.retain(|p| ctx.scope().covers_department(&p.org));
    Ok(all)
}

/// `opens_households`: finance and the station look at payments, not at households.
fn lines(
    rows: Vec<Payment>,
    tree: &RegionTree,
    programmes: &[Programme],
    opens_households: bool,
    traces: bool,
) -> Vec<Line> {
    let names: HashMap<&str, &Programme> = programmes.iter().map(|p| (p.code.as_str(), p)).collect();
    rows.into_iter()
        .map(|p| {
            let programme = names.get(p.programme.as_str());
            let state = PaymentState::from_id(&p.state).unwrap_or(PaymentState::Held);
            Line {
                trace_href: traces.then(|| format!("/desk/funds/trace?payment={}", p.id)),
                household_href: p
                    .household_id
                    .filter(|_| opens_households)
                    .map(|id| format!("/desk/households/{id}")),
                programme: programme.map_or_else(|| p.programme.clone(), |x| x.name.clone()),
                place: tree.path_in_county(p.place()),
                qty: format!("{} {}", quantity(p.qty), programme.map_or("", |x| x.unit.as_str())),
                amount: p.amount().to_string(),
                account: if p.account_tail.is_empty() {
                    String::new()
                } else {
                    format!("尾号 {}", p.account_tail)
                },
                state: state.title(),
                tone: match state {
                    PaymentState::Paid => "done",
                    PaymentState::Returned => "back",
                    PaymentState::Held | PaymentState::Listed => "wait",
                    PaymentState::Sent => "doing",
                    PaymentState::Void => "closed",
                },
                payee: p.payee_name,
                month: if p.arrears {
                    format!("{} 补发", p.month)
                } else {
                    p.month
                },
                paid_on: p.paid_on,
                batch_no: p.batch_no,
            }
        })
        .collect()
}

/// `3.50`, `2`: hundredths without needless zeros.
pub(crate) fn quantity(hundredths: i64) -> String {
    if hundredths % 100 == 0 {
        (hundredths / 100).to_string()
    } else {
        kernel::Area(hundredths).to_string()
    }
}

impl PaymentQuery {
    pub(crate) fn filter(&self, ctx: &Ctx, tree: &RegionTree) -> PaymentFilter {
        PaymentFilter {
            area: self.area.area(tree, ctx.scope()),
            programme: (!self.programme.is_empty()).then(|| self.programme.clone()),
            month: self.month.parse().ok(),
            payee: name::clean(&self.payee),
            household: self.household.parse().ok(),
            person: None,
            state: PaymentState::from_id(&self.state),
        }
    }

    fn fields(&self, ctx: &Ctx, tree: &RegionTree, programmes: &[Programme]) -> Vec<Field> {
        let all = || std::iter::once((String::new(), "全部".to_owned()));
        let offered = programmes
            .iter()
            .filter(|p| p.pays_people())
            .map(|p| (p.code.clone(), p.name.clone()));
        let states = PaymentState::ALL.map(|s| (s.id(), s.title()));
        let mut fields = area_fields(tree, ctx.scope(), ctx.config.area, &self.area);
        fields.push(Field::select("programme", "项目", all().chain(offered)).value(&self.programme));
        fields.push(
            Field::input("month", "month", "所属月份")
                .value(&self.month)
                .placeholder("例如 2026-01"),
        );
        fields.push(
            Field::input("search", "payee", "领取人")
                .value(&self.payee)
                .placeholder("完整姓名"),
        );
        fields.push(Field::select("state", "状态", states).value(&self.state));
        fields
    }

    /// The query without its page, for links.
    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("programme", &self.programme),
            ("month", &self.month),
            ("payee", &self.payee),
            ("state", &self.state),
            ("household", &self.household),
        ])
    }
}

/// For the export: the division of a payment in words.
pub(crate) fn place_of(tree: &RegionTree, region: i64) -> String {
    RegionCode::from_i64(region).map_or_else(String::new, |code| tree.path_in_county(code))
}
