//! The comparison center: department files in, sealed snapshots, rules over them, findings out.

pub mod contract;
pub mod finding;
pub mod ingest;
pub mod snapshot;
pub mod sources;
pub mod engine;
pub mod rules;

/// Tables, policies, menu and pages of the comparison center.
pub fn module() -> web::Module {
    web::Module {
        name: "comparison",
        migrations: sources::MIGRATIONS,
        policy: sources::POLICY,
        menu: sources::MENU,
        routes: sources::routes,
    }
}
