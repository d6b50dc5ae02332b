//! The screens through their routes, with real services behind them.

mod answers;
mod browser;
mod case_edit;
mod consents;
mod doors;
mod drafts;
mod exports;
mod going_on;
mod listener;
mod live;
mod pages;
mod passkeys;
mod people;
mod refer;
mod routes;
mod set_up;
mod teams;
mod tokens;
mod trust;
