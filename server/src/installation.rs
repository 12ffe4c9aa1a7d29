//! One installation: a data folder with settings, keys, facts and objects.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use kernel::{AppError, AppResult, Clock, ErrorKind, RegionCode, SystemClock};
use serde::{Deserialize, Serialize};
use store::{Db, KeysOrigin, Objects};
use web::{App, AppBuilder, Config};

use crate::modules;

/// `settings.toml` in the data folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name on screen.
    pub product: String,
    /// The county or city served, as a division code.
    pub area: String,
    pub area_title: String,
    /// Database URL; SQLite inside the data folder when absent.
    pub database: Option<String>,
    /// Cookies only over HTTPS (and to this machine itself).
    pub secure_cookies: bool,
    /// A trial with invented people: demo accounts are shown on the sign-in page.
    pub demo: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            product: "阳光惠民".to_owned(),
            area: "371621".to_owned(),
            area_title: "惠民县".to_owned(),
            database: None,
            secure_cookies: true,
            demo: false,
        }
    }
}

/// An opened data folder.
pub struct Installation {
    pub app: App,
    pub settings: Settings,
}

impl Installation {
    /// Opens a folder, making it when missing: keys at first start (with a notice to back them up), schema up to
    /// date, work that a crash cut off called interrupted.
    pub async fn open(data_dir: &Path, changes: impl FnOnce(&mut Settings)) -> AppResult<Installation> {
        Self::open_at(data_dir, Arc::new(SystemClock), changes).await
    }

    /// The same by another clock; a demonstration may stand some days ahead.
    pub async fn open_at(
        data_dir: &Path,
        clock: Arc<dyn Clock>,
        changes: impl FnOnce(&mut Settings),
    ) -> AppResult<Installation> {
        fs::create_dir_all(data_dir).map_err(disk)?;
        let settings = load_settings(data_dir, changes)?;
        let (keys, origin) = store::load_or_create_keys(&data_dir.join("keys")).map_err(disk)?;
        if origin == KeysOrigin::Created {
            notice_of_new_keys(&data_dir.join("keys"));
        }
        let url = settings
            .database
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("facts.db").display()));
        let db = Db::connect(&url).await?;
        let area: RegionCode = settings.area.parse().map_err(AppError::invalid)?;
        let app = AppBuilder {
            config: Config {
                product: settings.product.clone(),
                area,
                area_title: settings.area_title.clone(),
                secure_cookies: settings.secure_cookies,
                data_dir: data_dir.to_owned(),
            },
            objects: Objects::open(&data_dir.join("objects")).map_err(disk)?,
            keys,
            clock,
            calendar: directory::calendar(&db).await,
            db,
            modules: modules::modules(),
            accounts: modules::accounts(),
            parts: modules::parts(&settings, data_dir)?,
            id_seed: random_seed()?,
        }
        .build()
        .await?;
        comparison::sources::recover(&app).await?;
        comparison::runs::recover_runs(&app).await?;
        Ok(Installation { app, settings })
    }
}

fn load_settings(data_dir: &Path, changes: impl FnOnce(&mut Settings)) -> AppResult<Settings> {
    let path = data_dir.join("settings.toml");
    let mut settings = match fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text)
            .map_err(|e| AppError::invalid(format!("设置文件 {} 有误：{}", path.display(), e.message())))?,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Settings::default(),
        Err(e) => return Err(disk(e)),
    };
    changes(&mut settings);
    let text = toml::to_string_pretty(&settings).map_err(AppError::internal)?;
    write_whole(&path, &text)?;
    Ok(settings)
}

fn write_whole(path: &PathBuf, text: &str) -> AppResult<()> {
    let unfinished = path.with_extension("toml.new");
    fs::write(&unfinished, text)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(disk)
}

fn notice_of_new_keys(folder: &Path) {
    eprintln!(
        "\n首次启动，已生成密钥：{}\n  请立即备份到平台以外的安全处。密钥丢失后，已封存的身份证号无法恢复，已有快照也无法再与新数据比对。\n",
        folder.display()
    );
}

fn random_seed() -> AppResult<u64> {
    getrandom::u64().map_err(|e| AppError::internal(e.to_string()))
}

fn disk(error: std::io::Error) -> AppError {
    AppError::new(ErrorKind::Unavailable, format!("无法读写数据目录：{error}")).caused_by(error)
}
