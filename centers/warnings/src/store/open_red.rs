//! Red findings that stand in the way of a household's next step: read by the procedures of the register.

use async_trait::async_trait;
use kernel::AppResult;
use store::{Db, FromQueryResult, Query, Sql};

/// What the register asks before it lists a household or lets it leave.
pub struct OpenRed;

#[async_trait]
impl households::OpenFindings for OpenRed {
    /// Findings whose colour is still red: neither answered and rectified, nor cleared.
    async fn open_red(&self, db: &Db, household: i64, people: &[i64]) -> AppResult<Vec<String>> {
        #[derive(FromQueryResult)]
        struct Row {
            finding_no: String,
            summary: String,
        }
        let mut sql = Sql::new(
            "SELECT finding_no, summary FROM finding WHERE colour = 'R' AND stage NOT IN \
             ('closed', 'merged', 'transferred_to_clue') AND (household_id = ",
        );
        sql.bind(household)
            .push(" OR person_key IN ")
            .bind_list(people.iter().copied());
        sql.push(") ORDER BY found_millis LIMIT 5");
        let rows: Vec<Row> = db.fetch(sql).await?;
        Ok(rows
            .into_iter()
            .map(|row| format!("{} {}", row.finding_no, row.summary))
            .collect())
    }
}
