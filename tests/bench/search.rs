//! How long a search takes on a mirror of 5,000 and of 100,000 fictitious people, and how long filling it takes.
//! Prints a table and judges nothing: a slow machine is no failure.

use std::time::{Duration, Instant};

use guichet_core::domain::account::AccountRecord;
use guichet_core::domain::birth_date::PartialDate;
use guichet_core::domain::name_match::fold;
use guichet_core::domain::person::{
    Attachment, Login, NumberKind, Person, PersonId, PersonNames, PersonNumber, Population,
    Recovery,
};
use guichet_core::operations::counter::search;
use guichet_core::store::{MirrorOwner, Store};
use guichet_core::vault::DatabaseKey;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

const TODAY: Date = date(2026, 11, 24);
const PAGE: usize = 1_000;
/// Queries of each family.
const QUERIES: usize = 80;

const GIVENS: [&str; 48] = [
    "Camille",
    "Léa",
    "Emma",
    "Manon",
    "Chloé",
    "Inès",
    "Sarah",
    "Jade",
    "Louise",
    "Alice",
    "Hélène",
    "Anaïs",
    "Élodie",
    "Noémie",
    "Nadia",
    "Aïcha",
    "Fatoumata",
    "Gaëlle",
    "Jeanne",
    "Marie-Ange",
    "Lucas",
    "Hugo",
    "Louis",
    "Jules",
    "Adam",
    "Raphaël",
    "Arthur",
    "Gabriel",
    "Théo",
    "Nathan",
    "Mathis",
    "Yanis",
    "Mohamed",
    "Karim",
    "Jean-Baptiste",
    "François",
    "Étienne",
    "Loïc",
    "Yann",
    "Gwenaël",
    "Thị Ái",
    "Wei",
    "Ivan",
    "João",
    "Søren",
    "Zoé",
    "Maëlys",
    "Bérénice",
];
const COMMON_FAMILIES: [&str; 40] = [
    "Martin",
    "Bernard",
    "Thomas",
    "Petit",
    "Robert",
    "Richard",
    "Durand",
    "Dubois",
    "Moreau",
    "Laurent",
    "Simon",
    "Michel",
    "Lefebvre",
    "Lefèvre",
    "Leroy",
    "Roux",
    "David",
    "Bertrand",
    "Morel",
    "Fournier",
    "Girard",
    "Bonnet",
    "Dupont",
    "Lambert",
    "Fontaine",
    "Rousseau",
    "Vincent",
    "Muller",
    "Faure",
    "André",
    "Mercier",
    "Blanc",
    "Guérin",
    "Boyer",
    "Garnier",
    "Chevalier",
    "François",
    "Legrand",
    "Nguyễn",
    "Garcia",
];
const HEADS: [&str; 36] = [
    "Ker", "Le Go", "Le Ber", "Bel", "Mar", "Cha", "Du", "Bou", "Gui", "Pel", "Ro", "Sau", "Ver",
    "Vil", "Mon", "Fon", "Lan", "Car", "De La ", "D’A", "O’", "Ben ", "Had", "Tra", "Per", "Col",
    "Bro", "Gré", "Thé", "Mau", "Hou", "Que", "Pri", "Cour", "Sal", "Lou",
];
const MIDDLES: [&str; 30] = [
    "guel", "rin", "mon", "tin", "bert", "lan", "vi", "ti", "chè", "ron", "sel", "ma", "li", "dou",
    "ga", "ni", "ro", "var", "cla", "pi", "lé", "nar", "bou", "re", "mi", "chau", "quen", "fer",
    "no", "da",
];
const TAILS: [&str; 32] = [
    "en", "ard", "eau", "et", "ier", "ot", "oux", "ais", "ois", "in", "é", "ez", "el", "ec", "aud",
    "ault", "ette", "on", "as", "y", "re", "ac", "ic", "ou", "ain", "elle", "os", "i", "a", "er",
    "ville", "mont",
];

/// xorshift64*: the same people and queries at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(value).unwrap_or(0) % sides.max(1)
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(self.roll(list.len())).copied().unwrap_or("")
    }
}

