//! Step 1: the document against the record. Two ways in, the strip here and a date `typed_blind`, one way out: an
//! `IdentityCheck`. What differs is named without giving the answer; the clerk judges the face.

use uuid::Uuid;

use super::acts::no_random;
use super::open::{OpenHandover, ReadingShown};
use super::views::{BandKind, BandSegmentView, ComparisonRow, HandoverView, WayOutView};
use super::{view, with_open};
use crate::domain::birth_date::{
    self, DateDoubt, DateVerdict, PartialDate, mask_revealing_only_equal_parts,
};
use crate::domain::identity_check::{BLIND_TRIES, ComparedEvidence};
use crate::domain::name_match::{
    Comparison, NameSource, RecordName, RecordNames, Verdict, compare_names,
};
use crate::domain::person::Person;
use crate::domain::travel_document::{
    DocumentKind, DocumentReading, RawReading, SegmentKind, ValidityRules, read, validity,
};
use crate::operations::counter::{people_of, today};
use crate::operations::office::now;
use crate::operations::session::{Notice, Tone};
use crate::operations::{Office, OperationError};
use crate::texts;

/// Compares a strip with the open handover's person.
///
/// # Errors
/// `notOpen` when that handover is not on the counter; a bad reading is not an error but a notice.
pub async fn check_document(
    office: &Office,
    handover: &str,
    reading: RawReading,
) -> Result<HandoverView, OperationError> {
    let clerk = office.clerk()?;
    let at = now();
    let today = today(office, at);
    let document = read(&reading, today);
    // Whose document it may be, should it not be this person's.
    let others = match &document {
        Ok(document) => people_of(office, &clerk, document)?,
        Err(_) => Vec::new(),
    };
    let rules = ValidityRules {
        former_card_extension: office.settings.handover.former_card_extension,
        accept_expired: office.settings.handover.accept_expired_documents,
    };
    let clock = texts::clock(at, &office.zone);
    let id = with_open(office, handover, |open| {
        if open.check.is_some() {
            return;
        }
        open.evidence = None;
        open.difference = None;
        match document {
            Err(problem) => {
                open.reading = ReadingShown::default();
                open.identity_notice = Some(Notice {
                    tone: Tone::Warn,
                    strong: String::new(),
                    text: problem.sentence(),
                });
            }
            Ok(document) => {
                compare(open, &document, today, &rules, &clock);
                if open.difference.is_some()
                    && let Some(way) = other_person(open, &others, today)
                {
                    open.reading.ways_out.insert(1, way);
                }
            }
        }
    })?;
    view(office, id)
}

/// Names of a record, by where they come from.
pub(crate) fn record_names(person: &Person) -> RecordNames {
    let names = &person.names;
    let mut family = vec![RecordName::new(names.family.as_str(), NameSource::Usage)];
    family.extend(
        names
            .birth_family
            .iter()
            .map(|name| RecordName::new(name.as_str(), NameSource::CivilStatus)),
    );
    let mut given = vec![RecordName::new(names.given.as_str(), NameSource::Usage)];
    given.extend(
        names
            .civil_given
            .iter()
            .map(|name| RecordName::new(name.as_str(), NameSource::CivilStatus)),
    );
    family.retain(|name| !name.text.is_empty());
    given.retain(|name| !name.text.is_empty());
    RecordNames { family, given }
}

fn compare(
    open: &mut OpenHandover,
    document: &DocumentReading,
    today: jiff::civil::Date,
    rules: &ValidityRules,
    clock: &str,
) {
    let person = &open.person;
    let names = compare_names(
        document.family_name(),
        document.given_names(),
        &record_names(person),
    );
    let births = document.birth().zip(person.birth);
    let birth = births.map(|(read, record)| birth_date::compare(&read, &record));
    let valid = validity(document, today, rules);
    let mut rows = vec![
        name_row(
            BandKind::Family,
            "Nom",
            document.family_name().map(|name| name.text.clone()),
            &person.names.family,
            &names.family,
        ),
        name_row(
            BandKind::Given,
            "Prénoms",
            document.given_names().map(|name| name.text.clone()),
            &person.names.given,
            &names.given,
        ),
    ];
    if document.given_names().is_none() {
        rows.pop();
    }
    rows.push(birth_row(document, births, birth));
    rows.push(ComparisonRow {
        field: BandKind::Expiry,
        label: "Validité".into(),
        on_document: document
            .expiry()
            .map_or_else(|| "—".into(), |expiry| expiry.to_string()),
        in_directory: "—".into(),
        tone: if valid.is_accepted() {
            Tone::Ok
        } else {
            Tone::Bad
        },
        verdict: if valid.is_accepted() {
            "En cours".into()
        } else {
            "Périmée".into()
        },
        reason: valid.reason(),
    });
    open.reading = ReadingShown {
        aside: format!("{} · lecteur · {clock}", document.label()),
        band: Some(band(document)),
        check_digits: Some(format!(
            "{} chiffres de contrôle sur {}",
            document.check_digits().good,
            document.check_digits().total
        )),
        rows,
        ways_out: Vec::new(),
    };
    let given = document.given_names().map(|_| names.given.verdict);
    open.evidence = ComparedEvidence::from_zone(
        document.kind(),
        names.family.verdict,
        given,
        births,
        valid.is_accepted(),
    );
    let corrected = document.keyboard_corrected().then(|| Notice {
        tone: Tone::Wait,
        strong: String::new(),
        text: "Lecteur réglé en QWERTY\u{a0}: corrigé automatiquement.".into(),
    });
    open.identity_notice = doubtful_birth(open.evidence.as_ref()).or(corrected);
    if open.evidence.is_none() {
        difference(
            open,
            document,
            names.family.verdict,
            given,
            birth,
            valid.is_accepted(),
        );
    }
}

