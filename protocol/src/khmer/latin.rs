//! The key that joins romanisations of Khmer names: Chhay, Chay, Chai. It over-matches: for candidates only.

/// The comparing key of a name part in Latin script.
#[must_use]
pub fn key(text: &str) -> String {
    let mut text: String = text.chars().flat_map(char::to_lowercase).filter(char::is_ascii_lowercase).collect();
    for (from, to) in [
        ("ck", "k"),
        ("kh", "k"),
        ("ph", "p"),
        ("th", "t"),
        ("chh", "c"),
        ("ch", "c"),
        ("j", "c"),
        ("sh", "s"),
        ("w", "v"),
        ("d", "t"),
        ("b", "p"),
    ] {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    let letters = without_r(&doubles_to_one(&text));
    let letters = letters.strip_suffix('h').unwrap_or(&letters);
    let key = vowels_to_dash(letters);
    // Keo, Kev, Keov.
    match key.strip_suffix('v') {
        Some(rest) if rest.ends_with('-') => rest.to_owned(),
        _ => key,
    }
}

fn doubles_to_one(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// r is not heard before a consonant and at the end.
fn without_r(text: &str) -> String {
    let next = text.chars().skip(1).map(Some).chain([None]);
    let heard = |letter: char, next: Option<char>| letter != 'r' || next.is_some_and(is_vowel);
    text.chars().zip(next).filter(|(letter, next)| heard(*letter, *next)).map(|(letter, _)| letter).collect()
}

fn vowels_to_dash(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_vowel(c) {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn romanisations_of_one_name_have_one_key() {
        let groups = "Sok Sokh Sock;Chhay Chay Chai;Chea Jea;Heng Haeng;Ly Li Lee;Seng Saeng;Long Loung Lung;\
                      Bun Boun Bunn;Chan Chann;Vann Van;Um Oum Om;Ouch Uch;Huot Hout Huoth;Kim Kem Keum;Sum Soum Som;\
                      Thach Tach;Nuon Noun Nun;Sokha Sokkha Sorkha;Sophea Sopea Sophear;Sreyna Sreina;Bopha Bupha Bophar;\
                      Pich Pech;Rith Rit;Vichetr Vichet Vicheth;Chantrea Chantria Chandra;Vichhea Vichea Vichear;\
                      Dara Darah;Serey Serei Sirey;Keo Kev Keov;Meas Mears";
        for group in groups.split(';') {
            let keys: Vec<_> = group.split_whitespace().map(key).collect();
            assert!(keys.iter().all(|other| *other == keys[0]), "{group}: {keys:?}");
        }
        assert_ne!(key("Sokha"), key("Sophea"));
    }
}
