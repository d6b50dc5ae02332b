//! A text as a picture that telephones scan.

use std::fmt::Write as _;

use qrcode::{Color, QrCode};

/// Light squares around it, as the standard asks.
const QUIET: usize = 4;
/// Smaller ones are hard to scan, in pixels.
const LEAST: usize = 180;

/// As SVG that needs no style; empty if the text is too long, for it stands beside it. One line for each run of dark
/// squares: a page with it stays small without being compressed, for mostly it is a secret that is scanned.
pub(super) fn qr(text: &str) -> String {
    let Ok(code) = QrCode::new(text) else { return String::new() };
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        // The first run of a row says where, the others how far on.
        let (mut x, mut pen) = (0, None);
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                // Writing into a string can't fail.
                let _ = match pen {
                    None => write!(path, "M{} {}.5", x + QUIET, y + QUIET),
                    Some(pen) => write!(path, "m{} 0", x - pen),
                };
                let _ = write!(path, "h{}", run.len());
                pen = Some(x + run.len());
            }
            x += run.len();
        }
    }
    let side = code.width() + 2 * QUIET;
    let size = side * LEAST.div_ceil(side);
    format!(
        "<svg width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><rect \
         width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" stroke=\"#000\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The squares that the lines cover.
    fn drawn(svg: &str, side: usize) -> Vec<bool> {
        let mut dark = vec![false; side * side];
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        for row in path.split('M').skip(1) {
            let (mut x, mut y) = (0, 0);
            for step in row.split('m') {
                let (to, along) = step.split_once('h').unwrap();
                let (first, second) = to.split_once(' ').unwrap();
                if second == "0" {
                    x += first.parse::<usize>().unwrap();
                } else {
                    (x, y) = (first.parse().unwrap(), second.strip_suffix(".5").unwrap().parse().unwrap());
                }
                let along: usize = along.parse().unwrap();
                dark[y * side + x..y * side + x + along].fill(true);
                x += along;
            }
        }
        dark
    }

    #[test]
    fn the_lines_cover_the_dark_squares_and_no_others_and_are_short() {
        let text = "otpauth://totp/Spean:sophea?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Spean";
        let (svg, code) = (qr(text), QrCode::new(text).unwrap());
        let side = code.width() + 2 * QUIET;
        let dark = drawn(&svg, side);
        for (at, color) in code.to_colors().into_iter().enumerate() {
            let (x, y) = (at % code.width() + QUIET, at / code.width() + QUIET);
            assert_eq!(dark[y * side + x], color == Color::Dark, "{x} {y}");
        }
        assert_eq!(
            dark.iter().filter(|dark| **dark).count(),
            code.to_colors().iter().filter(|c| **c == Color::Dark).count()
        );
        assert!(svg.len() < 4_000, "{} bytes", svg.len());
        assert!(qr(&"x".repeat(5_000)).is_empty());
    }
}