/// The dates compare well and prove little: the clerk looks further before confirming (counter reference §9, case 6).
pub(super) fn doubtful_birth(evidence: Option<&ComparedEvidence>) -> Option<Notice> {
    let (strong, why) = match evidence?.birth_doubt()? {
        DateDoubt::UnknownInRecord {
            day: true,
            month: true,
        } => (
            "La fiche ne connaît que l’année de naissance.",
            "Le jour et le mois n’ont pas été comparés.",
        ),
        DateDoubt::UnknownInRecord { month: true, .. } => (
            "La fiche ne connaît pas le mois de naissance.",
            "Il n’a pas été comparé.",
        ),
        DateDoubt::UnknownInRecord { .. } => (
            "La fiche ne connaît pas le jour de naissance.",
            "Il n’a pas été comparé.",
        ),
        DateDoubt::UnknownOnDocument => (
            "La date de naissance est incomplète sur la pièce.",
            "Seules ses parties connues ont été comparées.",
        ),
        DateDoubt::Presumed => (
            "Le 1ᵉʳ janvier est possiblement présumé.",
            "Il s’écrit aussi quand le jour est inconnu.",
        ),
    };
    Some(Notice {
        tone: Tone::Warn,
        strong: strong.into(),
        text: format!(
            "{why} Avant de confirmer, comparez le reste sur la pièce\u{a0}: prénoms, lieu de naissance."
        ),
    })
}

fn name_row(
    field: BandKind,
    label: &str,
    read: Option<String>,
    recorded: &str,
    comparison: &Comparison,
) -> ComparisonRow {
    let verdict = comparison.verdict;
    let (tone, word) = match verdict {
        Verdict::Same => (Tone::Ok, "Identique"),
        Verdict::Compatible(_) => (Tone::Ok, "Concorde"),
        Verdict::ToCheck(_) => (Tone::Warn, "À vérifier"),
        Verdict::Different => (Tone::Bad, "Différent"),
    };
    ComparisonRow {
        field,
        label: label.to_owned(),
        on_document: read.unwrap_or_else(|| "—".into()),
        in_directory: recorded.to_owned(),
        tone,
        verdict: word.to_owned(),
        reason: verdict
            .reason()
            .map(|reason| reason.text().into_owned())
            .unwrap_or_default(),
    }
}

fn birth_row(
    document: &DocumentReading,
    births: Option<(PartialDate, PartialDate)>,
    verdict: Option<DateVerdict>,
) -> ComparisonRow {
    let (in_directory, tone, word) = match (births, verdict) {
        (Some((read, record)), Some(verdict)) => (
            mask_revealing_only_equal_parts(&read, &record),
            match verdict {
                DateVerdict::Same => Tone::Ok,
                DateVerdict::KnownPartsSame { .. } => Tone::Warn,
                DateVerdict::Different { .. } => Tone::Bad,
            },
            verdict.text().to_owned(),
        ),
        (_, _) => ("—".to_owned(), Tone::Warn, "Non comparée".to_owned()),
    };
    ComparisonRow {
        field: BandKind::Birth,
        label: "Naissance".into(),
        on_document: document
            .birth()
            .map_or_else(|| "—".into(), |birth| birth.to_string()),
        in_directory,
        tone,
        verdict: word,
        reason: String::new(),
    }
}

