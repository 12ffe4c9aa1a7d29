//! Changes of a programme's facts: one clerk at a time, each with a reason and a version. Whoever filled the form from
//! an older version is shown what the other changed, and both changes put together; nothing of either is lost.

use std::collections::BTreeMap;

use access::Actor;
use kernel::{AppError, AppResult, Money};
use records::history::{self, Change, Difference, Entry};
use serde_json::{Value, json};
use store::{Query, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use crate::{NameMode, Programme, programme};

/// The kind of its versions.
pub const KIND: &str = "programme";

/// Fields that may be changed: id, title, most characters, whether they must be filled in. Code, department, class and
/// kind of payee say what a programme is: another one is another programme.
pub const FIELDS: [(&str, &str, usize, bool); 8] = [
    ("name", "项目名称", 60, true),
    ("unit", "补助单位", 10, true),
    ("rate", "补助标准（元）", 20, true),
    ("cycle", "发放周期", 10, true),
    ("public_name_mode", "姓名公开方式", 10, true),
    ("basis", "政策依据", 200, false),
    ("what_done", "做了什么", 300, false),
    ("effect", "成效", 300, false),
];

/// How names may stand on public lists.
pub const NAME_MODES: [(&str, &str); 3] = [("full", "公开全名"), ("masked", "隐去一字"), ("none", "不公开姓名")];

/// Values of [`FIELDS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<&'static str, String>);

impl Facts {
    /// The facts as they stand.
    pub fn of(p: &Programme) -> Facts {
        let mode = match p.name_mode() {
            NameMode::Full => "full",
            NameMode::Masked => "masked",
            NameMode::None => "none",
        };
        let values = [
            p.name.clone(),
            p.unit.clone(),
            plain(p.rate()),
            p.cycle.clone(),
            mode.to_owned(),
            p.basis.clone(),
            p.what_done.clone(),
            p.effect.clone(),
        ];
        Facts(FIELDS.iter().map(|f| f.0).zip(values).collect())
    }

    /// The facts as a form sent them.
    pub fn sent(value: impl Fn(&str) -> String) -> Facts {
        Facts(FIELDS.iter().map(|f| (f.0, value(f.0).trim().to_owned())).collect())
    }

    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// With the amount written one way.
    ///
    /// # Errors
    /// Invalid, naming the field.
    pub fn checked(mut self) -> AppResult<Facts> {
        for (field, title, most, required) in FIELDS {
            let length = self.get(field).chars().count();
            if required && length == 0 {
                return Err(AppError::invalid(format!("{title}：请填写。")));
            }
            if length > most {
                return Err(AppError::invalid(format!("{title}：最多 {most} 个字。")));
            }
        }
        let rate = Money::parse(self.get("rate"))
            .ok()
            .filter(|rate| *rate >= Money::ZERO)
            .ok_or_else(|| AppError::invalid("补助标准（元）：请写成 1200 或 1200.50，不按标准发放的填 0。"))?;
        if !NAME_MODES.iter().any(|(id, _)| *id == self.get("public_name_mode")) {
            return Err(AppError::invalid("姓名公开方式：请从列表中选择。"));
        }
        self.0.insert("rate", plain(rate));
        Ok(self)
    }

    fn rate(&self) -> Money {
        Money::parse(self.get("rate")).unwrap_or(Money::ZERO)
    }

    fn value(&self) -> Value {
        json!(self.0)
    }

    fn from_value(value: &Value) -> Facts {
        Facts::sent(|field| value[field].as_str().unwrap_or_default().to_owned())
    }
}

/// `1400.00`, as a form takes it.
fn plain(amount: Money) -> String {
    amount.to_string().replace(',', "")
}

/// Titles of [`FIELDS`] for differences.
pub fn titles() -> Vec<(&'static str, &'static str)> {
    FIELDS.iter().map(|(field, title, ..)| (*field, *title)).collect()
}

/// Under which number the versions of a programme are kept: its code, as a number.
pub fn record_id(code: &str) -> i64 {
    // FNV-1a without its sign.
    let hash = code.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash >> 1) as i64
}

/// The version a form is filled from. Facts that were loaded since the last version count as one more.
pub async fn version(db: &impl Query, p: &Programme) -> AppResult<i64> {
    let last = history::current(db, KIND, record_id(&p.code)).await?;
    Ok(standing(last.as_ref(), &Facts::of(p)))
}

