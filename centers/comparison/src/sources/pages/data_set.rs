//! `GET /desk/sources/{data_set}`: the template, the form to send a file, the columns, earlier deliveries.

use askama::Template;
use axum::extract::Path;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pair},
};

use super::{
    contract_of,
    list::{category, cycle_text},
    may_import, size_text,
};
use crate::{
    identities::{self, Classes},
    sources::{Batch, BatchState, Sources, batches_of, current_sources},
};
use intake::check_title;

/// Earlier deliveries shown.
const SHOWN_BATCHES: i64 = 30;

#[derive(Template)]
#[template(path = "sources/pages/data_set.html")]
struct DataSetPage {
    shell: Shell,
    name: String,
    facts: Vec<Pair>,
    upload: Option<UploadForm>,
    columns: Vec<ColumnLine>,
    history: Vec<BatchLine>,
    quality: Vec<QualityLine>,
    /// Whose rows they are, as the last comparison found out.
    identities: Vec<Pair>,
    notes: Vec<String>,
}

/// How good a delivery was.
struct QualityLine {
    at: String,
    rows: i64,
    rejected: String,
    warned: String,
    checks: String,
    columns: String,
}

struct UploadForm {
    action: String,
    mode: Field,
    hint: String,
}

struct ColumnLine {
    header: String,
    required: &'static str,
    kind: &'static str,
    how: String,
    sensitivity: &'static str,
    aliases: String,
}

struct BatchLine {
    href: String,
    at: String,
    file_name: String,
    size: String,
    state: &'static str,
    tone: &'static str,
    rows: i64,
    accepted: i64,
    warned: i64,
    rejected: i64,
    actor: String,
}

pub(crate) async fn show(ctx: Ctx, Path(name): Path<String>) -> Page {
    let contract = contract_of(&ctx, &name)?;
    let sources = ctx.part::<Sources>()?;
    let upload = may_import(&ctx, &contract).then(|| UploadForm {
        action: format!("/desk/sources/{name}/import?csrf={}", ctx.csrf()),
        mode: Field::radio(
            "mode",
            "方式",
            [("dry_run", "试导入：逐行检查，不写入"), ("import", "正式导入")],
        )
        .value("dry_run")
        .required(),
        hint: format!(
            "CSV 或 Excel 文件，编码自动识别，不超过 {} GB。",
            sources.max_upload_bytes >> 30
        ),
    });
    let columns = contract.columns.iter().map(|c| ColumnLine {
        header: c.header.clone(),
        required: if c.required { "必填" } else { "选填" },
        kind: c.kind.title(),
        how: c.how_to_write(),
        sensitivity: c.sensitivity.title(),
        aliases: c.aliases.join("、"),
    });
    let history = batches_of(&ctx.db, &name, SHOWN_BATCHES).await?;
    let current = current_sources(&ctx.db).await?.into_iter().find(|c| c.data_set == name);
    let kept = match current {
        Some(current) => identities::kept(&ctx.db, &name, &current.snapshot).await?,
        None => None,
    };
    let classes = kept.map(|kept| kept.classes());
    html(DataSetPage {
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("数据来源", "/desk/sources")
            .here(&contract.title),
        facts: vec![
            Pair::new("类别", category(contract.category)),
            Pair::new("报送部门", &contract.department),
            Pair::new("报送周期", cycle_text(contract.cycle_days)),
            Pair::new("比对用途", &contract.purpose),
            Pair::new(
                "使用依据",
                if contract.authorisation {
                    "须有本人书面授权"
                } else {
                    "依职责共享"
                },
            ),
        ],
        upload,
        identities: classes.map(|c| identity_pairs(&c)).unwrap_or_default(),
        notes: classes.map(|c| notes(&c)).unwrap_or_default(),
        columns: columns.collect(),
        quality: history.iter().filter_map(QualityLine::of).collect(),
        history: history.iter().map(BatchLine::of).collect(),
        name,
    })
}

