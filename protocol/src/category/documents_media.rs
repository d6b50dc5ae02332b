//! `documents_media`: a list of files; the files themselves travel as attachments.
//!
//! EXIF and GPS are stripped on entry, file names are not kept. Consent evidence is not here: it stays home.

use super::field::{Field, Kind, codes, field};

/// The most bytes of one file.
const MAX_FILE: i64 = 64 * 1024 * 1024;

const ITEM: &[Field] = &[
    field("title", Kind::Text(80), "What it is, without names.", r#""deportation paper, page 1""#).required(),
    field(
        "kind",
        Kind::Enum(codes!["face_photo", "injury_photo", "document_scan", "drawing", "voice", "other"]),
        "What kind of file; an injury_photo is shared only when the consent names it.",
        r#""document_scan""#,
    )
    .required()
    .named_codes(&["injury_photo"]),
    field("taken", Kind::Date, "When it was taken.", r#""2026-05-28""#),
    field("hash", Kind::Hash, "SHA-256 of the file.", ""),
    field("bytes", Kind::Int { min: 1, max: MAX_FILE }, "Its size in bytes.", "204800"),
    field("format", Kind::Enum(codes!["jpeg", "png", "pdf", "ogg"]), "Its format.", r#""pdf""#).required(),
    field("shows_face", Kind::YesNo, "Whether the child's face is seen.", r#""no""#),
    field("note", Kind::Text(200), "Anything else.", r#""""#),
];

pub const FIELDS: &[Field] = &[field(
    "items",
    Kind::List(&Kind::Record(ITEM), 20),
    "Documents and photos; [] when none.",
    r#"[{"title": "deportation paper, page 1", "kind": "document_scan", "taken": "2026-05-28", "bytes": 204800, "format": "pdf", "shows_face": "no"}]"#,
)];
