//! The one telephone of the story: it shows the code that each of its people signs in with.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::Duration,
};

use data_encoding::BASE32_NOPAD;
use keys::random_bytes;
use totp_rs::{Algorithm, Builder, Totp};

use crate::world::World;

/// Seconds that a code stands for.
const STEP: u64 = 30;

/// All people of the story share it, so that one code is enough; each may use a code once.
pub struct Telephone {
    codes: Totp,
    world: World,
}

impl Telephone {
    /// With a secret of this story alone.
    pub fn new(world: World) -> Self {
        let secret: [u8; 20] = random_bytes(&mut world.entropy());
        let codes = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP)
            .with_secret(secret)
            .with_account_name("demo")
            .build_noncompliant();
        Self { codes, world }
    }

    /// What it knows, in base32: for an app, or a test.
    pub fn secret(&self) -> String {
        BASE32_NOPAD.encode(self.codes.secret().as_bytes())
    }

    /// The code of the half minute before this one: it still counts, and leaves the present one unused.
    pub fn code_before(&self) -> String {
        self.codes.generate(self.world.now().0.saturating_sub(STEP)).to_string()
    }

    /// Shows the code of now until it is interrupted: on a terminal in one line that changes.
    ///
    /// # Errors
    /// If the output is closed.
    pub async fn show(&self) -> io::Result<()> {
        let on_terminal = io::stdout().is_terminal();
        loop {
            let now = self.world.now().0;
            let (code, left) = (self.codes.generate(now).to_string(), STEP - now % STEP);
            let shown = format!("Code on everybody's telephone: {} {}", &code[..3], &code[3..]);
            let pause = if on_terminal {
                print!("\r\x1b[K{shown}, for {left} s more ");
                1
            } else {
                println!("{shown}");
                left
            };
            io::stdout().flush()?;
            tokio::time::sleep(Duration::from_secs(pause)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::people::CodeSecret;

    #[test]
    fn a_node_knows_the_telephone_by_what_it_shows_of_its_secret() {
        let telephone = Telephone::new(World::system());
        assert!(telephone.secret().parse::<CodeSecret>().is_ok());
        assert_eq!(telephone.code_before().len(), 6);
    }
}
