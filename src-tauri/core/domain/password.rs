//! The provisional password: its form, its entropy, its generation, and a type that never shows it.
//! CNIL 2022-100: at least 50 bits where attempts are limited, 80 bits otherwise or when the policy is unknown.
//! Never displayed, logged or compared outside this type; each exposure is a call to `expose` with its reason.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::domain::account::PasswordPolicy;

mod wordlist;
pub use wordlist::WORDS;

/// Sixteen letters on the same keys on AZERTY and QWERTY, without vowels: 4 bits each, almost no words.
const CODE_LETTERS: &[u8; 16] = b"bcdfghjknprstvxy";
const CODE_GROUP: usize = 4;
const LIMITED_BITS: f64 = 50.0;
const UNLIMITED_BITS: f64 = 80.0;
/// Added when the directory demands a digit or a sign: outside the entropy count.
const CLASS_SUFFIX: &str = "2.";

/// How the password is made (site setting; English letters use `Code`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordForm {
    /// French words written together, each with a capital.
    Phrase,
    /// Letters in capital-led groups.
    Code,
}

/// A password that lives in memory only, is wiped on drop and prints as `[REDACTED]`.
pub struct ProvisionalPassword(Zeroizing<String>);

impl ProvisionalPassword {
    /// One that was drawn and sealed, opened again.
    #[must_use]
    pub fn unsealed(text: Zeroizing<String>) -> Self {
        ProvisionalPassword(text)
    }

    /// The clear text, for the three places that need it: the letter, the Modify, the trial bind.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Clone for ProvisionalPassword {
    fn clone(&self) -> Self {
        ProvisionalPassword(Zeroizing::new(self.0.to_string()))
    }
}

impl fmt::Debug for ProvisionalPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProvisionalPassword([REDACTED])")
    }
}

/// What was drawn, without the text: shown on screen (« 5 mots, 50 bits »).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    pub form: PasswordForm,
    /// Words of a phrase, letters of a code.
    pub units: usize,
    /// Bits, computed from the real list.
    pub bits: f64,
}

/// The plan for one password: computed first, then drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    pub strength: Strength,
    demands_classes: bool,
}

impl Recipe {
    /// The shortest password of this form that reaches the CNIL threshold for the policy and its minimum length.
    pub fn for_policy(
        form: PasswordForm,
        policy: Option<&PasswordPolicy>,
        demands_classes: bool,
    ) -> Self {
        let target = match policy {
            Some(policy) if policy.limits_attempts() => LIMITED_BITS,
            Some(_) | None => UNLIMITED_BITS,
        };
        let least_length = policy.map_or(0, |policy| policy.min_length as usize);
        let (bits_each, shortest) = match form {
            PasswordForm::Phrase => ((WORDS.len() as f64).log2(), 4),
            PasswordForm::Code => (4.0, 1),
        };
        let mut units = 1;
        while bits_each * (units as f64) < target || units * shortest < least_length {
            units += 1;
        }
        Recipe {
            strength: Strength {
                form,
                units,
                bits: bits_each * units as f64,
            },
            demands_classes,
        }
    }

