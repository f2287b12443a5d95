//! Until when a document is valid: as printed, or computed for the former French card, whose band only tells the month
//! of issue. Cards issued to adults from 2 January 2004 to 31 December 2013 were made valid five years longer than
//! printed (decree 2013-1188); to minors they were not.
//! Never decides alone near a limit: with a month for only knowledge, the clerk reads the date on the card.

use jiff::civil::Date;

use super::{DocumentReading, EvidenceStrength, YearMonth};
use crate::domain::birth_date::{PartialDate, month_name};

/// What a site decided about dates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValidityRules {
    /// Accept the five more years of the former French card.
    pub former_card_extension: bool,
    /// Accept an expired document whose photo is a likeness, as French law lets a person prove who they are.
    pub accept_expired: bool,
}

/// The last day of validity, or the month it falls in or ends at the start of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LastDay {
    Day(Date),
    /// Known to the month only: valid for sure before it, expired for sure after it.
    Month(YearMonth),
}

/// What the dates say of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validity {
    Current {
        until: LastDay,
    },
    /// Past the date printed on the card, still valid by law.
    ExtendedByLaw {
        until: LastDay,
        printed: LastDay,
    },
    Expired {
        since: LastDay,
        /// The site accepts expired documents: weak evidence, to be completed.
        accepted_by_site: bool,
    },
    /// The last day falls in the current month and the band does not tell it: to be read on the card.
    ComputedToTheMonth {
        last: YearMonth,
    },
    /// The card was issued around the holder's eighteenth birthday, or the birth date is not known well enough, and
    /// that decides: to be read on the card.
    AgeAtIssueUnclear {
        issued: YearMonth,
    },
    Unknown,
}

/// Where a limit stands relative to today.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Ahead,
    ThisMonth,
    Past,
}

impl LastDay {
    fn standing(self, today: Date) -> Standing {
        match self {
            Self::Day(day) => {
                if today <= day {
                    Standing::Ahead
                } else {
                    Standing::Past
                }
            }
            Self::Month(YearMonth { year, month }) => {
                match (today.year(), today.month()).cmp(&(year, month)) {
                    std::cmp::Ordering::Less => Standing::Ahead,
                    std::cmp::Ordering::Equal => Standing::ThisMonth,
                    std::cmp::Ordering::Greater => Standing::Past,
                }
            }
        }
    }

    /// « 12/01/2025 » or « janvier 2025 ».
    #[must_use]
    pub fn french(self) -> String {
        match self {
            Self::Day(day) => PartialDate::from(day).to_string(),
            Self::Month(YearMonth { year, month }) => format!("{} {year}", month_name(month)),
        }
    }
}

impl Validity {
    /// True when the document may be used without anyone reading a date on it.
    #[must_use]
    pub fn is_accepted(self) -> bool {
        match self {
            Self::Current { .. } | Self::ExtendedByLaw { .. } => true,
            Self::Expired {
                accepted_by_site, ..
            } => accepted_by_site,
            Self::ComputedToTheMonth { .. } | Self::AgeAtIssueUnclear { .. } | Self::Unknown => {
                false
            }
        }
    }

    /// What a document of a kind of this strength still proves: an expired one is weak, one without date at most medium.
    #[must_use]
    pub fn strength(self, of_kind: EvidenceStrength) -> EvidenceStrength {
        match self {
            Self::Current { .. } | Self::ExtendedByLaw { .. } => of_kind,
            Self::Expired { .. } => EvidenceStrength::Weak,
            Self::ComputedToTheMonth { .. } | Self::AgeAtIssueUnclear { .. } | Self::Unknown => {
                of_kind.min(EvidenceStrength::Medium)
            }
        }
    }

