//! A new batch: a list sent up or the register itself, looked at first, then listed.

use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, Month, RegionCode};
use web::{Ctx, Page, WebError, download, html, parts::Field};

use super::{
    batches::LIST,
    filled::Filled,
    payments::within_reach,
    sheet::{ActForm, Cell, Grid, Link, Note, Sheet, UploadField, layer},
};
use crate::batch::{self, Circle, Created, Mode, NewBatch};

/// The template to fill in, for any programme.
pub(crate) async fn template(_ctx: Ctx) -> Page {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let book = batch::list_contract()?.template_xlsx().map_err(AppError::internal)?;
    Ok(download("发放名册模板.xlsx", XLSX, book))
}

pub(crate) async fn blank(ctx: Ctx) -> Page {
    Ok(entry(&ctx, &Filled::default(), Vec::new(), Vec::new()).await?)
}

async fn entry(
    ctx: &Ctx,
    filled: &Filled,
    notes: Vec<Note>,
    grids: Vec<Grid>,
) -> Result<axum::response::Response, WebError> {
    let programmes: Vec<(String, String)> = within_reach(ctx)
        .await?
        .into_iter()
        .filter(|p| p.pays_people())
        .map(|p| (p.code, p.name))
        .collect();
    let tree = regions(ctx.app()).await?;
    let own = ctx.scope().region().unwrap_or(ctx.config.area);
    let mut places = vec![(own.to_string(), "本辖区全部".to_owned())];
    places.extend(tree.children(own).iter().map(|r| (r.code.to_string(), r.name.clone())));
    let month = Month::of(ctx.clock.today()).to_string();
    let common = |act: &str| {
        let field = |f: Field, default: &str| {
            let value = filled.get(&f.name.clone());
            let value = if value.is_empty() { default } else { value }.to_owned();
            f.value(value)
        };
        vec![
            field(
                Field::select(&format!("{act}_programme"), "资金项目", programmes.clone()).required(),
                "",
            ),
            field(
                Field::input("month", &format!("{act}_month"), "所属月份").required(),
                &month,
            ),
            field(
                Field::select(&format!("{act}_region"), "地方", places.clone()).required(),
                "",
            ),
            field(
                Field::select(&format!("{act}_mode"), "有误的行", Mode::ALL).required(),
                "dry_run",
            ),
        ]
    };
    let mut register = common("register");
    register.push(Field::select("register_circle", "发放范围", Circle::ALL).required());
    html(Sheet {
        shell: ctx.shell(layer(ctx)).crumb("发放批次", LIST).here("新建批次"),
        links: vec![Link {
            title: "下载名册模板",
            href: format!("{LIST}/template.xlsx"),
            download: true,
        }],
        notes,
        forms: vec![
            ActForm {
                title: "上传名册".into(),
                hint:
                    "Excel 表格或 CSV（UTF-8、GB18030）；表头上方可有标题，列的顺序不限。先只核对，看清问题后再造册。"
                        .into(),
                action: format!("{LIST}/upload?csrf={}", ctx.csrf()),
                request_id: format!("list-{:x}", ctx.next_id()),
                fields: common("list"),
                upload: Some(UploadField {
                    name: "file",
                    label: "名册文件",
                    accept: ".xlsx,.xls,.csv",
                    hint: "不超过 64 MB，可含 10 万行以上。",
                }),
                button: "核对名册".into(),
                class: "btn-primary",
                ..ActForm::default()
            },
            ActForm {
                title: "按登记库造册".into(),
                hint: "范围内每户按项目标准发放，发到户主最近一次到账的账户。".into(),
                action: format!("{LIST}/register"),
                request_id: format!("register-{:x}", ctx.next_id()),
                fields: register,
                button: "核对范围".into(),
                class: "btn-primary",
                ..ActForm::default()
            },
        ],
        grids,
        ..Sheet::default()
    })
}

struct Head {
    programme: String,
    month: Month,
    region: RegionCode,
    mode: Mode,
}

