//! `spean demo`, as a newcomer runs it first.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::program;

#[test]
fn the_demo_ends_well_and_every_check_of_its_story_holds() {
    let output = Command::new(program::spean()).args(["demo", "--once"]).output().expect("the demo runs");
    let story = String::from_utf8(output.stdout).expect("text");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{story}\n{errors}");
    assert!(!story.contains("NOT SO"), "{story}");
    let checks = story.lines().filter(|line| line.contains("[ok]")).count();
    assert!(checks >= 15, "only {checks} checks were made\n{story}");
    assert!(!story.contains("Sign in with"), "nobody is let in when it ends at once\n{story}");
}

/// Ended with its test, whatever becomes of that.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // It has ended already if all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A page of DT's, as a browser would ask for it.
fn get(port: u16, path: &str) -> String {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("somebody listens");
    let ask = format!(
        "GET /{path} HTTP/1.1\r\nHost: dt.localhost:{port}\r\nAccept-Language: en\r\nConnection: close\r\n\r\n"
    );
    connection.write_all(ask.as_bytes()).expect("asked");
    let mut page = String::new();
    connection.read_to_string(&mut page).expect("a page");
    page
}

#[test]
fn the_demo_goes_on_in_a_browser_where_its_people_sign_in_with_what_it_prints() {
    let mut demo = Command::new(program::spean());
    let mut demo = Demo(demo.arg("demo").stdout(Stdio::piped()).spawn().expect("the demo runs"));
    let mut lines = BufReader::new(demo.0.stdout.take().expect("its output")).lines().map(|line| line.expect("text"));
    let printed: Vec<String> = lines.by_ref().take_while(|line| !line.starts_with("Code on")).collect();
    let dt = printed.iter().find_map(|line| line.trim().strip_prefix("DT   http://dt.localhost:")).expect("an address");
    let port: u16 = dt.trim_end_matches('/').parse().expect("a port");
    let page = get(port, "");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Passphrase"), "{page}");
    let newcomer = printed.iter().find_map(|line| line.split_once("/join/")).expect("an invitation").1;
    let page = get(port, &format!("join/{newcomer}"));
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Mao Sophal"), "{page}");
    let stopped = Command::new("kill").args(["-INT", &demo.0.id().to_string()]).status();
    assert!(stopped.is_ok_and(|status| status.success()));
    lines.for_each(drop);
    assert!(demo.0.wait().expect("it ends").success());
}

/// One agency's pages, as the demo prints them, and who signs in there.
struct Office {
    host: String,
    people: Vec<String>,
}

/// What the demo prints: each agency with its address and people.
fn offices(printed: &[String]) -> Vec<(String, Office)> {
    let mut found: Vec<(String, Office)> = Vec::new();
    for line in printed {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [name, url] = words[..]
            && let Some(host) = url.strip_prefix("http://")
        {
            found.push((name.into(), Office { host: host.trim_end_matches('/').into(), people: Vec::new() }));
        } else if line.starts_with("       ")
            && let Some((_, office)) = found.last_mut()
        {
            office.people.push(words[0].into());
        }
    }
    found
}

impl Office {
    /// One request of a browser with this cookie; headers and page.
    fn ask(&self, request: &str, cookie: &str, form: &str) -> (String, String) {
        let port = self.host.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("somebody listens");
        let ask = format!(
            "{request} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nAccept-Language: en\r\nConnection: close\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            self.host,
            form.len()
        );
        connection.write_all(ask.as_bytes()).expect("asked");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("a page");
        let (head, page) = answer.split_once("\r\n\r\n").expect("headers");
        (head.to_owned(), page.to_owned())
    }

    /// Signs in; the session's cookie.
    fn sign_in(&self, person: &str, passphrase: &str, code: &str) -> String {
        let form = format!("name={person}&passphrase={}&code={code}", passphrase.replace(' ', "+"));
        let (head, page) = self.ask("POST /sign-in", "", &form);
        assert!(head.starts_with("HTTP/1.1 303"), "{person} is not let in: {head}\n{page}");
        let cookie = head.split("set-cookie: sid=").nth(1).expect("a session").split(';').next();
        format!("sid={}", cookie.expect("its token"))
    }

    /// A page of somebody who signed in.
    fn page(&self, path: &str, cookie: &str) -> String {
        let (head, page) = self.ask(&format!("GET {path}"), cookie, "");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        page
    }

    /// Opens a page until it says so: what another node sends comes by itself.
    fn until(&self, path: &str, cookie: &str, says: &str) {
        let begun = Instant::now();
        loop {
            let (_, page) = self.ask(&format!("GET {path}"), cookie, "");
            if page.contains(says) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "{path} never says `{says}`:\n{page}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no `{before}` in {text}")).1;
    rest.split_once(after).expect("its end").0
}

#[test]
fn everybody_of_the_demo_signs_in_as_it_prints_and_its_story_is_continued_over_the_pages() {
    let mut demo = Command::new(program::spean());
    let mut demo = Demo(demo.arg("demo").stdout(Stdio::piped()).spawn().expect("the demo runs"));
    let mut lines = BufReader::new(demo.0.stdout.take().expect("its output")).lines().map(|line| line.expect("text"));
    let mut printed: Vec<String> = lines.by_ref().take_while(|line| !line.starts_with("Everything lies in")).collect();
    let code: String = lines.find(|line| line.starts_with("Code on")).expect("a code");
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let at = printed.iter().position(|line| line.contains("go on running")).expect("it goes on");
    let printed = printed.split_off(at);
    let passphrase = printed.iter().find_map(|line| line.split('`').nth(1)).expect("a passphrase");
    let offices = offices(&printed);
    assert_eq!(offices.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["CMO", "DT", "HC"]);
    let mut cookies = Vec::new();
    for (name, office) in &offices {
        assert_eq!(office.people.len(), 3, "{name}");
        for person in &office.people {
            let cookie = office.sign_in(person, passphrase, &code);
            assert!(office.page("/help", &cookie).contains("class=\"places\""), "{person}");
            cookies.push(cookie);
        }
    }
    let [(_, cmo), (_, dt), (_, hc)] = &offices[..] else { unreachable!("three") };
    assert!(hc.page("/inbox", &cookies[6]).contains("href=\"/r/"), "an offer waits for the health centre");

    // DT's worker accepts what waits; the child's name comes from CMO, whose worker sees the answer.
    let worker = &cookies[3];
    let inbox = dt.page("/inbox", worker);
    let id = between(&inbox, "href=\"/r/", "\"");
    let csrf = between(&dt.page(&format!("/r/{id}/accept"), worker), "name=\"csrf\" value=\"", "\"").to_owned();
    let (head, _) = dt.ask(&format!("POST /r/{id}/accept"), worker, &format!("csrf={csrf}&who=me"));
    assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    dt.until(&format!("/r/{id}/case"), worker, "<dt>");
    // Its line in the story stays, whatever state the referral has reached by the time it is looked at.
    cmo.until(&format!("/r/{id}"), &cookies[0], "<b>Accepted</b>");
    let stopped = Command::new("kill").args(["-INT", &demo.0.id().to_string()]).status();
    assert!(stopped.is_ok_and(|status| status.success()));
    lines.for_each(drop);
    assert!(demo.0.wait().expect("it ends").success());
}