    /// What the comparison table adds beside the date itself: nothing, when the date says all.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Self::Current {
                until: LastDay::Day(_),
            } => String::new(),
            Self::Current { .. }
            | Self::ExtendedByLaw { .. }
            | Self::Expired { .. }
            | Self::ComputedToTheMonth { .. }
            | Self::AgeAtIssueUnclear { .. }
            | Self::Unknown => self.sentence(),
        }
    }

    /// The French sentence for the counter screen.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Current { until: until @ LastDay::Day(_) } => format!("Valide jusqu’au {}.", until.french()),
            Self::Current { until: until @ LastDay::Month(_) } => {
                format!("Valide jusqu’en {}, d’après le mois de délivrance.", until.french())
            }
            Self::ExtendedByLaw { .. } => {
                "Carte délivrée à un majeur entre 2004 et 2013\u{a0}: validité prolongée de 5 ans, acceptée.".to_owned()
            }
            Self::Expired { since, accepted_by_site: false } => {
                format!("Pièce périmée depuis {}. Une autre pièce, ou l’accord d’un responsable.", with_article(since))
            }
            Self::Expired { since, accepted_by_site: true } => {
                format!("Pièce périmée depuis {}, admise ici si la photo est ressemblante.", with_article(since))
            }
            Self::ComputedToTheMonth { last } => format!(
                "La validité de cette carte s’arrête en {}\u{a0}: lisez la date exacte sur la carte.",
                LastDay::Month(last).french()
            ),
            Self::AgeAtIssueUnclear { issued } => format!(
                "Carte délivrée en {}, l’année des 18 ans ou presque\u{a0}: lisez les dates sur la carte.",
                LastDay::Month(issued).french()
            ),
            Self::Unknown => "La bande ne donne pas de date de fin\u{a0}: lisez-la sur la pièce.".to_owned(),
        }
    }
}

fn with_article(since: LastDay) -> String {
    match since {
        LastDay::Day(_) => format!("le {}", since.french()),
        LastDay::Month(_) => since.french(),
    }
}

/// Says until when the document is valid, on the day `today`.
#[must_use]
pub fn validity(reading: &DocumentReading, today: Date, rules: &ValidityRules) -> Validity {
    if let Some(issued) = reading.issued() {
        return former_card(issued, reading.birth(), today, *rules);
    }
    let last = reading
        .expiry()
        .and_then(|expiry| match (expiry.to_date(), expiry.month()) {
            (Some(day), _) => Some(LastDay::Day(day)),
            (None, Some(month)) => Some(LastDay::Month(YearMonth {
                year: expiry.year(),
                month,
            })),
            (None, None) => None,
        });
    last.map_or(Validity::Unknown, |last| outcome(last, last, today, *rules))
}

fn outcome(printed: LastDay, lawful: LastDay, today: Date, rules: ValidityRules) -> Validity {
    match (lawful.standing(today), lawful) {
        (Standing::Ahead, _) if printed.standing(today) == Standing::Ahead => {
            Validity::Current { until: printed }
        }
        (Standing::Ahead, _) => Validity::ExtendedByLaw {
            until: lawful,
            printed,
        },
        (Standing::ThisMonth, LastDay::Month(last)) => Validity::ComputedToTheMonth { last },
        (Standing::ThisMonth | Standing::Past, _) => Validity::Expired {
            since: lawful,
            accepted_by_site: rules.accept_expired,
        },
    }
}

#[derive(Clone, Copy)]
enum Age {
    Minor,
    Adult,
}

fn former_card(
    issued: YearMonth,
    birth: Option<PartialDate>,
    today: Date,
    rules: ValidityRules,
) -> Validity {
    let for_age = |age| {
        let (printed, lawful) = lifetimes(issued.year, age, rules);
        let after = |years| {
            LastDay::Month(YearMonth {
                year: issued.year + years,
                month: issued.month,
            })
        };
        outcome(after(printed), after(lawful), today, rules)
    };
    if let Some(age) = age_at_issue(issued, birth) {
        return for_age(age);
    }
    // When the age does not change the answer it need not be known; the cautious date is the one told.
    let (minor, adult) = (for_age(Age::Minor), for_age(Age::Adult));
    let expired = |validity| matches!(validity, Validity::Expired { .. });
    let current = |validity| matches!(validity, Validity::Current { .. });
    if current(minor) && current(adult) {
        minor
    } else if expired(minor) && expired(adult) {
        adult
    } else {
        Validity::AgeAtIssueUnclear { issued }
    }
}

