//! The Fluent files, parsed once.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::{LanguageIdentifier, langid};

use super::Lang;

/// English, by file.
pub(super) const EN: &[&str] = &[
    include_str!("../../../locales/en/frame.ftl"),
    include_str!("../../../locales/en/screens.ftl"),
    include_str!("../../../locales/en/codes.ftl"),
    include_str!("../../../locales/en/record.ftl"),
    include_str!("../../../locales/en/forms.ftl"),
    include_str!("../../../locales/en/trust.ftl"),
    include_str!("../../../locales/en/referring.ftl"),
    include_str!("../../../locales/en/live.ftl"),
    include_str!("../../../locales/en/export.ftl"),
    include_str!("../../../locales/en/drafts.ftl"),
    include_str!("../../../locales/en/setup.ftl"),
    include_str!("../../../locales/en/keys.ftl"),
    include_str!("../../../locales/en/acts.ftl"),
];
/// Khmer, by file.
pub(super) const KM: &[&str] = &[
    include_str!("../../../locales/km/frame.ftl"),
    include_str!("../../../locales/km/screens.ftl"),
    include_str!("../../../locales/km/codes.ftl"),
    include_str!("../../../locales/km/record.ftl"),
    include_str!("../../../locales/km/forms.ftl"),
    include_str!("../../../locales/km/trust.ftl"),
    include_str!("../../../locales/km/referring.ftl"),
    include_str!("../../../locales/km/live.ftl"),
    include_str!("../../../locales/km/export.ftl"),
    include_str!("../../../locales/km/drafts.ftl"),
    include_str!("../../../locales/km/setup.ftl"),
    include_str!("../../../locales/km/keys.ftl"),
    include_str!("../../../locales/km/acts.ftl"),
];

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| [made(langid!("km"), KM), made(langid!("en"), EN)]);

fn made(lang: LanguageIdentifier, files: &[&str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![lang]);
    // Marks around each value are for text that mixes directions: all languages here run left to right. What others
    // wrote is isolated by the stylesheet.
    bundle.set_use_isolating(false);
    for file in files {
        // A test finds faulty lines; here what is right in a file counts.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn of(lang: Lang) -> &'static Bundle {
    match lang {
        Lang::Km => &BUNDLES[0],
        Lang::En => &BUNDLES[1],
    }
}

/// Whether there is such a text.
pub(super) fn has(lang: Lang, key: &str) -> bool {
    of(lang).has_message(key)
}

/// The text; a key that is missing everywhere shows as itself, so that it is seen. Tests let none be missing.
pub(super) fn text(lang: Lang, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
    let bundle = of(lang);
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return Cow::Owned(key.to_owned());
    };
    let mut faults = Vec::new();
    Cow::Owned(bundle.format_pattern(pattern, args, &mut faults).into_owned())
}