fn standing(last: Option<&Entry>, facts: &Facts) -> i64 {
    last.map_or(1, |e| e.version + i64::from(e.state != facts.value()))
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Amended {
    Done,
    /// The same request again; nothing was written twice.
    Already,
    /// Someone else changed it in between. Nothing was written.
    Moved {
        /// The version that stands now.
        version: i64,
        /// Who wrote it.
        by: String,
        /// What they changed.
        theirs: Vec<Difference>,
        /// Theirs with mine where they changed nothing.
        merged: Facts,
        /// Fields both changed to different values: `before` theirs, `after` mine.
        clashes: Vec<Difference>,
    },
}

/// A change as it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub request_id: &'a str,
    pub code: &'a str,
    /// The version the form was filled from.
    pub expected: i64,
    pub reason: &'a str,
}

/// Changes the facts of a programme of the actor's department.
///
/// # Errors
/// Not found outside the department; invalid fields, no reason, or nothing changed.
pub async fn amend(app: &App, actor: &Actor, asked: &Asked<'_>, mine: Facts) -> AppResult<Amended> {
    let mine = mine.checked()?;
    let reason = asked.reason.trim();
    if !(2..=200).contains(&reason.chars().count()) {
        return Err(AppError::invalid("修改理由：请写 2 至 200 字。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, asked.request_id).await? else {
        return Ok(Amended::Already);
    };
    // Taking the row first makes two clerks wait for one another.
    tx.execute(
        "UPDATE programme SET version = version + 1 WHERE code = $1",
        args![asked.code],
    )
    .await?;
    let before = programme(&*tx, asked.code)
        .await?
        .filter(|p| actor.scope.covers_department(&p.org))
        .ok_or_else(|| AppError::not_found("没有找到这个资金项目。"))?;
    let id = record_id(&before.code);
    let now = Facts::of(&before);
    let last = history::current(&*tx, KIND, id).await?;
    let present = standing(last.as_ref(), &now);
    if present != asked.expected {
        let by = last.as_ref().filter(|e| e.version == present);
        return moved(&tx, id, asked.expected, present, by, &now, &mine).await;
    }
    if now == mine {
        return Err(AppError::invalid("没有改动任何内容。"));
    }
    if last.is_none_or(|e| e.version != present) {
        remember(&tx, id, "load", "", &now, None).await?;
    }
    tx.execute(
        "UPDATE programme SET name = $2, unit = $3, rate_fen = $4, cycle = $5, public_name_mode = $6, basis = $7, \
         what_done = $8, effect = $9 WHERE code = $1",
        args![
            asked.code,
            mine.get("name"),
            mine.get("unit"),
            mine.rate().fen(),
            mine.get("cycle"),
            mine.get("public_name_mode"),
            mine.get("basis"),
            mine.get("what_done"),
            mine.get("effect")
        ],
    )
    .await?;
    remember(&tx, id, "edit", reason, &mine, Some(present)).await?;
    let changed = history::differences(&now.value(), &mine.value(), &titles());
    let changed: Vec<String> = changed.into_iter().map(|d| d.field).collect();
    let act = Act::new("programme.edit", format!("programme:{}", asked.code));
    tx.commit(act.with(json!({ "fields": changed, "reason": reason })))
        .await?;
    Ok(Amended::Done)
}

async fn moved(
    tx: &RecordedTx,
    id: i64,
    expected: i64,
    present: i64,
    by: Option<&Entry>,
    now: &Facts,
    mine: &Facts,
) -> AppResult<Amended> {
    let entries = history::entries(&**tx, KIND, id).await?;
    let base = entries.iter().find(|e| e.version == expected);
    let base = base.map_or_else(|| now.value(), |e| e.state.clone());
    let merge = history::merge(&base, &now.value(), &mine.value());
    let title = |mut clash: Difference| {
        let known = FIELDS.iter().find(|f| f.0 == clash.field);
        clash.title = known.map_or(clash.field.clone(), |f| f.1.to_owned());
        clash
    };
    Ok(Amended::Moved {
        version: present,
        by: by.map_or_else(|| "数据装入".to_owned(), |e| e.actor_name.clone()),
        theirs: history::differences(&base, &now.value(), &titles()),
        merged: Facts::from_value(&merge.merged),
        clashes: merge.clashes.into_iter().map(title).collect(),
    })
}

async fn remember(
    tx: &RecordedTx,
    id: i64,
    act: &str,
    reason: &str,
    facts: &Facts,
    expected: Option<i64>,
) -> AppResult<()> {
    let on = tx.at().date().to_string();
    let change = Change {
        kind: KIND,
        id,
        expected,
        act,
        reason,
        basis: "",
        on: &on,
        state: &facts.value(),
    };
    history::record(tx, &change).await.map(|_| ())
}