fn identity_pairs(c: &Classes) -> Vec<Pair> {
    [
        ("号码姓名相符", c.exact),
        ("号码有误，已更正", c.repaired),
        ("按其他信息对应", c.linked),
        ("待人工核对", c.undecided),
        ("号码相符姓名不符", c.misused),
        ("不在登记册", c.outsider),
        ("找不到对应的人", c.unlinked),
    ]
    .map(|(label, rows)| Pair::whole(label, format!("{rows} 行")))
    .to_vec()
}

/// What the department is told about a delivery that names nobody for certain.
fn notes(c: &Classes) -> Vec<String> {
    let share = |rows: u64| (rows * 100 / c.rows.max(1)).max(1);
    let mut out = Vec::new();
    if c.placeholder_rows > 0 {
        out.push(format!(
            "有 {} 行（占 {}%）填的是 {} 个被许多不同姓名共用的证件号码，看来是为填满此列而写的。这些行按没有号码处理，号码的主人不受影响。请报送部门补上真实号码后重新报送。",
            c.placeholder_rows, share(c.placeholder_rows), c.placeholders
        ));
    }
    if c.is_shifted() {
        out.push(format!(
            "有 {} 行（占 {}%）的证件号码是登记册中的人，姓名却是另一个人，多半是文件中姓名与号码错了位（例如只对其中一列排了序）。这些行不作为任何人的情况，也不逐条列出。请报送部门核对文件后重新报送。",
            c.misused, share(c.misused)
        ));
    }
    if c.crowds > 0 {
        out.push(format!(
            "有 {} 组人的姓名、出生、住地过于相近（一组超过两千人），没有号码的记录无法在这些组里逐一对照，这些记录没有对应到任何人。请报送部门补上号码，或写明出生日期和所在村。",
            c.crowds
        ));
    }
    out
}

impl BatchLine {
    fn of(batch: &Batch) -> BatchLine {
        let state = batch.state();
        BatchLine {
            href: format!("/desk/imports/{}", batch.id),
            at: batch.started_at().to_string(),
            file_name: batch.file_name.clone(),
            size: size_text(batch.file_bytes),
            state: state.title(),
            tone: state.tone(),
            rows: batch.row_count,
            accepted: batch.accepted,
            warned: batch.warned,
            rejected: batch.rejected,
            actor: batch.actor_name.clone(),
        }
    }
}

/// Columns named in a line of quality.
const NAMED_COLUMNS: usize = 4;

impl QualityLine {
    /// Only deliveries that were read to their end say something about quality.
    fn of(batch: &Batch) -> Option<QualityLine> {
        let report = batch
            .report()
            .filter(|_| batch.state() == BatchState::Accepted && batch.row_count > 0)?;
        let share = |n: i64| percent(n, batch.row_count);
        let mut columns: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
        for fault in report
            .errors
            .iter()
            .chain(&report.warnings)
            .filter(|f| !f.header.is_empty())
        {
            *columns.entry(fault.header.as_str()).or_default() += 1;
        }
        let mut columns: Vec<(&str, i64)> = columns.into_iter().collect();
        columns.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let checks: Vec<String> = report
            .checks
            .iter()
            .map(|(code, n)| format!("{} {}", check_title(code), share(*n as i64)))
            .collect();
        Some(QualityLine {
            at: batch.started_at().to_string(),
            rows: batch.row_count,
            rejected: share(batch.rejected),
            warned: share(batch.warned),
            checks: checks.join("；"),
            columns: columns
                .iter()
                .take(NAMED_COLUMNS)
                .map(|(header, n)| format!("{header} {n}"))
                .collect::<Vec<_>>()
                .join("；"),
        })
    }
}

/// Two decimals, in integers.
fn percent(part: i64, whole: i64) -> String {
    let hundredths = part * 10_000 / whole.max(1);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_village_of_namesakes_is_told_to_who_delivered_the_file() {
        let crowded = Classes {
            rows: 4_000,
            unlinked: 4_000,
            crowds: 1,
            ..Classes::default()
        };
        let told = notes(&crowded).join("");
        assert!(
            told.contains("有 1 组人的姓名、出生、住地过于相近") && told.contains("没有对应到任何人"),
            "{told}"
        );
        assert!(
            notes(&Classes {
                rows: 10,
                exact: 10,
                ..Classes::default()
            })
            .is_empty()
        );
    }
}
