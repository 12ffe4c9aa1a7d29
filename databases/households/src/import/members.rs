//! What a file of members would change.

use std::collections::{BTreeMap, HashMap, HashSet};

use access::Actor;
use async_trait::async_trait;
use intake::{
    CellError,
    contract::Contract,
    table::{Row, Table},
};
use kernel::{AppResult, Date, RegionCode};
use records::{
    flow::Who,
    import::{self, Effect, Outlook, Register},
};
use trail::RecordedTx;
use web::App;

use super::{
    held::{self, Held, HeldHousehold, HeldMember, Place},
    members_apply,
    villages::{plain, villages},
};
use crate::{
    codes,
    model::flows::{self, Act, Kind},
    store::register::{NewHousehold, NewMember},
};

/// Households and members.
pub(crate) struct MemberImport;

/// What a file changes.
pub(crate) enum Change {
    /// A household that is registered.
    Household(Box<Update>),
    /// A household that applies.
    Apply(Box<NewHousehold>),
}

/// New values of one household; what is `None` or empty stays.
#[derive(Default)]
pub(crate) struct Update {
    pub id: i64,
    pub lines: Vec<u64>,
    pub attr: Option<i64>,
    pub std: Option<i64>,
    pub cause: Option<String>,
    pub cause2: Option<String>,
    pub address: Option<String>,
    pub members: Vec<MemberUpdate>,
    pub joins: Vec<(NewMember, Date)>,
}

/// New values of one member.
pub(crate) struct MemberUpdate {
    pub key: i64,
    pub kin: Option<String>,
    pub phone: Option<String>,
    /// Column of `person` and its value.
    pub facts: Vec<(&'static str, String)>,
}

/// Columns about a member that are written as they are: column, title, what is held.
type Fact = (&'static str, &'static str, fn(&HeldMember) -> &Option<String>);
const FACTS: [Fact; 4] = [
    ("health", "健康状况", |m| &m.health),
    ("labour", "劳动能力", |m| &m.labour),
    ("student", "在校状况", |m| &m.student),
    ("skill", "技能", |m| &m.skill),
];

#[async_trait]
impl Register for MemberImport {
    type Change = Change;
    const PATH: &'static str = "/desk/households/import";
    const BACK: (&'static str, &'static str) = ("帮扶户", "/desk/households");
    const NOTE: &'static str = "一行一名成员。填户编号的更新已有户，空白的单元格不改动；没有户编号的按户序号合成新户，登记为申请，\
        仍须经评议公示。导出的表以人员编号代替身份证号，改好后可直接导入。";

    fn contract() -> AppResult<Contract> {
        import::contract("household_members", include_str!("../../data/import-members.toml"))
    }

    async fn look(app: &App, actor: &Actor, table: &Table, out: &mut Outlook<Change>) -> AppResult<()> {
        let held = Held::read(&app.db, &actor.scope, table).await?;
        let strangers: Vec<i64> = table
            .good()
            .filter_map(|row| held::person(&app.keys, table, row).ok().flatten())
            .collect();
        let look = Look {
            app,
            actor,
            table,
            held,
            places: held::places(&app.db, &strangers).await?,
            names: held::names(&app.db, &strangers).await?,
            villages: villages(app, actor).await?,
            today: app.clock.today(),
        };
        let mut seen: HashMap<i64, u64> = HashMap::new();
        let mut known: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        let mut new: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &table.rows {
            let (number, group) = (row.text("household_no"), row.text("group"));
            if !row.faults.is_empty() {
                // Its household, if it is a new one, must not be entered without it.
                if number.is_empty() && !group.is_empty() {
                    new.entry(group).or_default().push(row);
                }
                continue;
            }
            match look.once(row, &mut seen) {
                Err(fault) => out.aside(fault),
                Ok(()) if !number.is_empty() => known.entry(number).or_default().push(row),
                Ok(()) if !group.is_empty() => new.entry(group).or_default().push(row),
                Ok(()) => out.aside(table.fault(row.line, "household_no", "已有户请填户编号，新登记的户请填户序号")),
            }
        }
        for rows in known.into_values() {
            look.update(&rows, out);
        }
        for rows in new.into_values() {
            look.application(&rows, out);
        }
        Ok(())
    }

