//! The key file: made at first start, readable by its owner only.

use std::{
    fs::OpenOptions,
    io::{self, Read, Write},
    path::Path,
};

use kernel::KeyRing;

/// Whether the keys were found or made just now (then the operator must be told to back them up).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysOrigin {
    Found,
    Created,
}

/// Loads `folder/identity.key`, or makes it with permissions 0600. A key file others can read is refused.
pub fn load_or_create_keys(folder: &Path) -> io::Result<(KeyRing, KeysOrigin)> {
    let path = folder.join("identity.key");
    if path.exists() {
        refuse_loose_permissions(&path)?;
        let mut bytes = Vec::new();
        OpenOptions::new().read(true).open(&path)?.read_to_end(&mut bytes)?;
        let ring = KeyRing::from_bytes(&bytes)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "密钥文件 identity.key 已损坏，请从备份恢复"))?;
        return Ok((ring, KeysOrigin::Found));
    }
    std::fs::create_dir_all(folder)?;
    let mut bytes = [0_u8; KeyRing::LEN];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    let mut file = options.open(&path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let ring = KeyRing::from_bytes(&bytes).ok_or_else(|| io::Error::other("key length"))?;
    Ok((ring, KeysOrigin::Created))
}

#[cfg(unix)]
fn refuse_loose_permissions(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("密钥文件 {} 可被他人读取，请执行 chmod 600 后再启动", path.display()),
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_loose_permissions(_path: &Path) -> io::Result<()> {
    Ok(())
}
