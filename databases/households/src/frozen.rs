//! What comparisons read of this database: one statement a register, in the order in which it is frozen. Days are
//! `YYYY-MM-DD` or missing; sums are fen.

/// One row a check of food, clothes and the guarantees of a household.
pub const CHECKS: &str = "SELECT g.household_id, g.assessed_on, g.food_ok, g.clothes_ok, g.edu_ok, g.medical_ok, \
    g.housing_ok, g.water_ok FROM guarantee_check g ORDER BY g.household_id, g.assessed_on";

/// One row a household and year: the grade of its house and whether its water is safe, where it is known. The day is
/// that of the entry, in China.
pub const CONDITIONS: &str = "SELECT l.household_id, l.year, (l.entered_millis + 28800000) / 86400000 AS entered_on, \
    CASE WHEN l.facts LIKE '%\"house_grade\":\"D%' THEN 'D' WHEN l.facts LIKE '%\"house_grade\":\"C%' THEN 'C' \
    WHEN l.facts LIKE '%\"house_grade\":\"B%' THEN 'B' WHEN l.facts LIKE '%\"house_grade\":\"A%' THEN 'A' ELSE '' END \
    AS house_grade, CASE WHEN l.facts LIKE '%\"water_safe\":\"否\"%' THEN 'no' \
    WHEN l.facts LIKE '%\"water_safe\":\"是\"%' THEN 'yes' ELSE '' END AS water_safe \
    FROM living_condition l ORDER BY l.household_id, l.year";

/// One row a measure taken for a household (`measure`) or a policy it draws by right (`policy`).
pub const MEASURES: &str = "SELECT m.household_id, m.sort, m.kind, m.content, m.amount_fen, m.on_day AS given_on, \
    m.ended_on FROM measure m ORDER BY m.household_id, m.on_day, m.id";

/// One row a household that is or was watched: for what risk, since when, and when the risk was cleared.
pub const WATCHED: &str = "SELECT d.household_id, d.risk_types, d.monitored_on, d.risk_cleared_on \
    FROM household_detail d WHERE d.monitored_on IS NOT NULL ORDER BY d.household_id";

/// One row a living member of a registered household: able to work or not, at school or not.
pub const ABILITIES: &str = "SELECT p.person_key, p.household_id, COALESCE(p.labour, '') AS labour, \
    COALESCE(p.health, '') AS health, COALESCE(p.student, '') AS student FROM person p \
    WHERE p.household_id IS NOT NULL AND p.death_date IS NULL ORDER BY p.person_key";

/// One row a time for which a household had a helper.
pub const HELPED: &str = "SELECT g.household_id, g.helper_name AS helper, g.from_on, g.to_on FROM pairing g \
    ORDER BY g.household_id, g.from_on, g.account";