    /// Draws from `random`, which fills a buffer from the operating system's source.
    ///
    /// # Errors
    /// Whatever `random` fails with: without randomness there is no password.
    pub fn draw<E>(
        &self,
        mut random: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<ProvisionalPassword, E> {
        // Room for the longest draw, so that growing never leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(self.strength.units * 8 + 8));
        for unit in 0..self.strength.units {
            match self.strength.form {
                PasswordForm::Phrase => {
                    let word = WORDS[below(WORDS.len(), &mut random)?];
                    push_capitalised(&mut text, word);
                }
                PasswordForm::Code => {
                    let letter = char::from(CODE_LETTERS[below(CODE_LETTERS.len(), &mut random)?]);
                    text.push(if unit % CODE_GROUP == 0 {
                        letter.to_ascii_uppercase()
                    } else {
                        letter
                    });
                }
            }
        }
        if self.demands_classes {
            text.push_str(CLASS_SUFFIX);
        }
        Ok(ProvisionalPassword(text))
    }
}

fn push_capitalised(text: &mut String, word: &str) {
    let mut letters = word.chars();
    if let Some(first) = letters.next() {
        text.push(first.to_ascii_uppercase());
        text.extend(letters);
    }
}

/// A number below `bound`, each as likely: values beyond the last whole multiple are drawn again.
fn below<E>(bound: usize, random: &mut impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<usize, E> {
    let bound32 = u32::try_from(bound).unwrap_or(u32::MAX);
    let limit = u32::MAX - u32::MAX % bound32;
    loop {
        let mut bytes = [0u8; 4];
        random(&mut bytes)?;
        let value = u32::from_le_bytes(bytes);
        bytes.zeroize();
        if value < limit {
            return Ok((value % bound32) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(lockout: bool, max_failure: u32, min_length: u32) -> PasswordPolicy {
        PasswordPolicy {
            must_change: true,
            lockout,
            max_failure,
            lockout_seconds: 900,
            min_length,
            max_length: 0,
            max_age_seconds: 0,
            in_history: 0,
        }
    }

    fn system(bytes: &mut [u8]) -> Result<(), getrandom::Error> {
        getrandom::fill(bytes)
    }

    #[test]
    fn reaches_the_cnil_thresholds() {
        let limited = policy(true, 5, 12);
        let unlimited = policy(false, 0, 12);
        let lax = policy(true, 50, 12);
        let phrase = |policy| Recipe::for_policy(PasswordForm::Phrase, policy, false).strength;
        assert_eq!(phrase(Some(&limited)).units, 5);
        assert!(phrase(Some(&limited)).bits >= 50.0);
        assert_eq!(phrase(Some(&unlimited)).units, 8);
        assert_eq!(
            phrase(Some(&lax)).units,
            8,
            "50 tries before a lock limit nothing"
        );
        assert_eq!(phrase(None).units, 8, "an unknown policy counts as none");
        let code = |policy| Recipe::for_policy(PasswordForm::Code, policy, false).strength;
        assert_eq!(code(Some(&limited)).units, 13);
        assert_eq!(code(None).units, 20);
        let long = policy(true, 5, 40);
        assert_eq!(
            phrase(Some(&long)).units,
            10,
            "ten words of four letters at the least"
        );
    }

    #[test]
    fn every_letter_is_safe_on_both_keyboards() {
        for form in [PasswordForm::Phrase, PasswordForm::Code] {
            let recipe = Recipe::for_policy(form, None, false);
            for _ in 0..500 {
                let password = recipe.draw(system).unwrap();
                assert!(
                    password
                        .expose()
                        .chars()
                        .all(|letter| letter.is_ascii_alphabetic()
                            && !"aqzwm".contains(letter.to_ascii_lowercase()))
                );
                assert!(
                    password
                        .expose()
                        .starts_with(|letter: char| letter.is_ascii_uppercase())
                );
            }
        }
    }

    #[test]
    fn a_phrase_has_as_many_capitals_as_words() {
        let recipe = Recipe::for_policy(PasswordForm::Phrase, Some(&policy(true, 5, 0)), false);
        let password = recipe.draw(system).unwrap();
        assert_eq!(
            password
                .expose()
                .chars()
                .filter(char::is_ascii_uppercase)
                .count(),
            5
        );
    }

    #[test]
    fn demanded_classes_are_added_outside_the_count() {
        let plain = Recipe::for_policy(PasswordForm::Phrase, None, false);
        let classes = Recipe::for_policy(PasswordForm::Phrase, None, true);
        assert_eq!(plain.strength, classes.strength);
        let text = classes.draw(system).unwrap();
        assert!(text.expose().ends_with("2."));
    }

    #[test]
    fn the_draw_is_even_and_rejects_the_tail() {
        // 3 does not divide 2^32 - 1 evenly only at the very end: the last value must be drawn again.
        let mut feed = [u32::MAX, 4].into_iter();
        let drawn = below(3, &mut |bytes: &mut [u8]| {
            bytes.copy_from_slice(&feed.next().unwrap().to_le_bytes());
            Ok::<(), ()>(())
        });
        assert_eq!(drawn, Ok(1));
        let mut counts = [0u32; 16];
        for _ in 0..32_000 {
            counts[below(16, &mut system).unwrap()] += 1;
        }
        assert!(
            counts.iter().all(|count| (1_700..2_300).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn debug_never_shows_the_password() {
        let password = Recipe::for_policy(PasswordForm::Phrase, None, false)
            .draw(system)
            .unwrap();
        assert_eq!(format!("{password:?}"), "ProvisionalPassword([REDACTED])");
    }
}
