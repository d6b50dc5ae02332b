//! `spean demo`, as a newcomer runs it first.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
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
