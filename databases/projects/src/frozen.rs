//! What comparisons read of this database: one statement a register, in the order in which it is frozen. Days are
//! `YYYY-MM-DD` or missing; sums are fen.

/// One row a project: plan, tender, contract, sums of changes and payments, and the days on which states were reached.
pub const PROJECTS: &str = "SELECT p.id AS project, p.no, p.name, p.region, p.mode, p.state, p.owner, p.planned_fen, \
    NULLIF(p.start_plan, '') AS start_plan, NULLIF(p.end_plan, '') AS end_plan, NULLIF(p.surveyed_on, '') AS surveyed_on, \
    COALESCE(c.no, '') AS contract_no, COALESCE(c.contractor, '') AS contractor, COALESCE(c.uscc, '') AS uscc, \
    c.amount_fen, c.retained_fen, c.signed_on, COALESCE(t.kind, '') AS tender_kind, COALESCE(t.method, '') AS method, \
    t.opened_on, t.awarded_on, COALESCE(t.winner_uscc, '') AS winner_uscc, t.award_fen, \
    CAST(COALESCE((SELECT SUM(x.amount_fen) FROM project_change x WHERE x.project = p.id \
        AND x.approved_on IS NOT NULL), 0) AS BIGINT) AS changed_fen, \
    CAST(COALESCE((SELECT SUM(y.amount_fen) FROM project_payment y WHERE y.project = p.id), 0) AS BIGINT) AS paid_fen, \
    (SELECT MIN(y.paid_on) FROM project_payment y WHERE y.project = p.id) AS first_paid_on, \
    (SELECT MAX(y.paid_on) FROM project_payment y WHERE y.project = p.id) AS last_paid_on, \
    (SELECT MIN(m.on_day) FROM project_milestone m WHERE m.project = p.id) AS first_work_on, \
    (SELECT MIN(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'argued') AS argued_on, \
    (SELECT MIN(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'library') AS library_on, \
    (SELECT MIN(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'approved') AS approved_on, \
    (SELECT MIN(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'building') AS started_on, \
    (SELECT MAX(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'completed') AS completed_on, \
    (SELECT MAX(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'acc_village') AS village_on, \
    (SELECT MAX(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'acc_town') AS town_on, \
    (SELECT MAX(s.on_day) FROM project_step s WHERE s.project = p.id AND s.to_state = 'acc_county') AS county_on, \
    (SELECT COUNT(*) FROM project_beneficiary b WHERE b.project = p.id) AS beneficiaries, \
    (SELECT COUNT(*) FROM project_rep r WHERE r.project = p.id) AS reps, \
    (SELECT COUNT(*) FROM project_exemption e WHERE e.project = p.id) AS exempted \
    FROM project p LEFT JOIN project_contract c ON c.project = p.id LEFT JOIN project_tender t ON t.project = p.id \
    ORDER BY p.id";

/// One row a bid.
pub const BIDS: &str = "SELECT b.project, p.name, p.region, b.bidder, b.uscc, b.price_fen, b.ip, b.mac, b.agent, \
    t.opened_on FROM project_bid b JOIN project p ON p.id = b.project JOIN project_tender t ON t.project = b.project \
    ORDER BY b.project, b.id";

/// One row a round of acceptance.
pub const ACCEPTANCES: &str = "SELECT a.project, p.name, p.region, a.level, a.on_day, a.passed, a.team, a.asked, \
    a.satisfied FROM project_acceptance a JOIN project p ON p.id = a.project ORDER BY a.project, a.place";

/// One row a payment of a project.
pub const PROJECT_PAYMENTS: &str = "SELECT y.project, p.name, p.region, y.paid_on, y.amount_fen, y.stage \
    FROM project_payment y JOIN project p ON p.id = y.project ORDER BY y.project, y.paid_on, y.id";

/// One row an asset.
pub const ASSETS: &str = "SELECT a.id AS asset, a.project, p.name AS project_name, a.name, a.region, a.class, a.cost_fen, \
    a.state, a.formed_on, a.registered_on, a.last_on FROM project_asset a JOIN project p ON p.id = a.project ORDER BY a.id";

