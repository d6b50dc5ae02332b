//! What travels: the first page with all that it needs, and each page after it.

use crate::{pages, report::Report, world::Office};

/// Cases whose pages are weighed.
const WEIGHED: usize = 40;
const FIRST: f64 = 60.0 * 1024.0;
const NEXT: f64 = 15.0 * 1024.0;

pub async fn measure(office: &Office, report: &mut Report) {
    let mut browser = office.supervisor.again().await;
    let csrf = pages::csrf(&mut browser).await;
    let has = (&*office.offers, &*office.cases);
    let (mut largest, mut first) = (0, 0);
    for lang in ["en", "km"] {
        browser.lang = lang;
        for kind in pages::KINDS {
            let mut most = 0;
            for round in 0..if kind == "case" { WEIGHED } else { 1 } {
                most = most.max(pages::open(&mut browser, kind, round, has, &csrf).await.bytes);
            }
            println!("  {kind} in {lang}: {most} bytes");
            largest = largest.max(most);
        }
        let page = browser.get("/inbox").await;
        let mut bytes = page.bytes;
        let text = String::from_utf8(page.body.to_vec()).expect("text");
        let mut files: Vec<&str> = text.split('"').filter(|part| part.starts_with("/a/")).collect();
        files.iter_mut().for_each(|file| *file = file.split('#').next().expect("a path"));
        files.sort_unstable();
        files.dedup();
        for file in files {
            bytes += browser.get(file).await.bytes;
        }
        first = first.max(bytes);
    }
    report.most("bytes_first_load", first as f64, FIRST);
    report.most("bytes_next_page", largest as f64, NEXT);
}