fn band(document: &DocumentReading) -> Vec<Vec<BandSegmentView>> {
    document
        .band()
        .iter()
        .map(|line| {
            line.iter()
                .map(|segment| BandSegmentView {
                    text: segment.text.clone(),
                    kind: match segment.kind {
                        SegmentKind::Plain => BandKind::Plain,
                        SegmentKind::Masked => BandKind::Masked,
                        SegmentKind::FamilyName => BandKind::Family,
                        SegmentKind::GivenNames => BandKind::Given,
                        SegmentKind::Birth => BandKind::Birth,
                        SegmentKind::Expiry => BandKind::Expiry,
                    },
                })
                .collect()
        })
        .collect()
}

fn difference(
    open: &mut OpenHandover,
    document: &DocumentReading,
    family: Verdict,
    given: Option<Verdict>,
    birth: Option<DateVerdict>,
    valid: bool,
) {
    let title = if matches!(birth, Some(DateVerdict::Different { .. })) {
        "La date de naissance ne correspond pas"
    } else if !family.agrees() {
        "Le nom ne correspond pas"
    } else if given.is_some_and(|given| !given.agrees()) {
        "Les prénoms ne correspondent pas"
    } else if !valid {
        "La pièce est périmée"
    } else if document.kind() == DocumentKind::DrivingLicence {
        "Ce permis ne porte pas la date de naissance"
    } else {
        "La pièce ne suffit pas"
    };
    open.difference = Some(title.to_owned());
    open.identity_notice = Some(Notice {
        tone: Tone::Bad,
        strong: "Rien n’a été généré, rien n’est parti.".into(),
        text: "La lecture est fiable\u{a0}: l’écart vient de la fiche ou de la personne.".into(),
    });
    open.reading.ways_out = vec![
        WayOutView {
            code: "tellOffice".into(),
            title: "L’annuaire se trompe".into(),
            text: "Le service qui gère la fiche corrige. Revenez ensuite à cette remise.".into(),
            button: "Demander la correction".into(),
            person_id: None,
        },
        WayOutView {
            code: "readAgain".into(),
            title: "Une autre pièce".into(),
            text: "Passez-la dans le lecteur. Rien n’est gardé de cette lecture.".into(),
            button: "Relire".into(),
            person_id: None,
        },
    ];
}

/// The document is that of exactly one other person: their sheet is one button away.
fn other_person(
    open: &OpenHandover,
    others: &[Person],
    today: jiff::civil::Date,
) -> Option<WayOutView> {
    let mut others = others.iter().filter(|person| person.id != open.person.id);
    let (other, more) = (others.next()?, others.next());
    let population = other.main_population(today);
    more.is_none().then(|| WayOutView {
        code: "otherPerson".into(),
        title: "Ce n’est pas la bonne fiche".into(),
        text: format!(
            "Cette pièce est peut-être celle de {}, {}.",
            other.names.full(),
            texts::population_word(population, other.civility).to_lowercase()
        ),
        button: "Ouvrir sa fiche".into(),
        person_id: Some(other.id.to_string()),
    })
}

/// The clerk has looked at the face. A yes makes the check and draws the password; a no closes the act.
///
/// # Errors
/// `notOpen`, `noEvidence` when nothing compares yet.
pub async fn confirm_photo(
    office: &Office,
    handover: &str,
    alike: bool,
) -> Result<HandoverView, OperationError> {
    let clerk = office.clerk()?;
    let at = now();
    let mut outcome = Ok(());
    let id: Uuid = with_open(office, handover, |open| {
        if open.check.is_some() {
            return;
        }
        if !alike {
            open.evidence = None;
            open.reading = ReadingShown::default();
            open.difference = Some("La photo ne ressemble pas".into());
            open.identity_notice = Some(Notice {
                tone: Tone::Bad,
                strong: "Rien n’a été généré, rien n’est parti.".into(),
                text: "Demandez une autre pièce, ou appelez un responsable.".into(),
            });
            return;
        }
        let Some(evidence) = open.evidence.take() else {
            outcome = Err(OperationError::new(
                "noEvidence",
                "La pièce n’a pas encore été comparée.",
            ));
            return;
        };
        match open.draw(at) {
            Ok(()) => {
                open.check = Some(evidence.confirm(&clerk.dn, at));
                open.reading.band = None;
                open.identity_notice = None;
                open.tries_left = BLIND_TRIES;
                let person = open.person.id;
                let forgotten = office
                    .store
                    .write(|writer| writer.forget_blind_tries(person));
                if let Err(error) = forgotten {
                    tracing::warn!(%error, "tries that count no more are kept until tomorrow");
                }
            }
            Err(error) => outcome = Err(no_random(error)),
        }
    })?;
    outcome?;
    view(office, id)
}
