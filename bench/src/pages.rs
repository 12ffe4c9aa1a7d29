//! The demo county under load: starts the program that lies beside this one, signs in, measures, stops it.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    Outcome,
    http::{Answer, Connection},
    load::{MOST_SECONDS, MOST_USERS, Target, measure, memory_mib},
    option, place,
};

/// The demo's public password; see crate `directory`.
const PASSWORD: &str = "Yangguang2026";
/// Sees every finding of the county.
const LOGIN: &str = "jiwei";

/// Ends the server when the measurement ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let scale = option(words, "--scale", "county");
    let users = option(words, "--users", "16").parse::<usize>()?.clamp(1, MOST_USERS);
    let seconds = option(words, "--seconds", "10").parse::<u64>()?.clamp(1, MOST_SECONDS);
    // The first start may fill the county; what it needed for that is not what a server at rest needs.
    drop(start(scale)?);
    let (server, address) = start(scale)?;
    std::thread::sleep(Duration::from_secs(5));
    let (idle, _) = memory_mib(server.0.id())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let cookie = runtime.block_on(sign_in(address))?;
    let list = "/desk/warnings".to_owned();
    let of_official = |title, path: String| Target {
        title,
        path,
        cookie: cookie.clone(),
    };
    let of_visitor = |title, path: String| Target {
        title,
        path,
        cookie: String::new(),
    };
    let mut targets = vec![of_official("list of findings", list.clone())];
    if let Some(finding) = runtime.block_on(link(address, &cookie, &list, "/desk/warnings/2"))? {
        targets.push(of_official("one finding", finding));
    }
    targets.push(of_visitor("public home", "/".to_owned()));
    targets.push(of_visitor("public programmes", "/programmes".to_owned()));
    if let Some(programme) = runtime.block_on(link(address, "", "/programmes", "/programmes/"))? {
        let towns = runtime.block_on(link(address, "", &programme, &format!("{programme}/")))?;
        targets.push(of_visitor("public programme", programme));
        if let Some(town) = towns {
            targets.push(of_visitor("public town of a programme", town));
        }
    }
    println!("\n### {scale} scale, {users} users at once, {seconds} s a page\n");
    measure(address, &targets, users, Duration::from_secs(seconds))?;
    let (now, most) = memory_mib(server.0.id())?;
    println!("\nmemory of the server: {idle} MiB idle after its start, {now} MiB after the load, {most} MiB at most");
    Ok(())
}

/// Starts the demo, filling its folder at the first time, and waits until it says where it listens.
fn start(scale: &str) -> Outcome<(Server, SocketAddr)> {
    let program = std::env::current_exe()?.with_file_name("yangguang");
    let data = place::cache()?.join(format!("demo-{scale}"));
    let mut child = Command::new(&program)
        .args(["demo", "--scale", scale, "--port", "0", "--data"])
        .arg(&data)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}; build it with `cargo build`", program.display()))?;
    let lines = BufReader::new(child.stdout.take().ok_or("no output")?);
    let server = Server(child);
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            if let Some((_, address)) = line.split_once("http://") {
                let _ = tell.send(address.trim().to_owned());
            }
        }
    });
    let address = told
        .recv_timeout(Duration::from_secs(600))
        .map_err(|_| "the demo did not come up")?;
    Ok((server, address.parse()?))
}

/// Signs in as a person would and returns the cookies to send.
async fn sign_in(server: SocketAddr) -> Outcome<String> {
    let mut connection = Connection::to(server);
    let form = connection.get("/sign-in", "").await?;
    let cookie = cookies(&form);
    let text = String::from_utf8_lossy(&form.body).into_owned();
    let csrf = text
        .split_once("name=\"csrf\" value=\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .ok_or("no csrf token")?;
    let answer = connection
        .post(
            "/sign-in",
            &cookie,
            &format!("csrf={csrf}&login={LOGIN}&password={PASSWORD}&back="),
        )
        .await?;
    let signed_in = cookies(&answer);
    if !(300..400).contains(&answer.status) || signed_in.is_empty() {
        return Err(format!("signing in as {LOGIN} answered {}", answer.status).into());
    }
    Ok(signed_in)
}

fn cookies(answer: &Answer) -> String {
    let pairs: Vec<&str> = answer
        .headers("set-cookie")
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    pairs.join("; ")
}

/// The first link on a page that begins so and leads on.
async fn link(server: SocketAddr, cookie: &str, page: &str, begins: &str) -> Outcome<Option<String>> {
    let answer = Connection::to(server).get(page, cookie).await?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    Ok(links
        .map(|link| link.replace("&amp;", "&"))
        .find(|link| link.starts_with(begins) && link.as_str() != page))
}