/// One row a period of an asset's yield.
pub const YIELDS: &str = "SELECT y.id AS yield_id, y.asset, a.name, a.region, y.period, y.due_fen, y.due_on, y.received_fen, \
    y.received_on, COALESCE(y.resolution, '') AS resolution, y.notice_on, y.paid_on FROM asset_yield y \
    JOIN project_asset a ON a.id = y.asset ORDER BY y.id";

/// One row a share of a yield, with whether the household is among those whom the project is for.
pub const SHARES: &str = "SELECT s.yield_id, a.name AS asset_name, a.region, y.period, s.use_kind, s.household_id, \
    s.name, s.amount_fen, s.paid_on, \
    (SELECT COUNT(*) FROM project_beneficiary b WHERE b.project = a.project) AS beneficiaries, \
    (SELECT COUNT(*) FROM project_beneficiary b WHERE b.project = a.project AND b.household_id = s.household_id) AS entitled \
    FROM yield_share s JOIN asset_yield y ON y.id = s.yield_id JOIN project_asset a ON a.id = y.asset \
    ORDER BY s.yield_id, s.place";

/// One row a project: where, what, for whom and from what money, to see whether it was planned twice.
pub const SITES: &str = "SELECT p.id AS project, p.no, p.name, p.region, p.mode, p.state, p.year, TRIM(p.site) AS site, \
    TRIM(p.content) AS content, NULLIF(p.start_plan, '') AS start_plan, p.planned_fen, \
    COALESCE((SELECT MIN(f.source) FROM project_fund f WHERE f.project = p.id), '') AS source, \
    (SELECT COUNT(*) FROM project_exemption e WHERE e.project = p.id) AS exempted FROM project p ORDER BY p.id";

/// One row a picture of the works, by what its file is.
pub const PHOTOS: &str = "SELECT k.record_id AS project, p.no, p.name, p.region, k.digest, k.file_name, \
    (k.at_millis + 28800000) / 86400000 AS kept_on FROM record_paper k JOIN project p ON p.id = k.record_id \
    WHERE k.kind = 'project' AND k.step = 'photo' ORDER BY k.record_id, k.digest";

/// One row a text of a contract beside the contract of its project: where it was found, and what both say. Texts struck
/// out are left out.
pub const CONTRACTS: &str = "SELECT p.id AS project, p.no, p.name, p.region, c.no AS contract_no, \
    c.contractor AS contract_firm, c.uscc AS contract_uscc, c.amount_fen AS contract_fen, c.signed_on AS contract_on, \
    CAST(COALESCE((SELECT SUM(x.amount_fen) FROM project_change x WHERE x.project = p.id \
        AND x.approved_on IS NOT NULL), 0) AS BIGINT) AS changed_fen, \
    CAST(COALESCE((SELECT SUM(m.amount_fen) FROM project_contract_text m WHERE m.project = p.id AND m.kind = 'amend' \
        AND m.voided_on IS NULL), 0) AS BIGINT) AS amended_fen, \
    t.kind, t.no AS text_no, t.contractor AS text_firm, t.uscc AS text_uscc, t.amount_fen AS text_fen, t.signed_on AS text_on \
    FROM project_contract_text t JOIN project p ON p.id = t.project JOIN project_contract c ON c.project = p.id \
    WHERE t.voided_on IS NULL ORDER BY p.id, t.id";

/// One row a line of a bill of quantities. `year` is the project's.
pub const PRICES: &str = "SELECT x.project, p.no, p.name, p.region, p.year, \
    COALESCE(c.signed_on, NULLIF(p.start_plan, '')) AS signed_on, x.item, x.spec, x.unit, x.quantity, x.price_fen \
    FROM project_price x JOIN project p ON p.id = x.project LEFT JOIN project_contract c ON c.project = p.id \
    WHERE p.state <> 'cancelled' ORDER BY x.project, x.item, x.spec, x.unit";
