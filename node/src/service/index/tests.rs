//! The index as its callers use it; the children are invented.

use proptest::prelude::*;

use super::*;

fn id(byte: u8) -> CaseId {
    CaseId::new([byte; 16])
}

fn child(km: &str, latin: &str, updated: u64) -> CaseIndexRow {
    let name = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    CaseIndexRow {
        name_km: name(km),
        name_latin: name(latin),
        sex: "female".into(),
        age_band: "6-11".into(),
        area: "01".into(),
        created: Timestamp(updated),
        updated: Timestamp(updated),
        ..CaseIndexRow::default()
    }
}

fn with(children: &[CaseIndexRow]) -> Index {
    let mut index = Index::default();
    for (at, row) in children.iter().enumerate() {
        index.set(id(u8::try_from(at).unwrap()), row);
    }
    index
}

/// Positions of what is found, in the order it is shown.
fn found(index: &Index, term: &str) -> Vec<u8> {
    index.search(term, None).iter().map(|(id, _)| id.as_bytes()[0]).collect()
}

fn invented() -> Index {
    let mut tonle = child("ទន្លេ សុខា", "Tonle Sokha", 4);
    tonle.other_names = vec!["Kha".into()];
    with(&[
        child("ពពក ដារា", "Popok Dara", 1),
        child("ភ្លៀង បុប្ផាចន្ទ្រាលក្ខិណា", "Phlieng Bophachantrealakhena", 2),
        child("ផ្កាយ ស្រីណា", "Phkay Sreyna", 3),
        tonle,
        child("", "Fon", 5),
        child("", "ฝน", 6),
        child("សូរិយា វិចិត្រ", "Soriya Vichet", 7),
        child("សូរិយា វិចិត្រ", "Souriya Vichetr", 8),
    ])
}

#[test]
fn a_name_is_found_whole_by_its_beginning_and_by_a_part_in_each_script() {
    let index = invented();
    for term in ["ទន្លេ សុខា", "សុខា", "ទន្លេ", "ទន្", "សុ", "Tonle Sokha", "sokha tonle", "SOK", "onle", "kha"]
    {
        assert!(found(&index, term).contains(&3), "{term}");
    }
    assert_eq!(found(&index, "ฝน"), [5]);
    assert_eq!(found(&index, "chantrea"), [1]);
    assert!(found(&index, "Ratha").is_empty());
    assert!(found(&index, " ").is_empty());
}

#[test]
fn khmer_is_found_without_spaces_with_invisible_ones_and_in_another_order_of_marks() {
    let index = invented();
    assert_eq!(found(&index, "ទន្លេសុខា"), [3]);
    assert_eq!(found(&index, "សុខាទន្លេ"), [3]);
    assert_eq!(found(&index, "ទន្លេ\u{200b}សុខា"), [3]);
    assert_eq!(found(&index, "ស្រី\u{200b}ណា"), [2]);
}

#[test]
fn a_name_that_sounds_alike_or_is_mistyped_once_is_found_after_the_same_spelling() {
    let index = invented();
    assert_eq!(found(&index, "Sokkha"), [3]);
    assert_eq!(found(&index, "Tonley Sokkha"), [3]);
    assert_eq!(found(&index, "Sreina"), [2]);
    assert_eq!(found(&index, "Vichet"), [6, 7]);
    assert_eq!(found(&index, "Souriya Vichetr"), [7, 6]);
    assert_eq!(found(&index, "Rsoiya"), Vec::<u8>::new());
    assert_eq!(found(&index, "Sroiya"), [6]);
}

#[test]
fn of_equal_names_the_one_that_changed_last_comes_first() {
    assert_eq!(found(&invented(), "សូរិយា វិចិត្រ"), [7, 6]);
}

#[test]
fn a_case_with_every_word_hides_those_with_some() {
    let index = with(&[child("", "Tonle Sokha", 1), child("", "Tonle Dara", 2), child("", "Popok Sokha", 3)]);
    assert_eq!(found(&index, "Tonle Sokha"), [0]);
    assert_eq!(found(&index, "Tonle Vibol"), [1, 0]);
}

#[test]
fn a_search_gives_the_fifty_best() {
    let mut index = Index::default();
    for at in 0..200_u8 {
        index.set(id(at), &child("", if at == 7 { "Sok" } else { "Sokha" }, at.into()));
    }
    let all = found(&index, "Sok");
    assert_eq!(all.len(), MAX_FOUND);
    assert_eq!(all[..3], [7, 199, 198]);
}

#[test]
fn the_list_shows_the_newest_change_first_and_pages_do_not_overlap() {
    let mut index = invented();
    index.set(id(0), &child("ពពក ដារា", "Popok Dara", 9));
    let order = |page: &[(CaseId, CaseIndexRow)]| page.iter().map(|(id, _)| id.as_bytes()[0]).collect::<Vec<_>>();
    let first = index.page(None, 3);
    assert_eq!(order(&first), [0, 7, 6]);
    let (last, row) = first.last().unwrap();
    let second = index.page(Some(Cursor { updated: row.updated, id: *last }), 10);
    assert_eq!(order(&second), [5, 4, 3, 2, 1]);
}

#[test]
fn a_changed_name_is_found_and_the_old_one_is_not() {
    let mut index = invented();
    index.set(id(3), &child("ទន្លេ វិបុល", "Tonle Vibol", 9));
    assert_eq!(found(&index, "សុខា"), Vec::<u8>::new());
    assert_eq!(found(&index, "Kha"), Vec::<u8>::new());
    assert_eq!(found(&index, "Vibol"), [3]);
    assert_eq!(index.len(), 8);
}

