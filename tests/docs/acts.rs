//! Every act that the audit log can hold has words: a reader of Khmer must not meet a code.

use std::{collections::BTreeSet, fs, path::Path};

use regex::Regex;

/// Where an act's code stands: given to what writes it down, in the table of use cases, or by what a packet is.
const PLACES: [&str; 4] = [
    r#"(?s)(?:event|audit_read|audited|Event::new)\([^;"]{0,80}"([a-z]+\.[a-z-]+)""#,
    r#"(?s)Actor::Node, [^;"]{0,40}"([a-z]+\.[a-z-]+)""#,
    r#"=> "([a-z]+\.(?:received|refused|held))""#,
    r#"(?m)^    [A-Z]\w+ "([a-z]+\.[a-z-]+)" [A-Z]"#,
];

#[test]
fn every_act_has_words_in_both_languages() {
    let mut acts = BTreeSet::new();
    for folder in ["node/src/service", "node/src/run"] {
        collect(&crate::path(folder), &mut acts);
    }
    assert!(acts.len() > 80, "only {} acts found", acts.len());
    for language in ["en", "km"] {
        let words = crate::read(&format!("node/locales/{language}/acts.ftl"));
        let said: BTreeSet<&str> =
            words.lines().filter_map(|line| line.split_once(" = ").map(|(key, _)| key)).collect();
        let lacks: Vec<&String> =
            acts.iter().filter(|act| !said.contains(&*format!("act-{}", act.replace('.', "-")))).collect();
        assert!(lacks.is_empty(), "acts without words in {language}/acts.ftl: {lacks:?}");
    }
}

fn collect(folder: &Path, acts: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, acts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for place in PLACES {
                let place = Regex::new(place).unwrap();
                acts.extend(place.captures_iter(&text).map(|found| found[1].to_owned()));
            }
        }
    }
}