fn family(dice: &mut Dice) -> String {
    if dice.roll(3) == 0 {
        // The first of the list are more frequent.
        let most = 1 + dice.roll(COMMON_FAMILIES.len());
        return COMMON_FAMILIES[dice.roll(most)].to_owned();
    }
    let one = format!(
        "{}{}{}",
        dice.pick(&HEADS),
        dice.pick(&MIDDLES),
        dice.pick(&TAILS)
    );
    if dice.roll(20) == 0 {
        format!("{one}-{}", dice.pick(&COMMON_FAMILIES))
    } else {
        one
    }
}

fn person(number: usize, dice: &mut Dice) -> Person {
    let family = family(dice);
    let given = dice.pick(&GIVENS).to_owned();
    let birth = format!(
        "{}-{:02}-{:02}",
        1960 + dice.roll(48),
        1 + dice.roll(12),
        1 + dice.roll(28)
    );
    let student = (21_000_000 + number).to_string();
    let login = format!("b{student}");
    let plain = |text: &str| fold(text).replace(' ', "-");
    let structure = format!("S{:03}", dice.roll(200));
    Person {
        id: PersonId(Uuid::from_u128(number as u128 + 1)),
        dn: format!("uid={login},ou=people,dc=univ-rivemer,dc=example"),
        mail: Some(format!(
            "{}.{}{number}@univ-rivemer.example",
            plain(&given),
            plain(&family)
        )),
        login: Login::new(&login),
        names: PersonNames {
            display: Some(format!("{given} {family}")),
            common: vec![format!("{} {}", fold(&family), fold(&given))],
            birth_family: (dice.roll(8) == 0).then(|| self::family(dice)),
            civil_given: (dice.roll(4) == 0).then(|| format!("{given} {}", dice.pick(&GIVENS))),
            family,
            given,
        },
        civility: None,
        numbers: vec![
            PersonNumber {
                kind: NumberKind::Student,
                value: student,
            },
            PersonNumber {
                kind: NumberKind::Ine,
                value: format!("{:010}A", 1_200_000_000 + number),
            },
        ],
        birth: PartialDate::from_supann(&birth),
        affiliations: vec!["member".into(), "student".into()],
        main_structure: Some(structure.clone()),
        structures: vec![structure.clone()],
        attachments: vec![Attachment {
            population: Population::Student,
            structure: Some(structure),
            detail: Some("L2".into()),
            end: Some(date(2027, 9, 30)),
        }],
        sponsor: None,
        recovery: Recovery {
            has_mail: true,
            ..Recovery::default()
        },
        account: AccountRecord::default(),
        language: Some("fr".into()),
        within_perimeter: true,
    }
}

/// One letter less, one other, or two swapped.
fn slip(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = 1 + dice.roll(letters.len().saturating_sub(2));
    match dice.roll(3) {
        0 => drop(letters.remove(at)),
        1 => letters[at] = 'x',
        _ => letters.swap(at, at - 1),
    }
    letters.into_iter().collect()
}

