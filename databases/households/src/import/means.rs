//! A file of answers from the city's means-check system: each row must belong to somebody a fetched request asked for.

use std::collections::{HashMap, HashSet};

use access::Actor;
use async_trait::async_trait;
use intake::{
    CellError,
    contract::Contract,
    table::{Row, Table},
};
use kernel::AppResult;
use records::import::{self, Effect, Outlook, Register};
use trail::RecordedTx;
use web::App;

use crate::{
    codes,
    store::means::{self, Answer, KINDS, PersonOf},
};

/// Answers of the city's system.
pub(crate) struct MeansImport;

#[async_trait]
impl Register for MeansImport {
    type Change = Answer;
    const PATH: &'static str = "/desk/means/import";
    const BACK: (&'static str, &'static str) = ("家庭经济状况核对", "/desk/means");
    const NOTE: &'static str =
        "一行一人一个核对项目一个来源。批次号照抄请求文件；同一人、同一项目、同一来源再次导入的，更正原来的结果。";

    fn contract() -> AppResult<Contract> {
        import::contract("means_answers", include_str!("../../data/import-means.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Answer>) -> AppResult<()> {
        let numbers: HashSet<&str> = table.good().map(|row| row.text("batch_no")).collect();
        let mut numbers: Vec<&str> = numbers.into_iter().collect();
        numbers.sort_unstable();
        let asked = means::people(&app.db, &actor.scope, &numbers).await?;
        let mut batches: HashMap<&str, HashMap<i64, &PersonOf>> = HashMap::new();
        for person in &asked {
            batches
                .entry(person.no.as_str())
                .or_default()
                .insert(person.person_key, person);
        }
        let mut held = HashMap::new();
        let requests: HashSet<i64> = asked.iter().map(|person| person.request_id).collect();
        for request in requests {
            held.insert(request, means::held(&app.db, request).await?);
        }
        for row in table.good() {
            match one(app, table, &batches, row) {
                Err(fault) => out.aside(fault),
                Ok((name, answer)) => {
                    let same = (answer.person_key, answer.kind.clone(), answer.source.clone());
                    let earlier = held.get(&answer.request_id).and_then(|held| held.get(&same));
                    let title = codes::word(&KINDS, &answer.kind);
                    let said = if answer.found { "有记录" } else { "无记录" };
                    let effect = match earlier {
                        Some(e)
                            if (e.found, &e.detail, e.amount_fen, &e.as_of)
                                == (answer.found, &answer.detail, answer.amount_fen, &answer.as_of) =>
                        {
                            out.unchanged();
                            continue;
                        }
                        Some(_) => Effect::Updated,
                        None => Effect::New,
                    };
                    // The page of the import is seen by whoever may import; details stay on the household's page.
                    out.change(vec![row.line], effect, format!("{name} {title}：{said}"), answer);
                }
            }
        }
        Ok(())
    }

    async fn apply(_: &App, tx: &RecordedTx, changes: Vec<Answer>) -> AppResult<()> {
        for change in &changes {
            means::answer(tx, change).await?;
        }
        Ok(())
    }
}

fn one(
    app: &App,
    table: &Table,
    batches: &HashMap<&str, HashMap<i64, &PersonOf>>,
    row: &Row,
) -> Result<(String, Answer), CellError> {
    let fault = |column: &str, message: &str| table.fault(row.line, column, message);
    let batch = batches
        .get(row.text("batch_no"))
        .ok_or_else(|| fault("batch_no", "没有这个核对批次，或不在您的管理范围内"))?;
    let number = row
        .number("id_no")
        .ok_or_else(|| fault("id_no", "身份证号没有读出来"))?;
    let key = app.keys.person_key(number).0;
    let person = batch
        .get(&key)
        .ok_or_else(|| fault("id_no", "这个人不在本批次的请求中，未经授权的结果不接收"))?;
    if !person.fetched {
        return Err(fault("batch_no", "这一批还没有下载报送，不会有结果"));
    }
    if kernel::name::clean(&person.name) != row.text("name") {
        return Err(fault("name", "与请求中的姓名不一致，请核对"));
    }
    let found = row.yes("found").ok_or_else(|| fault("found", "请写有或无"))?;
    let detail = row.text("detail").to_owned();
    if found && detail.is_empty() && row.money("amount").is_none() {
        return Err(fault("detail", "有记录的，请写明情况或金额"));
    }
    let as_of = row.day("as_of").ok_or_else(|| fault("as_of", "请填写数据日期"))?;
    if as_of > app.clock.today() {
        return Err(fault("as_of", "数据日期不能晚于今天"));
    }
    let answer = Answer {
        request_id: person.request_id,
        person_key: key,
        household_id: person.household_id,
        kind: row.text("kind").to_owned(),
        source: row.text("source").to_owned(),
        found,
        detail,
        amount_fen: row.money("amount").map(kernel::Money::fen),
        as_of: as_of.to_string(),
    };
    Ok((person.name.clone(), answer))
}