#[test]
fn nothing_of_a_removed_case_remains() {
    let mut index = invented();
    for at in 0..8 {
        index.remove(&id(at));
    }
    assert!(index.parts.is_blank() && index.recent.is_empty() && index.by_id.is_empty());
    assert!(index.lines.is_empty() && index.by_consent.is_empty() && index.cells.values().all(Vec::is_empty));
    index.remove(&id(0));
    assert_eq!(index.len(), 0);
}

#[test]
fn distinct_parts_do_not_grow_with_equal_names() {
    let index = with(&vec![child("ទន្លេ សុខា", "Tonle Sokha", 1); 200]);
    assert_eq!(index.parts.len(), 4);
}

#[test]
fn alike_cases_are_counted_by_band_sex_area_and_time() {
    let mut boy = child("", "Popok Dara", 5);
    boy.sex = "male".into();
    let mut far = child("", "Phkay Sophea", 6);
    far.area = "17".into();
    let index = with(&[child("", "Phkay Sreyna", 2), child("", "Phkay Sophea", 4), boy, far]);
    let bands = ["6-11"];
    let same = Alike { bands: Some(&bands), sex: Some("female"), area: Some("01") };
    assert_eq!(index.count(&same, Timestamp(0)), 2);
    assert_eq!(index.count(&same, Timestamp(4)), 1);
    assert_eq!(index.count(&Alike { sex: None, ..same }, Timestamp(0)), 3);
    assert_eq!(index.count(&Alike { bands: None, sex: None, area: None }, Timestamp(0)), 4);
    assert_eq!(index.count(&Alike { bands: Some(&["12-14"]), ..same }, Timestamp(0)), 0);
}

#[test]
fn a_consent_leads_to_its_case() {
    let mut row = child("", "Popok Dara", 1);
    row.consents = vec![ConsentId::new([8; 16]), ConsentId::new([9; 16])];
    let mut index = with(&[row.clone()]);
    assert_eq!(index.case_of(&row.consents[1]), Some(id(0)));
    assert_eq!(index.consents(&id(0)), row.consents);
    let all = index.consents_between(ConsentId::new([0; 16]), ConsentId::new([8; 16]));
    assert_eq!(all.collect::<Vec<_>>(), [row.consents[0]]);
    index.remove(&id(0));
    assert_eq!(index.case_of(&row.consents[1]), None);
}

/// As a search would find it that looks at every case.
fn ranked_by_all(index: &Index, term: &str, among: Option<&BTreeSet<CaseId>>) -> Vec<CaseNo> {
    let words = Spelling::all(term);
    let seen = |no: &&CaseNo| among.is_none_or(|among| among.contains(&index.lines[*no].id));
    let mut all: Vec<_> = index.lines.keys().filter(seen).map(|no| (index.looked_at(*no, &words), *no)).collect();
    let most = all.iter().map(|((words, _), _)| *words).max().unwrap_or_default();
    all.retain(|((words, _), _)| *words == most && most > 0);
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.into_iter().map(|(_, no)| no).take(MAX_FOUND).collect()
}

#[test]
fn a_consent_does_not_move_a_case_before_those_that_changed_later() {
    let mut index = with(&[child("", "Tonle Sokha", 1), child("", "Tonle Sokha", 2)]);
    let mut row = child("", "Tonle Sokha", 1);
    row.consents = vec![ConsentId::new([8; 16])];
    index.set(id(0), &row);
    assert_eq!(found(&index, "Sokha"), [1, 0]);
    index.set(id(0), &child("", "Tonle Sokha", 3));
    assert_eq!(found(&index, "Sokha"), [0, 1]);
}

#[test]
fn built_at_start_the_index_answers_as_it_did_before() {
    let (before, mut builder) = (invented(), Builder::default());
    for id in before.by_id.keys().rev() {
        let (id, row) = before.entry(before.by_id[id]).unwrap();
        builder.add(id, &row);
    }
    let after = builder.build();
    for term in ["សូរិយា វិចិត្រ", "So", "kha", "Tonle Vichet", "ទន្លេសុខា"]
    {
        assert_eq!(found(&after, term), found(&before, term), "{term}");
    }
}

/// Names of few letters, so that more than fifty are alike.
fn names() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[ak][ak]{0,2}( [ak][ak]{0,2}){1,2}", 100..220)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_search_that_stops_early_finds_what_a_whole_one_would(
        names in names(),
        term in "[ak]{1,4}( [ak]{1,3}){0,3}",
        own in proptest::collection::hash_set(0..220_u8, 0..200),
    ) {
        let mut index = Index::default();
        for (at, name) in names.iter().enumerate() {
            index.set(CaseId::new([u8::try_from(at).unwrap(); 16]), &child("", name, (at / 3) as u64));
        }
        prop_assert_eq!(index.ranked(&term, None), ranked_by_all(&index, &term, None));
        // A person finds among their own cases what they would if there were no others.
        let own: BTreeSet<CaseId> = index.by_id.keys().filter(|id| own.contains(&id.as_bytes()[0])).copied().collect();
        prop_assert_eq!(index.ranked(&term, Some(&own)), ranked_by_all(&index, &term, Some(&own)));
        let listed = index.page_of(&own, None, 1_000).into_iter().map(|(id, _)| id);
        let all = index.page(None, 1_000).into_iter().map(|(id, _)| id).filter(|id| own.contains(id));
        prop_assert!(listed.eq(all));
    }

    #[test]
    fn any_name_is_found_by_itself_and_any_term_is_harmless(name in "\\PC{1,20}", term: String) {
        let index = with(&[child("", &name, 1)]);
        let comparable = !Spelling::all(&name).is_empty();
        prop_assert_eq!(!found(&index, &name).is_empty(), comparable);
        let _ = index.search(&term, None);
    }
}
