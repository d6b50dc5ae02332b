//! Places by name: what is typed is looked up in the network's table, in either script; what is not there stays text.

use protocol::place::{all, find};

use crate::web::words::Lang;

/// The name of a place with its province; where a district and a commune share both, the commune's has the district
/// between: `Poipet, Poipet, Banteay Meanchey`. Of a code that the table lacks, what is known around it.
pub(super) fn chain(lang: Lang, code: &str) -> String {
    let mut known: Vec<_> = (1..=4).rev().filter_map(|level| find(code.get(..2 * level)?)).collect();
    if let [smallest, .., province] = known.as_slice()
        && !shared(smallest)
    {
        known = vec![*smallest, *province];
    }
    let levels = known.into_iter();
    let name = |place: &'static protocol::place::Gazetteer| if lang == Lang::Km { place.km } else { place.latin };
    levels.map(name).collect::<Vec<_>>().join(", ")
}

/// Whether a larger place has the same name.
fn shared(place: &'static protocol::place::Gazetteer) -> bool {
    all().any(|other| other.code.len() < place.code.len() && other.latin == place.latin)
}

/// All places, as they may be typed.
pub(super) fn names(lang: Lang) -> Vec<String> {
    all().map(|place| chain(lang, place.code)).collect()
}

/// The code of what was typed: the whole chain, or a name alone (then the largest place of that name).
pub(super) fn code_of(text: &str) -> Option<&'static str> {
    let plain =
        |text: &str| text.replace('\u{200b}', "").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let typed = plain(text);
    let whole = all().find(|place| Lang::ALL.iter().any(|lang| plain(&chain(*lang, place.code)) == typed));
    let alone = || {
        let same = all().filter(|place| plain(place.km) == typed || plain(place.latin) == typed);
        same.min_by_key(|place| place.code.len())
    };
    whole.or_else(alone).map(|place| place.code)
}

/// Whether `text` is how a page shows `code`.
pub(super) fn shows(text: &str, code: &str) -> bool {
    Lang::ALL.iter().any(|lang| chain(*lang, code) == text.trim())
}
