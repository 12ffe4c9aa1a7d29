//! Accounts that money passes through: the list with its three marks (三专), and entry.

use access::Resource;
use axum::extract::Query;
use directory::regions;
use kernel::{AppError, AppResult, RegionCode};
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter},
};

use super::{
    filled::Filled,
    lists,
    sheet::{ActForm, Cell, Grid, Sheet, layer, place},
};
use crate::chain::{ACCOUNT_KINDS, FundAccount, NewAccount, accounts, enter_account};

const LIST: &str = "/desk/funds/accounts";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccountQuery {
    kind: String,
    dedicated: String,
    text: String,
    page: String,
}

impl AccountQuery {
    fn query(&self) -> String {
        web::query_of([
            ("kind", &self.kind),
            ("dedicated", &self.dedicated),
            ("text", &self.text),
        ])
    }

    fn keeps(&self, row: &FundAccount) -> bool {
        let text = self.text.trim();
        (self.kind.is_empty() || self.kind == row.kind)
            && (self.dedicated.is_empty() || (self.dedicated == "1") == row.is_dedicated())
            && (text.is_empty()
                || [&row.name, &row.org, &row.bank, &row.account_tail]
                    .iter()
                    .any(|t| t.contains(text)))
    }
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<AccountQuery>) -> Page {
    let sheet = sheet(&ctx, &query).await?;
    html(sheet.as_list(&ctx, LIST, &query.page, &query.query()).await?)
}

/// `GET /desk/funds/accounts.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<AccountQuery>) -> Page {
    let grid = sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "资金账户", grid, "fund_account:list").await
}

async fn sheet(ctx: &Ctx, query: &AccountQuery) -> AppResult<Sheet> {
    let mut rows = accounts(&ctx.db, ctx.scope()).await?;
    rows.retain(|row| query.keeps(row));
    let tree = regions(ctx.app()).await?;
    let fit = rows.iter().filter(|a| a.is_dedicated()).count();
    let mark = |yes: bool| {
        if yes {
            Cell::state("是", "done")
        } else {
            Cell::state("否", "late")
        }
    };
    let mut forms = Vec::new();
    if ctx.may("fund_account.enter", &Resource::any()) {
        let own = ctx.scope().region().unwrap_or(ctx.config.area);
        let mut places = vec![(own.to_string(), "本级".to_owned())];
        places.extend(tree.children(own).iter().map(|r| (r.code.to_string(), r.name.clone())));
        forms.push(ActForm {
            title: "登记账户".into(),
            hint: "平台只保存账号的末四位和不可还原的校验值。".into(),
            action: LIST.into(),
            request_id: format!("account-{:x}", ctx.next_id()),
            fields: vec![
                Field::text("name", "户名").required(),
                Field::text("org", "单位").required(),
                Field::select("region", "地方", places).required(),
                Field::select("new_kind", "类别", ACCOUNT_KINDS.map(|k| (k, k))).required(),
                Field::text("bank", "开户银行").required(),
                Field::text("number", "账号").required(),
                Field::checkbox("store", "专户储存"),
                Field::checkbox("book", "专账管理"),
                Field::checkbox("person", "专人核算"),
            ],
            button: "登记".into(),
            class: "btn-primary",
            ..ActForm::default()
        });
    }
    let mut kinds = vec![("", "全部")];
    kinds.extend(ACCOUNT_KINDS.map(|k| (k, k)));
    Ok(Sheet {
        shell: ctx
            .shell(layer(ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("资金账户"),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("kind", "类别", kinds).value(&query.kind),
                Field::select(
                    "dedicated",
                    "三专",
                    [("", "全部"), ("1", "三专齐全"), ("0", "三专不全")],
                )
                .value(&query.dedicated),
                Field::input("search", "text", "户名、单位、银行或尾号").value(&query.text),
            ],
        }),
        grids: vec![Grid {
            total: format!("共 {} 个，三专齐全 {fit} 个", rows.len()),
            heads: vec![
                "户名",
                "单位",
                "地方",
                "类别",
                "开户银行",
                "账号",
                "专户储存",
                "专账管理",
                "专人核算",
            ],
            rows: rows
                .iter()
                .map(|a| {
                    vec![
                        Cell::text(&a.name),
                        Cell::text(&a.org),
                        Cell::text(place(&tree, a.region)),
                        Cell::text(&a.kind),
                        Cell::text(&a.bank),
                        Cell::whole(format!("尾号 {}", a.account_tail)),
                        mark(a.dedicated_store),
                        mark(a.dedicated_book),
                        mark(a.dedicated_person),
                    ]
                })
                .collect(),
            empty: "没有符合条件的账户。",
            ..Grid::default()
        }],
        forms,
        ..Sheet::default()
    })
}

pub(crate) async fn add(ctx: Ctx, filled: Filled) -> Page {
    let region: RegionCode = filled
        .get("region")
        .parse()
        .map_err(|_| AppError::invalid("请选择地方。"))?;
    let new = NewAccount {
        name: filled.get("name"),
        org: filled.get("org"),
        region,
        kind: filled.of("new", "kind"),
        bank: filled.get("bank"),
        number: filled.get("number"),
        dedicated_store: filled.ticked("store"),
        dedicated_book: filled.ticked("book"),
        dedicated_person: filled.ticked("person"),
    };
    enter_account(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    ctx.done("账户已登记。", LIST).await
}
