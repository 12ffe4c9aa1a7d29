//! The demo county under load: starts the program that lies beside this one, signs in, measures, stops it.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
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

/// Ends the server when the measurement ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whose eyes a page is seen with.
#[derive(Clone, Copy)]
enum By {
    Visitor,
    /// An official, by the demo's login.
    Login(&'static str),
}

/// Discipline inspection: sees every finding of the county.
const CDI: By = By::Login("jiwei");
/// The county's poverty office: every household, project and helper.
const OFFICE: By = By::Login("xianji");
const AUDIT: By = By::Login("shenji");
const FINANCE: By = By::Login("caizheng");
const TOWN: By = By::Login("fupin");

/// What is measured, one line a page: title, who asks, path. A path with ` > ` is the first link beginning so on the
/// page before it, as a person would go there.
const PAGES: &[(&str, By, &str)] = &[
    ("list of findings", CDI, "/desk/warnings"),
    ("one finding", CDI, "/desk/warnings > /desk/warnings/2"),
    ("public home", By::Visitor, "/"),
    ("public programmes", By::Visitor, "/programmes"),
    ("public programme", By::Visitor, "/programmes > /programmes/"),
    (
        "public town of a programme",
        By::Visitor,
        "/programmes > /programmes/ > /programmes/",
    ),
    ("payments", FINANCE, "/desk/payments"),
    ("payments, page 9,000", FINANCE, "/desk/payments?page=9000"),
    (
        "payments of one name",
        FINANCE,
        "/desk/payments?payee=%E7%8E%8B%E5%BB%BA%E5%9B%BD",
    ),
    (
        "payments of a programme and month",
        FINANCE,
        "/desk/payments?programme=HN02&month=2019-06",
    ),
    ("payments of a town", TOWN, "/desk/payments"),
    ("fund board", FINANCE, "/desk/funds/board"),
    ("idle rate", FINANCE, "/desk/funds/idle"),
    ("idle rate of a town", TOWN, "/desk/funds/idle"),
    ("documents of money", FINANCE, "/desk/funds/indicators"),
    (
        "one document",
        FINANCE,
        "/desk/funds/indicators > /desk/funds/indicators/",
    ),
    ("batches", FINANCE, "/desk/batches"),
    ("one batch", FINANCE, "/desk/batches > /desk/batches/"),
    (
        "trace of a batch",
        FINANCE,
        "/desk/batches > /desk/batches/ > /desk/funds/trace?batch=",
    ),
    (
        "trace of a payment",
        FINANCE,
        "/desk/batches > /desk/batches/ > /desk/funds/trace?batch= > /desk/funds/trace?payment=",
    ),
    (
        "trace of a household",
        FINANCE,
        "/desk/payments?programme=HN02 > /desk/funds/trace?payment= > /desk/funds/trace?household=",
    ),
    ("trace of a town", FINANCE, "/desk/funds/trace?town=371621001"),
    ("village ledger", FINANCE, "/desk/village-ledger"),
    (
        "village ledger of a category and month",
        FINANCE,
        "/desk/village-ledger?from=2019-03&to=2019-03&category=labour",
    ),
    (
        "village ledger, a search",
        FINANCE,
        "/desk/village-ledger?text=%E8%AE%A2%E6%8A%A5%E5%88%8A",
    ),
    ("village totals", FINANCE, "/desk/village-totals"),
    ("households", OFFICE, "/desk/households"),
    ("households, page 700", OFFICE, "/desk/households?page=700"),
    (
        "households of one name",
        OFFICE,
        "/desk/households?name=%E7%8E%8B%E5%BB%BA%E5%9B%BD",
    ),
    ("households of a broad name", OFFICE, "/desk/households?name=%E7%8E%8B"),
    ("one household", OFFICE, "/desk/households > /desk/households/4"),
    ("procedures of households", OFFICE, "/desk/households/cases"),
    ("campaigns", OFFICE, "/desk/campaigns"),
    ("projects", OFFICE, "/desk/projects"),
    ("one project", OFFICE, "/desk/projects > /desk/projects/"),
    ("helpers", OFFICE, "/desk/forces/helpers"),
    (
        "helpers of one name",
        OFFICE,
        "/desk/forces/helpers?name=%E7%8E%8B%E5%BB%BA",
    ),
    ("one helper", OFFICE, "/desk/forces/helpers > /desk/forces/helpers/"),
    ("helpers missing", OFFICE, "/desk/forces/gaps"),
    ("pairings", OFFICE, "/desk/forces/pairings"),
    ("visits", AUDIT, "/desk/forces/visits"),
    (
        "visits to one name",
        AUDIT,
        "/desk/forces/visits?name=%E7%8E%8B%E5%BB%BA%E5%9B%BD",
    ),
    ("visits overdue", OFFICE, "/desk/forces/overdue"),
    ("village ledger, last page", FINANCE, "/desk/village-ledger?page=15000"),
    (
        "public village town",
        By::Visitor,
        "/village-finance > /village-finance/",
    ),
    (
        "public village month of a town",
        By::Visitor,
        "/village-finance > /village-finance/ > /village-finance/",
    ),
];

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let scale = option(words, "--scale", "county");
    let users = option(words, "--users", "16").parse::<usize>()?.clamp(1, MOST_USERS);
    let seconds = option(words, "--seconds", "10").parse::<u64>()?.clamp(1, MOST_SECONDS);
    let only = option(words, "--only", "");
    let place = Place {
        scale,
        data: match option(words, "--data", "") {
            "" => place::cache()?.join(format!("demo-{scale}")),
            folder => folder.into(),
        },
        database: option(words, "--database", ""),
    };
    // The first start may fill the county; what it needed for that is not what a server at rest needs.
    drop(start(&place)?);
    let (server, address) = start(&place)?;
    std::thread::sleep(Duration::from_secs(5));
    let (idle, _) = memory_mib(server.0.id())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut cookies: HashMap<&str, String> = HashMap::new();
    let mut targets = Vec::new();
    for (title, by, path) in PAGES.iter().filter(|(title, ..)| title.contains(only)) {
        let cookie = match by {
            By::Visitor => String::new(),
            By::Login(login) => match cookies.get(login) {
                Some(cookie) => cookie.clone(),
                None => {
                    let cookie = runtime.block_on(sign_in(address, login))?;
                    cookies.insert(login, cookie.clone());
                    cookie
                }
            },
        };
        match runtime.block_on(follow(address, &cookie, path))? {
            Some(path) => targets.push(Target { title, path, cookie }),
            None => eprintln!("{title}: no such link"),
        }
    }
    println!("\n### {scale} scale, {users} users at once, {seconds} s a page\n");
    measure(address, server.0.id(), &targets, users, Duration::from_secs(seconds))?;
    let (now, most) = memory_mib(server.0.id())?;
    println!("\nmemory of the server: {idle} MiB idle after its start, {now} MiB after the load, {most} MiB at most");
    Ok(())
}