fn queries(people: &[Person], dice: &mut Dice) -> Vec<(&'static str, Vec<String>)> {
    let mut all = Vec::new();
    let mut family = |label, make: &mut dyn FnMut(&Person, &mut Dice) -> String| {
        let texts = (0..QUERIES)
            .map(|_| make(&people[dice.roll(people.len())], dice))
            .collect();
        all.push((label, texts));
    };
    let folded = |person: &Person| fold(&person.names.family);
    let cut = |text: &str, letters: usize| text.chars().take(letters).collect::<String>();
    family("nom exact", &mut |person, _| person.names.family.clone());
    family("nom et prénom", &mut |person, _| person.names.full());
    family("nom et début de prénom", &mut |person, _| {
        format!("{} {}", folded(person), cut(&fold(&person.names.given), 2))
    });
    family("nom et initiale", &mut |person, _| {
        format!("{} {}", folded(person), cut(&fold(&person.names.given), 1))
    });
    family("deux lettres", &mut |person, _| cut(&folded(person), 2));
    family("début de nom", &mut |person, dice| {
        cut(&folded(person), 3 + dice.roll(3))
    });
    family("prénom seul", &mut |person, _| fold(&person.names.given));
    family("deux débuts courts", &mut |person, _| {
        format!(
            "{} {}",
            cut(&fold(&person.names.given), 2),
            cut(&folded(person), 2)
        )
    });
    family("une faute", &mut |person, dice| slip(&folded(person), dice));
    family("une faute et prénom", &mut |person, dice| {
        format!("{} {}", slip(&folded(person), dice), person.names.given)
    });
    family("personne", &mut |person, dice| {
        format!("{}zk {}", slip(&folded(person), dice), person.names.given)
    });
    family("numéro", &mut |person, _| person.numbers[0].value.clone());
    family("identifiant", &mut |person, _| {
        person
            .login
            .as_ref()
            .map(|login| login.as_str().to_owned())
            .unwrap_or_default()
    });
    family("courriel", &mut |person, _| {
        person.mail.clone().unwrap_or_default()
    });
    family("date", &mut |person, _| {
        person
            .birth
            .map(|birth| birth.to_string())
            .unwrap_or_default()
    });
    family("nom et date", &mut |person, _| {
        format!(
            "{} {}",
            folded(person),
            person.birth.map(|b| b.to_string()).unwrap_or_default()
        )
    });
    family("nom et année", &mut |person, _| {
        format!(
            "{} {}",
            folded(person),
            person.birth.map_or(1998, |birth| birth.year())
        )
    });
    all
}

fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted
        .get(at)
        .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

fn row(label: &str, times: &mut [Duration], found: usize) -> String {
    times.sort_unstable();
    format!(
        "{label:<24} {:>7} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {found:>9}\n",
        times.len(),
        percentile(times, 50),
        percentile(times, 95),
        percentile(times, 99),
        percentile(times, 100),
    )
}

fn measure(count: usize) -> Result<String, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(
        &folder.path().join("guichet.db"),
        &DatabaseKey::from_bytes([7; 32]),
    )?;
    let owner = MirrorOwner {
        clerk_dn: "uid=bench".into(),
        fingerprint: "1".into(),
    };
    let mut dice = Dice(0x5eed_2026);
    let people: Vec<Person> = (0..count).map(|number| person(number, &mut dice)).collect();

    let fill = || -> Result<Duration, Box<dyn std::error::Error>> {
        let start = Instant::now();
        store.write(|tx| tx.begin_fill(&owner))?;
        for page in people.chunks(PAGE) {
            store.write(|tx| tx.put_people(page))?;
        }
        store.write(|tx| tx.end_fill(Timestamp::UNIX_EPOCH))?;
        Ok(start.elapsed())
    };
    let (first, again) = (fill()?, fill()?);
    let words = store.read(|reader| reader.counts(&owner))?.words;
    let bytes = std::fs::metadata(folder.path().join("guichet.db"))?.len();

    let mut out = format!(
        "\n{count} personnes, {words} mots : premier remplissage {:.2} s, second {:.2} s, {} Mio\n{:<24} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        first.as_secs_f64(),
        again.as_secs_f64(),
        bytes / 1_048_576,
        "recherche (ms)",
        "nombre",
        "p50",
        "p95",
        "p99",
        "pire",
        "trouvées",
    );
    let mut all = Vec::new();
    let mut total = 0;
    for (label, texts) in queries(&people, &mut dice) {
        let mut times = Vec::new();
        let mut answered = 0;
        for text in &texts {
            let start = Instant::now();
            let outcome = store.read(|reader| search(reader, &owner, text, TODAY))?;
            times.push(start.elapsed());
            answered += usize::from(!outcome.people.is_empty());
        }
        all.extend_from_slice(&times);
        total += answered;
        out.push_str(&row(label, &mut times, answered));
    }
    out.push_str(&row("ensemble", &mut all, total));
    Ok(out)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::io::Write;
    for count in [5_000, 100_000] {
        let table = measure(count)?;
        std::io::stdout().write_all(table.as_bytes())?;
    }
    Ok(())
}
