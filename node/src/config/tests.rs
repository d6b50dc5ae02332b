use std::collections::BTreeSet;

use super::*;

/// Every key as `section.key`.
fn keys(table: &toml::Table, prefix: &str) -> BTreeSet<String> {
    table
        .iter()
        .flat_map(|(key, value)| match value {
            toml::Value::Table(inner) => keys(inner, &format!("{prefix}{key}.")),
            _ => BTreeSet::from([format!("{prefix}{key}")]),
        })
        .collect()
}

#[test]
fn the_example_shows_every_setting_with_its_default_and_no_other() {
    let example: toml::Table = EXAMPLE.parse().unwrap();
    let mut known = toml::Table::try_from(Config::default()).unwrap();
    known.insert("public".into(), toml::Value::String(String::new()));
    assert_eq!(keys(&example, ""), keys(&known, ""));
    let parsed = Config::parse(EXAMPLE).unwrap();
    let default = Config::default();
    assert_eq!(parsed.public, Some(default.public_url()));
    assert_eq!(Config { public: None, ..parsed }, default);
    assert_eq!(Config::parse("").unwrap(), default);
}

#[test]
fn the_example_says_of_each_setting_its_default() {
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#')) {
        let (key, value) = line.split_once(" = ").unwrap();
        let comment: Vec<&str> = lines[..at].iter().rev().take_while(|line| line.starts_with('#')).copied().collect();
        let comment = comment.into_iter().rev().collect::<Vec<_>>().join(" ");
        let default = comment.rsplit_once("Default: ").map(|(_, default)| default.trim_end_matches('.'));
        let as_is = default == Some(value) || (key == "public" && default.is_some());
        assert!(as_is, "`{key}` = {value}, but its comment says {default:?}");
    }
}

#[test]
fn a_first_file_holds_the_agencys_own_settings_and_all_others_as_documented() {
    let network: NetworkName = "trial".parse().unwrap();
    let public: PublicUrl = "https://dt.example.org:7001".parse().unwrap();
    let listen = "127.0.0.1:7002".parse().unwrap();
    let first = |network, public| First { network, listen, public, keys_and_cases_together: false, screens: None };
    let config = Config::parse(&Config::first(&first(&network, Some(&public)))).unwrap();
    assert_eq!(config, Config { network: network.clone(), listen, public: Some(public.clone()), ..Config::default() });
    let network = NetworkName::default();
    let without = Config::parse(&Config::first(&first(&network, None))).unwrap();
    assert_eq!(without.public_url().as_str(), "https://127.0.0.1:7002");
    let address = "127.0.0.1:7099".parse().unwrap();
    let open = First { keys_and_cases_together: true, screens: Some(address), ..first(&network, None) };
    let open = Config::parse(&Config::first(&open)).unwrap();
    assert_eq!(open.people, People { keys_and_cases_together: true, ..People::default() });
    assert_eq!(open.web, Web { open: true, address, ..Web::default() });
}

#[test]
fn errors_name_file_line_and_key() {
    let says = |text: &str| Config::parse(text).unwrap_err().to_string();
    assert!(
        says("network = \"x\"\nlisten = 7001\n").starts_with("line 2, `listen`: invalid type"),
        "{}",
        says("listen = 1")
    );
    let unknown = says("\n[peer_port]\nrequest_per_s = 5\n");
    assert!(unknown.starts_with("line 3, `request_per_s`: unknown field"), "{unknown}");
    let limits = says("[quotas]\n# why\nunanswered_offers_per_peer = 0 # none\n");
    assert_eq!(limits, "line 3, `unanswered_offers_per_peer`: must be from 1 to 100000");
    assert!(says("public = \"http://a.example\"").contains("https://host:port"));
    assert!(says("network = \"Spean Net\"").contains("lower-case"));
    assert!(
        says("[log]\nlevel = \"loud\"").starts_with("line 2, `level`: unknown variant"),
        "{}",
        says("[log]\nlevel = \"loud\"")
    );
    assert!(says("listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:1\"").starts_with("line 2, `listen`: duplicate key"));
    assert!(says("listen = ").starts_with("line 1, `listen`"));
}

#[test]
fn a_missing_an_unreadable_and_a_huge_file_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = Folder::new(folder.path()).config();
    assert!(matches!(Config::load(&path), Err(ConfigError::Missing(_))));
    fs::write(&path, b"network = \"\xff\"").unwrap();
    assert!(matches!(Config::load(&path), Err(ConfigError::Io { .. })));
    fs::write(&path, "#".repeat(100_000)).unwrap();
    assert!(matches!(Config::load(&path), Err(ConfigError::NotThis(_))));
    fs::write(&path, "x = 1").unwrap();
    let text = Config::load(&path).unwrap_err().to_string();
    assert!(text.contains("config.toml, line 1, `x`: unknown field"), "{text}");
}

#[test]
fn only_addresses_that_peers_can_call_are_taken() {
    for good in ["https://a.example", "https://10.0.0.1:7001/", "https://[::1]:7001/spean"] {
        assert!(good.parse::<PublicUrl>().is_ok(), "{good}");
    }
    for bad in ["", "a.example:1", "http://a.example", "https://u@a.example", "https://a.example/?x", "https://a b"] {
        assert!(bad.parse::<PublicUrl>().is_err(), "{bad}");
    }
}