    async fn apply(app: &App, tx: &RecordedTx, changes: Vec<Change>) -> AppResult<()> {
        members_apply::apply(app, tx, changes).await
    }
}

struct Look<'a> {
    app: &'a App,
    actor: &'a Actor,
    table: &'a Table,
    held: Held,
    places: HashMap<i64, Place>,
    names: HashMap<i64, String>,
    /// Names, paths and codes of the villages within the scope.
    villages: HashMap<String, Vec<RegionCode>>,
    today: Date,
}

impl Look<'_> {
    /// Refuses a person who stands twice in the file.
    fn once(&self, row: &Row, seen: &mut HashMap<i64, u64>) -> Result<(), CellError> {
        let Some(key) = held::person(&self.app.keys, self.table, row)? else {
            return Err(self
                .table
                .fault(row.line, "id_no", "请填写身份证号，或导出的表中的人员编号"));
        };
        if let Some(earlier) = seen.insert(key, row.line) {
            return Err(self
                .table
                .fault(row.line, "id_no", format!("与第 {earlier} 行是同一个人")));
        }
        Ok(())
    }

    fn update(&self, rows: &[&Row], out: &mut Outlook<Change>) {
        let household = match self.held.household(self.actor, self.table, rows[0]) {
            Ok(household) => household,
            Err(fault) => {
                for row in rows {
                    out.aside(self.table.fault(row.line, "household_no", fault.message.clone()));
                }
                return;
            }
        };
        let mut update = Update {
            id: household.id,
            ..Update::default()
        };
        let mut words = Vec::new();
        for row in rows {
            let before = words.len();
            match self.member(household, row, &mut update, &mut words) {
                Err(fault) => out.aside(fault),
                Ok(()) => {
                    if let Err(fault) = self.basics(household, row, &mut update, &mut words) {
                        words.truncate(before);
                        out.aside(fault);
                    } else if words.len() > before {
                        update.lines.push(row.line);
                    } else {
                        out.unchanged();
                    }
                }
            }
        }
        if update.lines.is_empty() {
            return;
        }
        let what = format!("{}户：{}", household.head_name, words.join("；"));
        out.change(
            update.lines.clone(),
            Effect::Updated,
            what,
            Change::Household(Box::new(update)),
        );
    }

    /// What a row says of its member.
    fn member(
        &self,
        household: &HeldHousehold,
        row: &Row,
        update: &mut Update,
        words: &mut Vec<String>,
    ) -> Result<(), CellError> {
        let fault = |column: &str, message: String| self.table.fault(row.line, column, message);
        let key = held::person(&self.app.keys, self.table, row)?.unwrap_or_default();
        self.same_name(row, key)?;
        let phone = self.phone(row)?;
        let Some(member) = self.held.member(household.id, key) else {
            self.free(row, key)?;
            let new = self.new_member(row, phone)?;
            if new.kin == "02" {
                return Err(fault("kin", "本户已有户主；户主变更请在户页面办理".into()));
            }
            let on = self.day(row)?;
            words.push(format!("增加成员 {}（{}）", new.name, codes::kin_title(&new.kin)));
            update.joins.push((new, on));
            return Ok(());
        };
        let mut change = MemberUpdate {
            key,
            kin: None,
            phone: None,
            facts: Vec::new(),
        };
        let mut said = Vec::new();
        let kin = row.text("kin");
        if !kin.is_empty() && codes::kin_title(kin) != codes::kin_title(&member.kin) {
            if kin == "02" || codes::kin_title(&member.kin) == "户主" {
                return Err(fault("kin", "户主变更请在户页面办理".into()));
            }
            said.push(format!(
                "与户主关系 {}→{}",
                codes::kin_title(&member.kin),
                codes::kin_title(kin)
            ));
            change.kin = Some(kin.to_owned());
        }
        if let Some(phone) = phone
            && Some(self.app.keys.digest("phone", &phone) as i64) != member.phone_digest
        {
            said.push("联系电话".to_owned());
            change.phone = Some(phone);
        }
        for (column, title, of) in FACTS {
            let (new, old) = (row.text(column), of(member).as_deref().unwrap_or_default());
            if !new.is_empty() && new != old {
                said.push(format!("{title} {}→{new}", if old.is_empty() { "未填" } else { old }));
                change.facts.push((column, new.to_owned()));
            }
        }
        if !said.is_empty() {
            words.push(format!("{} {}", member.name, said.join("，")));
            update.members.push(change);
        }
        Ok(())
    }

    /// What a row says of its household. Two rows may not differ.
    fn basics(
        &self,
        household: &HeldHousehold,
        row: &Row,
        update: &mut Update,
        words: &mut Vec<String>,
    ) -> Result<(), CellError> {
        let differ = |column: &str| self.table.fault(row.line, column, "与同户其他行填的不一致");
        let old_cause2 = household.other_causes.as_deref().unwrap_or_default();
        let fields: [(&str, &str, String); 5] = [
            ("attr", "户属性", household.attr.to_string()),
            ("std", "识别标准", household.std.unwrap_or(1).to_string()),
            ("cause", "主要致贫原因", household.main_cause.clone()),
            (
                "cause2",
                "其他致贫原因",
                old_cause2.split('、').next().unwrap_or_default().to_owned(),
            ),
            ("address", "家庭住址", household.address.clone().unwrap_or_default()),
        ];
        for (column, title, old) in fields {
            let new = row.text(column);
            let stated = match column {
                "attr" => update.attr.map(|v| v.to_string()),
                "std" => update.std.map(|v| v.to_string()),
                "cause" => update.cause.clone(),
                "cause2" => update.cause2.clone(),
                _ => update.address.clone(),
            };
            if new.is_empty() || stated.as_deref() == Some(new) {
                continue;
            }
            if stated.is_some() {
                return Err(differ(column));
            }
            if new == old {
                continue;
            }
            let shown = |value: &str| match column {
                "attr" => codes::title(&codes::ATTRS, value.parse().unwrap_or_default()),
                "std" => codes::title(&codes::STANDARDS, value.parse().unwrap_or_default()),
                _ if value.is_empty() => "未填".to_owned(),
                _ => value.to_owned(),
            };
            words.push(format!("{title} {}→{}", shown(&old), shown(new)));
            match column {
                "attr" => update.attr = new.parse().ok(),
                "std" => update.std = new.parse().ok(),
                "cause" => update.cause = Some(new.to_owned()),
                "cause2" => update.cause2 = Some(new.to_owned()),
                _ => update.address = Some(new.to_owned()),
            }
        }
        Ok(())
    }

    /// Rows that together are a household which applies: all of them, or none.
    fn application(&self, rows: &[&Row], out: &mut Outlook<Change>) {
        let mut faults = Vec::new();
        let mut members = Vec::new();
        for row in rows.iter().filter(|row| row.faults.is_empty()) {
            match self.applicant(row) {
                Ok(member) => members.push(member),
                Err(fault) => faults.push(fault),
            }
        }
        let household = if faults.is_empty() && members.len() == rows.len() {
            self.household(rows, members).map_err(|fault| faults.push(fault)).ok()
        } else {
            None
        };
        let Some(household) = household else {
            let named: HashSet<u64> = faults.iter().map(|f| f.line).collect();
            let first = faults
                .first()
                .map(|f| f.line)
                .or(rows.iter().find(|r| !r.faults.is_empty()).map(|r| r.line));
            for row in rows.iter().filter(|r| r.faults.is_empty() && !named.contains(&r.line)) {
                let why = format!("同户第 {} 行退回，本户一并退回", first.unwrap_or(row.line));
                out.aside(self.table.fault(row.line, "group", why));
            }
            faults.into_iter().for_each(|fault| out.aside(fault));
            return;
        };
        let head = household
            .members
            .iter()
            .find(|m| m.kin == "02")
            .map_or("", |m| m.name.as_str());
        let what = format!(
            "{head}户申请，{} 人，主要致贫原因{}",
            household.members.len(),
            household.main_cause
        );
        let lines = rows.iter().map(|r| r.line).collect();
        out.change(lines, Effect::New, what, Change::Apply(Box::new(household)));
    }

    fn applicant(&self, row: &Row) -> Result<NewMember, CellError> {
        let key = held::person(&self.app.keys, self.table, row)?.unwrap_or_default();
        if self.actor.person.is_some_and(|own| own.0 == key) {
            return Err(self.table.fault(row.line, "id_no", "这是您本人，须由他人办理"));
        }
        self.same_name(row, key)?;
        self.free(row, key)?;
        let phone = self.phone(row)?;
        self.new_member(row, phone)
    }

    fn household(&self, rows: &[&Row], members: Vec<NewMember>) -> Result<NewHousehold, CellError> {
        let fault = |column: &str, message: String| self.table.fault(rows[0].line, column, message);
        let who = Who {
            role: self.actor.role,
            account: self.actor.account.map_or(-1, |a| a.0),
            last_actor: None,
            concerned: false,
            reason: "申请",
            basis: "",
        };
        let kind = Kind::Identification;
        flows::permit(kind, flows::first_state(kind), Act::Apply, &who).map_err(|e| fault("group", e.message))?;
        if members.iter().filter(|m| m.kin == "02").count() != 1 {
            return Err(fault("kin", "同一户须有且只有一名户主".into()));
        }
        let stated = |column: &str| {
            rows.iter()
                .map(|r| r.text(column))
                .find(|t| !t.is_empty())
                .unwrap_or_default()
        };
        let village = stated("village");
        let region = match self.villages.get(&plain(village)).map(Vec::as_slice) {
            Some([one]) => *one,
            Some(_) => return Err(fault("village", "有几个同名的村，请写明镇和社区，或填村代码".into())),
            None if village.is_empty() => return Err(fault("village", "新登记的户请填写所在村".into())),
            None => return Err(fault("village", "没有这个村，或不在您的管理范围内".into())),
        };
        let cause = stated("cause");
        if cause.is_empty() {
            return Err(fault("cause", "新登记的户请填写主要致贫原因".into()));
        }
        let cause2 = stated("cause2");
        Ok(NewHousehold {
            kind,
            origin: "village".into(),
            region,
            attr: stated("attr").parse().unwrap_or(1),
            std: stated("std").parse().unwrap_or(1),
            monitor_class: None,
            main_cause: cause.to_owned(),
            other_causes: if cause2.is_empty() || cause2 == cause {
                Vec::new()
            } else {
                vec![cause2.to_owned()]
            },
            cause_note: String::new(),
            risk_types: Vec::new(),
            address: stated("address").to_owned(),
            applied_on: rows
                .iter()
                .find_map(|r| r.day("on"))
                .map_or(Ok(self.today), |_| self.day(rows[0]))?,
            members,
            incomes: Vec::new(),
        })
    }

    fn new_member(&self, row: &Row, phone: Option<String>) -> Result<NewMember, CellError> {
        let number = row
            .number("id_no")
            .ok_or_else(|| self.table.fault(row.line, "id_no", "新成员请填写身份证号"))?;
        if row.text("kin").is_empty() {
            return Err(self.table.fault(row.line, "kin", "新成员请填写与户主关系"));
        }
        let skill = row.text("skill");
        Ok(NewMember {
            number: number.clone(),
            name: row.text("name").to_owned(),
            kin: row.text("kin").to_owned(),
            phone,
            health: row.text("health").to_owned(),
            labour: row.text("labour").to_owned(),
            student: row.text("student").to_owned(),
            wants_training: false,
            skill: skill.to_owned(),
        })
    }

    fn phone(&self, row: &Row) -> Result<Option<String>, CellError> {
        let phone = row.text("phone");
        if phone.is_empty() {
            return Ok(None);
        }
        if phone.len() != 11 || !phone.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.table.fault(row.line, "phone", "联系电话应为 11 位数字"));
        }
        Ok(Some(phone.to_owned()))
    }

    fn day(&self, row: &Row) -> Result<Date, CellError> {
        match row.day("on") {
            Some(day) if day > self.today => Err(self.table.fault(row.line, "on", "不能晚于今天")),
            day => Ok(day.unwrap_or(self.today)),
        }
    }

    fn same_name(&self, row: &Row, key: i64) -> Result<(), CellError> {
        match self.names.get(&key) {
            Some(name) if kernel::name::clean(name) != row.text("name") => Err(self.table.fault(
                row.line,
                "name",
                format!("平台中这个人登记的姓名是“{}”，请核对证件", kernel::name::mask(name)),
            )),
            _ => Ok(()),
        }
    }

    fn free(&self, row: &Row, key: i64) -> Result<(), CellError> {
        match self.places.get(&key) {
            Some(place) => Err(self.table.fault(
                row.line,
                "id_no",
                format!(
                    "已在另一户（户编号 {}，户主{}），一人同时只能在一户",
                    place.household_no,
                    kernel::name::mask(&place.head_name)
                ),
            )),
            None => Ok(()),
        }
    }
}