/// Years of validity printed on the card, and in law. The first of January 2004, before the extension starts, is a
/// public holiday on which no card was issued, so the month tells enough.
fn lifetimes(year: i16, age: Age, rules: ValidityRules) -> (i16, i16) {
    match (age, year) {
        (Age::Adult, 2004..=2013) if rules.former_card_extension => (10, 15),
        (Age::Adult, 2014..) => (15, 15),
        (Age::Adult | Age::Minor, _) => (10, 10),
    }
}

/// `None` when the eighteenth birthday may fall within the month of issue, or is not known.
fn age_at_issue(issued: YearMonth, birth: Option<PartialDate>) -> Option<Age> {
    let birth = birth?;
    let earliest = (
        birth.year() + 18,
        birth.month().unwrap_or(1),
        birth.day().unwrap_or(1),
    );
    let latest = (
        birth.year() + 18,
        birth.month().unwrap_or(12),
        birth.day().unwrap_or(31),
    );
    if latest <= (issued.year, issued.month, 1) {
        Some(Age::Adult)
    } else if earliest > (issued.year, issued.month, 31) {
        Some(Age::Minor)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const EXTENDING: ValidityRules = ValidityRules {
        former_card_extension: true,
        accept_expired: false,
    };
    const PRINTED_ONLY: ValidityRules = ValidityRules {
        former_card_extension: false,
        accept_expired: false,
    };

    fn month(year: i16, month: i8) -> YearMonth {
        YearMonth { year, month }
    }

    fn born(year: i16, month: i8, day: i8) -> Option<PartialDate> {
        PartialDate::new(year, Some(month), Some(day))
    }

    fn in_month(year: i16, m: i8) -> LastDay {
        LastDay::Month(month(year, m))
    }

    fn expired(since: LastDay) -> Validity {
        Validity::Expired {
            since,
            accepted_by_site: false,
        }
    }

    #[test]
    fn the_table_of_service_public_is_followed() {
        // Issued in year N to an adult: printed N + 10, true N + 15, "born N − 18 or before".
        for issued in 2004..=2013 {
            let adult = former_card(
                month(issued, 6),
                born(issued - 19, 6, 1),
                date(issued + 12, 1, 1),
                EXTENDING,
            );
            assert_eq!(
                adult,
                Validity::ExtendedByLaw {
                    until: in_month(issued + 15, 6),
                    printed: in_month(issued + 10, 6)
                },
                "{issued}"
            );
            let minor = former_card(
                month(issued, 6),
                born(issued - 16, 6, 1),
                date(issued + 12, 1, 1),
                EXTENDING,
            );
            assert_eq!(minor, expired(in_month(issued + 10, 6)), "{issued}");
        }
    }

    #[test]
    fn before_2004_ten_years_and_from_2014_fifteen() {
        let adult = born(1970, 1, 1);
        assert_eq!(
            former_card(month(2003, 12), adult, date(2014, 2, 1), EXTENDING),
            expired(in_month(2013, 12))
        );
        assert_eq!(
            former_card(month(2004, 1), adult, date(2014, 2, 1), EXTENDING),
            Validity::ExtendedByLaw {
                until: in_month(2019, 1),
                printed: in_month(2014, 1)
            }
        );
        assert_eq!(
            former_card(month(2013, 12), adult, date(2028, 11, 30), EXTENDING),
            Validity::ExtendedByLaw {
                until: in_month(2028, 12),
                printed: in_month(2023, 12)
            }
        );
        assert_eq!(
            former_card(month(2014, 1), adult, date(2026, 3, 2), PRINTED_ONLY),
            Validity::Current {
                until: in_month(2029, 1)
            }
        );
        assert_eq!(
            former_card(
                month(2017, 10),
                born(2003, 11, 12),
                date(2026, 3, 2),
                EXTENDING
            ),
            Validity::Current {
                until: in_month(2027, 10)
            }
        );
    }

    #[test]
    fn the_last_month_is_left_to_the_clerk() {
        let adult = born(1970, 1, 1);
        let on = |today| former_card(month(2011, 3), adult, today, EXTENDING);
        assert_eq!(
            on(date(2026, 2, 28)),
            Validity::ExtendedByLaw {
                until: in_month(2026, 3),
                printed: in_month(2021, 3)
            }
        );
        assert_eq!(
            on(date(2026, 3, 1)),
            Validity::ComputedToTheMonth {
                last: month(2026, 3)
            }
        );
        assert_eq!(
            on(date(2026, 3, 31)),
            Validity::ComputedToTheMonth {
                last: month(2026, 3)
            }
        );
        assert_eq!(on(date(2026, 4, 1)), expired(in_month(2026, 3)));
    }

    #[test]
    fn the_extension_can_be_switched_off_and_expired_cards_accepted() {
        let adult = born(1970, 1, 1);
        assert_eq!(
            former_card(month(2012, 5), adult, date(2026, 3, 2), PRINTED_ONLY),
            expired(in_month(2022, 5))
        );
        let lenient = ValidityRules {
            former_card_extension: false,
            accept_expired: true,
        };
        let validity = former_card(month(2012, 5), adult, date(2026, 3, 2), lenient);
        assert_eq!(
            validity,
            Validity::Expired {
                since: in_month(2022, 5),
                accepted_by_site: true
            }
        );
        assert!(validity.is_accepted());
        assert_eq!(
            validity.strength(EvidenceStrength::Strong),
            EvidenceStrength::Weak
        );
    }

    #[test]
    fn an_unclear_age_only_matters_when_it_decides() {
        let issued = month(2011, 6);
        let eighteen_that_month = born(1993, 6, 15);
        let on = |birth, today| former_card(issued, birth, today, EXTENDING);
        assert_eq!(
            on(eighteen_that_month, date(2025, 1, 1)),
            Validity::AgeAtIssueUnclear { issued }
        );
        assert_eq!(
            on(None, date(2025, 1, 1)),
            Validity::AgeAtIssueUnclear { issued }
        );
        assert_eq!(
            on(PartialDate::new(1993, None, None), date(2025, 1, 1)),
            Validity::AgeAtIssueUnclear { issued }
        );
        assert_eq!(
            on(PartialDate::new(1992, None, None), date(2025, 1, 1)),
            on(born(1992, 12, 31), date(2025, 1, 1))
        );
        assert_eq!(
            on(eighteen_that_month, date(2020, 1, 1)),
            Validity::Current {
                until: in_month(2021, 6)
            }
        );
        assert_eq!(
            on(eighteen_that_month, date(2030, 1, 1)),
            expired(in_month(2026, 6))
        );
        // Eighteen on the first of the month is an adult whatever the day of issue; on the last day, a minor on most.
        assert!(matches!(
            on(born(1993, 6, 1), date(2025, 1, 1)),
            Validity::ExtendedByLaw { .. }
        ));
        assert_eq!(
            on(born(1993, 7, 1), date(2025, 1, 1)),
            expired(in_month(2021, 6))
        );
    }

    #[test]
    fn a_printed_day_counts_until_its_end() {
        let last = LastDay::Day(date(2025, 1, 12));
        let current = outcome(last, last, date(2025, 1, 12), EXTENDING);
        assert_eq!(current, Validity::Current { until: last });
        assert_eq!(current.reason(), "", "the date stands beside it");
        let validity = outcome(last, last, date(2025, 1, 13), EXTENDING);
        assert_eq!(validity, expired(last));
        assert_eq!(
            validity.sentence(),
            "Pièce périmée depuis le 12/01/2025. Une autre pièce, ou l’accord d’un responsable."
        );
        assert!(!validity.is_accepted());
    }

    #[test]
    fn sentences_name_the_month_when_the_day_is_not_known() {
        assert_eq!(
            expired(in_month(2022, 5)).sentence(),
            "Pièce périmée depuis mai 2022. Une autre pièce, ou l’accord d’un responsable."
        );
        assert_eq!(
            Validity::ComputedToTheMonth {
                last: month(2026, 3)
            }
            .sentence(),
            "La validité de cette carte s’arrête en mars 2026\u{a0}: lisez la date exacte sur la carte."
        );
        let extended = Validity::ExtendedByLaw {
            until: in_month(2026, 3),
            printed: in_month(2021, 3),
        };
        assert_eq!(extended.reason(), extended.sentence());
        assert_eq!(
            extended.sentence(),
            "Carte délivrée à un majeur entre 2004 et 2013\u{a0}: validité prolongée de 5 ans, acceptée."
        );
    }
}