/// Where the measured installation lies.
struct Place<'a> {
    scale: &'a str,
    data: PathBuf,
    /// Empty for SQLite in the folder.
    database: &'a str,
}

/// Starts the demo, filling its folder at the first time, and waits until it says where it listens.
fn start(place: &Place<'_>) -> Outcome<(Server, SocketAddr)> {
    let program = std::env::current_exe()?.with_file_name("yangguang");
    let mut command = Command::new(&program);
    command
        .args(["demo", "--scale", place.scale, "--port", "0", "--data"])
        .arg(&place.data);
    if !place.database.is_empty() {
        command.args(["--database", place.database]);
    }
    let mut child = command
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
async fn sign_in(server: SocketAddr, login: &str) -> Outcome<String> {
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
            &format!("csrf={csrf}&login={login}&password={PASSWORD}&back="),
        )
        .await?;
    let signed_in = cookies(&answer);
    if !(300..400).contains(&answer.status) || signed_in.is_empty() {
        return Err(format!("signing in as {login} answered {}", answer.status).into());
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

/// The path at the end of a way through links; `None` where a link is missing.
async fn follow(server: SocketAddr, cookie: &str, way: &str) -> Outcome<Option<String>> {
    let mut steps = way.split(" > ");
    let mut path = steps.next().unwrap_or("/").to_owned();
    for begins in steps {
        match link(server, cookie, &path, begins).await? {
            Some(found) => path = found,
            None => return Ok(None),
        }
    }
    Ok(Some(path))
}

/// The first link on a page that begins so and leads on.
async fn link(server: SocketAddr, cookie: &str, page: &str, begins: &str) -> Outcome<Option<String>> {
    let answer = Connection::to(server).get(page, cookie).await?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    Ok(links
        .map(|link| link.replace("&amp;", "&"))
        .find(|link| link.starts_with(begins) && link.as_str() != page && !link.contains("/new")))
}