fn head(filled: &Filled, act: &str) -> AppResult<Head> {
    Ok(Head {
        programme: filled.of(act, "programme").to_owned(),
        month: filled
            .of(act, "month")
            .parse()
            .map_err(|e: &'static str| AppError::invalid(format!("所属月份：{e}")))?,
        region: filled
            .of(act, "region")
            .parse()
            .map_err(|_| AppError::invalid("请选择地方。"))?,
        mode: Mode::from_id(filled.of(act, "mode")).ok_or_else(|| AppError::invalid("请选择有误的行如何处理。"))?,
    })
}

pub(crate) async fn upload(ctx: Ctx, filled: Filled) -> Page {
    let outcome = uploaded(&ctx, &filled).await;
    told(&ctx, &filled, outcome, "list").await
}

async fn uploaded(ctx: &Ctx, filled: &Filled) -> AppResult<Created> {
    let head = head(filled, "list")?;
    let (_, bytes) = filled
        .file
        .as_ref()
        .ok_or_else(|| AppError::invalid("请选择名册文件。"))?;
    let rows = batch::read_list(ctx.app(), bytes).await?;
    let new = NewBatch {
        programme: &head.programme,
        month: head.month,
        region: head.region,
        mode: head.mode,
        rows: &rows,
    };
    batch::create(ctx.app(), ctx.actor(), filled.request_id(), &new).await
}

pub(crate) async fn register(ctx: Ctx, filled: Filled) -> Page {
    let outcome = registered(&ctx, &filled).await;
    told(&ctx, &filled, outcome, "register").await
}

async fn registered(ctx: &Ctx, filled: &Filled) -> AppResult<Created> {
    let head = head(filled, "register")?;
    let circle = Circle::from_id(filled.get("register_circle")).ok_or_else(|| AppError::invalid("请选择发放范围。"))?;
    batch::from_register(
        ctx.app(),
        ctx.actor(),
        filled.request_id(),
        &head.programme,
        head.month,
        head.region,
        circle,
        head.mode,
    )
    .await
}

/// What came of a list: the batch, or every faulty row named.
async fn told(ctx: &Ctx, filled: &Filled, outcome: AppResult<Created>, act: &str) -> Page {
    const MOST: usize = 500;
    let created = match outcome {
        Ok(created) => created,
        Err(e) if e.kind == ErrorKind::Invalid => {
            let note = Note {
                tone: "danger",
                text: e.message,
            };
            let page = entry(ctx, filled, vec![note], Vec::new()).await?;
            return Ok(web::refused(page));
        }
        Err(e) => return Err(e.into()),
    };
    let faults = created.faults.len();
    if let Some(id) = created.batch {
        let text = if faults == 0 {
            format!("已造册 {} 笔，{} 元。", created.rows, created.amount)
        } else {
            format!(
                "已造册 {} 笔，{} 元；{faults} 行有误已列出退回。",
                created.rows, created.amount
            )
        };
        return ctx.done(text, &format!("{LIST}/{id}")).await;
    }
    let dry = Mode::from_id(filled.of(act, "mode")) == Some(Mode::DryRun);
    let text = if dry {
        format!(
            "核对结果：可造册 {} 笔，{} 元；有误 {faults} 行。没有写入任何内容。",
            created.rows, created.amount
        )
    } else {
        format!("有误 {faults} 行，没有造册。改好后重新上传，或选择其余造册。")
    };
    let grid = Grid {
        title: "有误的行".into(),
        total: format!("共 {faults} 行，显示前 {} 行", faults.min(MOST)),
        heads: vec!["行号", "姓名", "列", "问题"],
        rows: created
            .faults
            .iter()
            .take(MOST)
            .map(|f| {
                vec![
                    Cell::number(f.row_no),
                    Cell::text(&f.name),
                    Cell::text(f.field),
                    Cell::text(&f.text),
                ]
            })
            .collect(),
        empty: "没有发现有误的行。",
        pager: None,
    };
    let note = Note {
        tone: if faults == 0 { "success" } else { "warning" },
        text,
    };
    let page = entry(ctx, filled, vec![note], vec![grid]).await?;
    Ok(if dry || faults == 0 { page } else { web::refused(page) })
}
