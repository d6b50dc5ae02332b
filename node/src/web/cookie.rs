//! Cookies: one for the session, one for each choice that a browser remembers (language, sound), and one while a device
//! is asked for a passkey, one while an agency is set up.
//!
//! Over TLS the session's cookie is `__Host-sid`: the browser then lets no other host, no path and no unencrypted
//! page set or see it. On this computer itself (plain HTTP on a loopback address) it is `sid` without `Secure`: some
//! browsers treat such an address as trustworthy and would take a `Secure` cookie, others (Safari) drop it, and nothing
//! of it crosses a network. All are `HttpOnly` and `SameSite=Strict`, and those of a session end with the browser.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of the cookie `name`.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
}

/// Whether the choice `name` is on.
pub(super) fn is_on(headers: &HeaderMap, name: &str) -> bool {
    read(headers, name) == Some("on")
}

/// The session cookie's name.
pub(super) const fn session(secure: bool) -> &'static str {
    if secure { "__Host-sid" } else { "sid" }
}

/// Sets the session's cookie. `token` is base64url.
pub(super) fn begin(secure: bool, token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{}={token}; {}", session(secure), attributes(secure))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Takes the session's cookie back.
pub(super) fn end(secure: bool) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{}=; Max-Age=0; {}", session(secure), attributes(secure))).ok()
}

/// The name of the cookie by which a browser is known that asked a device for a passkey.
pub(super) const fn passkey(secure: bool) -> &'static str {
    if secure { "__Host-pk" } else { "pk" }
}

/// Sets that cookie, for so many seconds. `token` is base64url.
pub(super) fn begin_passkey(secure: bool, token: &str, seconds: u64) -> Option<HeaderValue> {
    let line = format!("{}={token}; Max-Age={seconds}; {}", passkey(secure), attributes(secure));
    let mut value = HeaderValue::from_str(&line).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Takes it back.
pub(super) fn end_passkey(secure: bool) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{}=; Max-Age=0; {}", passkey(secure), attributes(secure))).ok()
}

/// The name of the cookie by which the browser is known that sets an agency up. Only this computer's own.
pub(super) const SET_UP: &str = "setup";

/// Sets that cookie. `token` is base64url.
pub(super) fn begin_set_up(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{SET_UP}={token}; {}", attributes(false))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Takes it back.
pub(super) fn end_set_up() -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{SET_UP}=; Max-Age=0; {}", attributes(false))).ok()
}

/// Remembers a choice that says nothing of anybody, for a year.
pub(super) fn choice(secure: bool, name: &str, value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{name}={value}; Max-Age=31536000; {}", attributes(secure))).ok()
}

const fn attributes(secure: bool) -> &'static str {
    if secure { "Path=/; HttpOnly; SameSite=Strict; Secure" } else { "Path=/; HttpOnly; SameSite=Strict" }
}
