//! The French words of a provisional passphrase: common, concrete, typed alike on AZERTY and QWERTY.
//! The tests below hold the list to its written rules (`WORDS.md`), so that an edited list cannot
//! slip in a key that moves, a twin, a homophone or a word nobody wants on a letter given at a desk.
//! It never draws a word: that is the generator's, with the system's random source.

use std::sync::LazyLock;

/// One word a line, lower-case, sorted. Provenance and rules: `WORDS.md` beside it.
const WORD_FILE: &str = include_str!("words_fr.txt");

/// The words a passphrase is drawn from: lower-case ASCII, 4 to 8 letters, sorted, all different.
///
/// Never fewer than 1,024, so that a word is worth at least 10 bits: 5 words reach the 50 bits asked
/// where failed logins lock the account, 8 the 80 bits asked elsewhere (CNIL, délibération 2022-100).
/// Compute entropy from the length of this list, never from a constant.
pub static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| WORD_FILE.lines().collect());

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Keys that carry the same letter on AZERTY and QWERTY.
    const SAME_PLACE: &str = "bcdefghijklnoprstuvxy";

    /// First names that those keys can spell, with the nouns that people also bear.
    const FIRST_NAMES: &str = "benoit bernie boris brice bruno cecile celeste celine cerise chloe \
        christel clelie clio clotilde clovis colette colin corinne cyril denis denise didier dorine \
        doris edith elie elise elodie eloi eric ernest esther estelle eudes eugene eugenie felix fleur \
        flore florence florent florine frederic gilles ginette gloire gregoire gregory hector henri \
        hercule herve honore hortense hugo igor ines irene iris jenny joel joelle joris joseph josette \
        jules julie julien juliette justin justine kevin leon leonie lilou lionel lise loic louis louise \
        loup luce lucie lucien lucile ludovic lydie nicole noel odette odile olive olivier perle perrine \
        pierre pierrot prince prosper prudence prune regine reine rene robert robin roger rose rosine \
        serge sidonie sixte solene sophie steve sylvie tess theo ursule victor victoire violette \
        virginie vivien yves yvette yvonne";

    /// Body, sex, faith, politics, illness, death, weapons, drink, insults, money trouble, police.
    const UNPLEASANT: &str = "bible bide bidet bigot biroute bite biture boche bordel bouc boudin \
        bouffon bouse buse cercueil chienlit chier cierge cirrhose clodo clope cochon cocu connerie \
        coucher crever crise croix crotte croupe cruche cruel cucul culot culotte culte cureton cuisse \
        dette deuil dieu dinde dindon dingue divorce docile doigt douleur drogue duel dupe enfer \
        enivrer erreur escroc espion fesse fessier filou flic flingue fouet fouine foutre furoncle fusil \
        fusiller genou gibet gifle giron gosier gouine goulot goulu gourde greffe grue guenon gueule \
        guerre gueux hernie horreur hospice hostie huissier idiot infect inceste injure insulte ivre \
        ivrogne jouir juge juger juif jupon justice lesbien libido ligue linceul litige lourd luxure \
        lyncher nerf nichon nudiste nul obus odeur odieux ordure orgie orphelin orteil otite overdose \
        perdre pervers peur pigeon pilule pipe pipi pisse pistolet pleurer poil poison police poltron \
        porc porno potence poule poulet prier prison puer punir punition purin putois putride reptile \
        rein revolver rite roter ruine sein serpent sexe sexuel sexy singe slip sobre stupide sucer \
        suicide supplice syphilis tirer torpille torse torture toux tribu tricher trou trouille truie \
        tuer tuerie tueur urine urinoir venin verge verrue vice viol violence violent violer virus voleur \
        vote voter voyeur voyou";

    /// Everyday words that sound like another everyday word: none shares its sound with the list.
    const HOMOPHONES: &str = "ancre encre bond bon bout boue cellier sellier cent sang cerf serre \
        chair cher chaîne chêne clé clef clerc clair col colle compte conte coin coing coup cou cour \
        court cric crique cuir cuire cygne signe dent dans dessin dessein doux d'où eau haut étang étant \
        faim fin faire fer fausse fosse filtre philtre foi foie fois fond fonds golf golfe goutte goûte \
        gril grill houx où heure heurt laid lait lire lyre luth lutte maire mère mer mètre maître mot \
        maux mur mûr nom non nez né pain pin panser penser pause pose peau pot père paire perce perse \
        piton python plainte plinthe plein plain poids pois poing point porc port pouce pousse pouls \
        poux puits puis rein rain renne reine roue roux saut seau sceau sel selle scie si session \
        cession sol sole soufre souffre tante tente taie terre taire thon ton toit toi tribut tribu \
        vain vin vaine veine vent van verre vert ver vile vil voie voix vice visse repère repaire";

    fn vowel(c: char) -> bool {
        "aeiouyéèêâîôû'".contains(c)
    }

    /// What a French ear keeps of a word. Rough on purpose: deaf to é and è, to `in` and `un` and to
    /// silent ends, so that it accuses too much rather than too little.
    fn sound(word: &str) -> String {
        let word = word.replace('œ', "e").replace('ç', "ss");
        let long = word.chars().count() > 3;
        let closing = ["er", "et", "ez", "é", "ée"]
            .iter()
            .find_map(|end| word.strip_suffix(end).filter(|_| long));
        let singular = word.trim_end_matches(['s', 'x', 'z']);
        // A mute e is written ' : it gives its consonant a voice (vert, verte) and has none itself.
        let spelt = match (closing, singular.strip_suffix('e')) {
            (Some(head), _) => format!("{head}é"),
            (None, Some(head)) => format!("{head}'"),
            (None, None) => word
                .trim_end_matches(['s', 'x', 'z', 't', 'd', 'p'])
                .to_owned(),
        };
        // The longest spelling comes first. Upper case stands for sounds without a letter of their own.
        const SPELLINGS: &str = "ouill=uj ueil=Ej euill=Ej euil=Ej eill=ej eil=ej ill=ij eau=o oeu=E au=o ai=e aî=e ei=e \
            oy=waj uy=Yj oi=wa où=u oû=u ou=u eu=E gn=N ch=S ph=f qu=k ss=s gu'=g gue=ge gui=gi \
            gué=ge x=ks h= j=J y=i û=Y u=Y é=e è=e ê=e â=a î=i ô=o '=";
        const NASALS: &str =
            "oin=wI ien=jI ain=I aim=I ein=I in=I im=I yn=I un=I en=A em=A an=A am=A on=O om=O";
        let table = |rules: &'static str| rules.split(' ').filter_map(|rule| rule.split_once('='));
        let mut heard = String::new();
        let mut rest = spelt.as_str();
        let mut before = ' ';
        while let Some(first) = rest.chars().next() {
            let next = rest.chars().nth(1).unwrap_or(' ');
            let nasal = table(NASALS).find(|(from, _)| {
                let after = rest
                    .strip_prefix(*from)
                    .map(|tail| tail.chars().next().unwrap_or(' '));
                after.is_some_and(|c| !vowel(c) && c != 'n' && c != 'm')
            });
            let soft = "eiyéèê'".contains(next);
            let (taken, said) = match nasal
                .or_else(|| table(SPELLINGS).find(|(from, _)| rest.starts_with(*from)))
            {
                Some((from, to)) => (from.len(), to),
                None if first == 'c' => (1, if soft { "s" } else { "k" }),
                None if first == 'g' && soft => (1, "J"),
                None if first == 's'
                    && next == 'c'
                    && rest.chars().nth(2).is_some_and(|c| "eiy".contains(c)) =>
                {
                    (1, "")
                }
                None if first == 's' && vowel(before) && vowel(next) => (1, "z"),
                None => (first.len_utf8(), &rest[..first.len_utf8()]),
            };
            before = rest[..taken].chars().last().unwrap_or(' ');
            if !said.is_empty() && !heard.ends_with(said) {
                heard.push_str(said);
            }
            rest = &rest[taken..];
        }
        heard
    }

    fn by_sound() -> BTreeMap<String, Vec<&'static str>> {
        let mut heard: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for word in WORDS.iter() {
            heard.entry(sound(word)).or_default().push(word);
        }
        heard
    }

    /// True when one insertion, deletion, substitution or swap of neighbours turns one word into the other.
    fn one_edit_apart(a: &str, b: &str) -> bool {
        let (short, long) = if a.len() <= b.len() {
            (a.as_bytes(), b.as_bytes())
        } else {
            (b.as_bytes(), a.as_bytes())
        };
        let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
        match long.len() - short.len() {
            0 if head == short.len() => false,
            0 if short[head + 1..] == long[head + 1..] => true,
            0 => {
                let mut swapped = short.to_vec();
                swapped.swap(head, (head + 1).min(short.len() - 1));
                swapped == long
            }
            1 => short[head..] == long[head + 1..],
            _ => false,
        }
    }

    #[test]
    fn a_word_is_worth_ten_bits_at_least() {
        assert!(WORDS.len() >= 1024, "{} words", WORDS.len());
    }

    #[test]
    fn sorted_and_all_different() {
        let unsorted: Vec<_> = WORDS.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
        assert!(unsorted.is_empty(), "{unsorted:?}");
        assert!(WORD_FILE.ends_with('\n') && !WORD_FILE.contains('\r'));
    }

    #[test]
    fn typed_alike_on_both_keyboards_and_short() {
        let wrong: Vec<_> = WORDS
            .iter()
            .filter(|word| {
                !(4..=8).contains(&word.len()) || !word.chars().all(|c| SAME_PLACE.contains(c))
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn one_slip_of_the_finger_never_makes_another_word() {
        assert!(
            one_edit_apart("livre", "libre")
                && one_edit_apart("cour", "cours")
                && one_edit_apart("rive", "rivet")
        );
        assert!(one_edit_apart("fonder", "fondre"));
        assert!(!one_edit_apart("livre", "livre") && !one_edit_apart("lune", "luges"));
        let mut near = Vec::new();
        for (at, a) in WORDS.iter().enumerate() {
            near.extend(
                WORDS[at + 1..]
                    .iter()
                    .filter(|b| one_edit_apart(a, b))
                    .map(|b| (a, b)),
            );
        }
        assert!(near.is_empty(), "{near:?}");
    }

    #[test]
    fn no_word_is_the_plural_of_another() {
        let all: BTreeSet<_> = WORDS.iter().copied().collect();
        let plurals: Vec<_> = WORDS
            .iter()
            .filter(|word| {
                word.strip_suffix(['s', 'x'])
                    .is_some_and(|singular| all.contains(singular))
            })
            .collect();
        assert!(plurals.is_empty(), "{plurals:?}");
    }

    #[test]
    fn no_first_name_and_nothing_that_embarrasses() {
        assert!(UNPLEASANT.split_whitespace().count() >= 60);
        let mut found: Vec<&str> = Vec::new();
        for banned in FIRST_NAMES
            .split_whitespace()
            .chain(UNPLEASANT.split_whitespace())
        {
            // An entry that the keyboard rule excludes already would only pad the lists.
            assert!(banned.chars().all(|c| SAME_PLACE.contains(c)), "{banned}");
            found.extend(WORDS.iter().filter(|word| **word == banned).copied());
        }
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn the_ear_test_hears_what_french_hears() {
        let pairs = |text: &'static str| text.split(' ').filter_map(|pair| pair.split_once('/'));
        let same = "cygne/signe sceau/seau reine/renne pois/poids balai/ballet filtre/philtre cour/cours \
            brin/brun chercher/cherché censé/sensé encre/ancre session/cession cellier/sellier cuir/cuire";
        for (a, b) in pairs(same) {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
        for (a, b) in
            pairs("vert/verte poisson/poison rose/rosse gage/gag bon/bonne roue/rue fille/file")
        {
            assert_ne!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn no_two_words_sound_alike() {
        let alike: Vec<_> = by_sound()
            .into_values()
            .filter(|words| words.len() > 1)
            .collect();
        assert!(alike.is_empty(), "{alike:?}");
    }

    #[test]
    fn no_word_sounds_like_a_well_known_homophone() {
        let heard = by_sound();
        let alike: Vec<_> = HOMOPHONES
            .split_whitespace()
            .filter_map(|trap| heard.get(&sound(trap)).map(|words| (trap, words.clone())))
            .collect();
        assert!(alike.is_empty(), "{alike:?}");
    }
}
