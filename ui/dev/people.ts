/** Fictitious people of the demonstration: one per state a clerk can meet, and a few names that break careless screens. */
import type { ActionView } from "../messages/ActionView";
import type { AttachmentView } from "../messages/AttachmentView";
import type { FactView } from "../messages/FactView";
import type { Notice } from "../messages/Notice";
import type { PersonRow } from "../messages/PersonRow";
import type { PersonSheet } from "../messages/PersonSheet";
import type { PopulationView } from "../messages/PopulationView";
import type { StateCode } from "../messages/StateCode";
import type { StateView } from "../messages/StateView";
import type { Tone } from "../messages/Tone";

const state = (code: StateCode, tone: Tone, word: string, text = word): StateView => ({ code, tone, word, text });
const notice = (tone: Tone, strong: string, text = ""): Notice => ({ tone, strong, text });
const fact = (label: string, value: string, more: Partial<FactView> = {}): FactView => ({
  label,
  value,
  note: null,
  mono: false,
  tone: null,
  wide: false,
  ...more,
});
const HAND_OVER: ActionView = {
  label: "Remettre un accès",
  allowed: true,
  primary: true,
  note: "30 s : vérifier, générer, imprimer.\nAdresse de secours demandée au passage.",
};

interface Person {
  row: PersonRow;
  sheet: PersonSheet;
  login: string;
}

interface Draft {
  id: string;
  family: string;
  given: string;
  population: PopulationView;
  line: string;
  subtitle: string;
  state: StateView;
  login: string;
  year: number;
  mail?: string;
  recovery?: boolean;
  title?: string;
  tone?: Tone;
  lines: Notice[];
  action?: ActionView;
  attachments?: AttachmentView[];
  within?: boolean;
  homonym?: boolean;
  events?: [string, string][];
}

function person(draft: Draft): Person {
  const within = draft.within ?? true;
  const facts = within
    ? [
        fact("Identifiant", draft.login, { mono: true, note: "Ce n’est pas le courriel" }),
        fact("Naissance", `••/••/${String(draft.year)}`, { mono: true, note: "Demandée à la vérification" }),
        draft.recovery
          ? fact("Secours", "Présente", { tone: "ok", note: "Jamais affichée" })
          : fact("Secours", "Absente", { tone: "warn", note: "À demander à la remise" }),
        fact("Mobile", "•• •• •• 47 12", { note: "Vérifié le 2 oct." }),
        fact("Courriel", draft.mail ?? `${draft.login}@univ-rivemer.example`, { wide: true }),
      ]
    : [];
  return {
    login: draft.login,
    row: {
      id: draft.id,
      familyName: draft.family,
      givenName: draft.given,
      line: draft.line,
      population: draft.population,
      state: draft.state,
      familyMarks: [],
      givenMarks: [],
      withinPerimeter: within,
      homonym: draft.homonym ? "l’année de naissance" : null,
      reason: null,
    },
    sheet: {
      id: draft.id,
      familyName: draft.family,
      givenName: draft.given,
      subtitle: draft.subtitle,
      population: draft.population,
      state: draft.state,
      freshness: { kind: "directory", text: "Lu dans l’annuaire à 09:31" },
      diagnosis: {
        title: draft.title ?? "Ce qui bloque la connexion",
        tone: draft.tone ?? "warn",
        lines: draft.lines,
        action: draft.action ?? HAND_OVER,
      },
      facts,
      attachments: within ? (draft.attachments ?? []) : [],
      letters: [],
      events: (draft.events ?? []).map(([when, text]) => ({ when, text })),
      withinPerimeter: within,
    },
  };
}

export const PEOPLE: Person[] = [
  person({
    id: "p-belkacem-roussel",
    family: "Belkacem-Roussel",
    given: "Nadia",
    population: "doctoral",
    line: "Doctorante · labo LUMEN · née en 1998",
    subtitle: "Un compte, deux rattachements : École doctorale Calcul et labo LUMEN · campus Saint-Clair",
    state: state("provisionalExpired", "bad", "Provisoire expiré", "Provisoire expiré le 21 nov."),
    login: "b21704588",
    year: 1998,
    mail: "nadia.belkacem-roussel@univ-rivemer.example",
    lines: [
      notice("bad", "Mot de passe provisoire expiré", " le 21 nov. : remis le 14, jamais activé"),
      notice("warn", "Aucune adresse de secours", " : pas de dépannage en ligne possible"),
      notice("ok", "", "Inscription 2026-2027 et contrat doctoral en ordre"),
    ],
    attachments: [
      {
        population: "doctoral",
        title: "Doctorat",
        current: true,
        facts: [
          fact("École", "École doctorale Calcul", { wide: true }),
          fact("Inscription", "2026-2027", { note: "3ᵉ année" }),
          fact("Numéro", "21704588", { mono: true }),
        ],
      },
      {
        population: "staff",
        title: "Personnel",
        current: true,
        facts: [
          fact("Structure", "Laboratoire LUMEN", { wide: true }),
          fact("Contrat", "Contrat doctoral", { note: "jusqu’au 30 sept. 2027" }),
          fact("Campus", "Saint-Clair"),
        ],
      },
    ],
    events: [
      ["21 nov.", "Mot de passe provisoire expiré sans activation"],
      ["14 nov. 16:52", "Accès remis — RH poste 1, Sami Diallo, pièce vérifiée"],
    ],
  }),
  person({
    id: "p-belkacem-l2",
    family: "Belkacem",
    given: "Nadia",
    population: "student",
    line: "Étudiante L2 Droit · née en 2005",
    subtitle: "Licence 2 Droit · campus Saint-Clair",
    state: state("active", "ok", "Actif"),
    login: "b22501934",
    year: 2005,
    recovery: true,
    title: "Rien ne bloque la connexion",
    tone: "ok",
    lines: [notice("ok", "Compte actif", ", dernière connexion aujourd’hui à 08:12"), notice("ok", "", "Inscription 2026-2027 en ordre")],
    action: { label: "Remettre un accès", allowed: true, primary: false, note: "Le compte fonctionne : un nouveau mot de passe remplacerait le sien." },
    homonym: true,
  }),
  person({
    id: "p-belkacem-alumni",
    family: "Belkacem",
    given: "Nadia",
    population: "alumni",
    line: "Diplômée 2019 · née en 1996",
    subtitle: "Master Chimie 2019",
    state: state("noRecovery", "warn", "Sans adresse de secours"),
    login: "b11503377",
    year: 1996,
    lines: [notice("warn", "Aucune adresse de secours", " : pas de dépannage en ligne possible")],
    homonym: true,
  }),
  person({
    id: "p-belkhir",
    family: "Belkhir",
    given: "Nadia",
    population: "staff",
    line: "Personnel · ingénieure · née en 1987",
    subtitle: "Service d’imagerie · campus Saint-Clair",
    state: state("active", "ok", "Actif"),
    login: "nbelkhir",
    year: 1987,
    recovery: true,
    title: "Rien ne bloque la connexion",
    tone: "ok",
    lines: [notice("ok", "Compte actif", ", dernière connexion hier à 18:40")],
    action: { label: "Remettre un accès", allowed: true, primary: false, note: "Le compte fonctionne : un nouveau mot de passe remplacerait le sien." },
  }),
  person({
    id: "p-belkadi",
    family: "Belkadi",
    given: "Nadjia",
    population: "guest",
    line: "Invitée · référent P. Garnier · née en 1990",
    subtitle: "Accès invité jusqu’au 30 nov. · référent P. Garnier",
    state: state("accessEnding", "warn", "Fin d’accès proche", "Fin d’accès dans 6 jours"),
    login: "inv-nbelkadi",
    year: 1990,
    recovery: true,
    title: "Rien ne bloque la connexion",
    tone: "ok",
    lines: [notice("warn", "Fin d’accès le 30 nov.", " : la prolongation revient au référent")],
    action: { label: "Remettre un accès", allowed: true, primary: false, note: "Le compte fonctionne jusqu’au 30 nov." },
  }),
  person({
    id: "p-lefevre-nunez",
    family: "Lefèvre-Nuñez",
    given: "Inès",
    population: "staff",
    line: "Personnel · arrive le 1ᵉʳ déc. · née en 1994",
    subtitle: "Service paie · arrive le 1ᵉʳ déc. · campus Saint-Clair",
    state: state("neverHandedOver", "wait", "Jamais remis", "Jamais remis, arrive le 1ᵉʳ déc."),
    login: "ilefevrenunez",
    year: 1994,
    tone: "wait",
    lines: [
      notice("wait", "Accès jamais remis", " : arrivée préparée le 17 nov., sans mot de passe"),
      notice("warn", "Aucune adresse de secours", " : à demander à la remise"),
    ],
    attachments: [
      {
        population: "staff",
        title: "Personnel",
        current: true,
        facts: [fact("Structure", "Service paie", { wide: true }), fact("Arrivée", "1ᵉʳ déc. 2026"), fact("Campus", "Saint-Clair")],
      },
    ],
  }),
  person({
    id: "p-lefevre-l1",
    family: "Lefèvre",
    given: "Inès",
    population: "student",
    line: "Étudiante L1 Lettres · née en 2007",
    subtitle: "Licence 1 Lettres",
    state: state("provisionalPending", "warn", "Provisoire remis", "Provisoire remis, 2 jours restants"),
    login: "l22609811",
    year: 2007,
    lines: [notice("warn", "Pas encore activé sur Sésame", ", 2 jours restants")],
    action: { ...HAND_OVER, label: "Remettre à nouveau", note: "La lettre perdue ne se réimprime pas : un nouveau mot de passe la remplace." },
  }),
  person({
    id: "p-roche-disabled",
    family: "Roche",
    given: "Gaëtan",
    population: "student",
    line: "Étudiant M1 Histoire · né en 2001",
    subtitle: "Master 1 Histoire",
    state: state("disabled", "off", "Désactivé", "Désactivé par la scolarité"),
    login: "r22104420",
    year: 2001,
    recovery: true,
    tone: "off",
    lines: [notice("off", "Compte désactivé par la scolarité", " : un mot de passe n’y changera rien"), notice("ok", "", "Adresse de secours présente")],
    action: {
      label: "Remettre un accès",
      allowed: false,
      primary: false,
      note: "Seule la scolarité peut rouvrir ce compte. Adressez la personne à son secrétariat.",
    },
  }),
  person({
    id: "p-roche-locked",
    family: "Roche",
    given: "Maëlys",
    population: "staff",
    line: "Personnel · bibliothèque · née en 1979",
    subtitle: "Bibliothèque universitaire",
    state: state("lockedByAttempts", "bad", "Verrouillé", "Verrouillé à 09:12 après 5 essais"),
    login: "mroche",
    year: 1979,
    recovery: true,
    tone: "bad",
    lines: [notice("bad", "Compte verrouillé à 09:12", " après 5 essais ratés ; le mot de passe reste le même")],
  }),
  person({
    id: "p-roche-outside",
    family: "Roche",
    given: "Solène",
    population: "staff",
    line: "Personnel · présidence",
    subtitle: "Présidence",
    state: state("unknown", "off", "Hors périmètre"),
    login: "",
    year: 1970,
    within: false,
    title: "Fiche de la RH",
    tone: "off",
    lines: [notice("off", "Hors de votre périmètre", " : seuls le nom et la structure sont lus")],
    action: { label: "Remettre un accès", allowed: false, primary: false, note: "Réinitialiser un personnel revient à la RH. Adressez-lui la personne." },
  }),
  person({
    id: "p-long",
    family: "Wolfeschlegelsteinhausenbergerdorffvoralternwarengewissenhaftschaferswessenschafe",
    given: "Trần Thị Ánh-Nguyệt Οδυσσέας Ярослава",
    population: "student",
    line: "Étudiante L3 <script>alert(1)</script> · née en 2003",
    subtitle: "Licence 3 Mathématiques\u202E euqitsitats \u202Cet <b>statistique</b>",
    state: state("notYetStarted", "wait", "Pas encore ouvert", "Accès ouvert le 1ᵉʳ déc."),
    login: "wolfeschlegelsteinhausenbergerdorff",
    year: 2003,
    tone: "wait",
    lines: [notice("wait", "Accès ouvert le 1ᵉʳ déc.", " : l’inscription commence ce jour-là")],
  }),
  person({
    id: "p-arabic",
    family: "الحسيني",
    given: "ليلى",
    population: "doctoral",
    line: "Doctorante · née en 1995",
    subtitle: "École doctorale Langues",
    state: state("studiesEnded", "warn", "Études terminées", "Études terminées en juillet"),
    login: "d21900417",
    year: 1995,
    recovery: true,
    lines: [notice("warn", "Études terminées", " : compte étudiant clos, compte Alumni à ouvrir")],
  }),
];

/** Fifty bearers of one common name, for the list that is too long. */
export const MANY: PersonRow[] = Array.from({ length: 50 }, (_, index) => ({
  id: `p-martin-${String(index)}`,
  familyName: "Martin",
  givenName: ["Chloé", "Hugo", "Léa", "Louis", "Manon", "Jules", "Camille", "Adam", "Inès", "Noé"][index % 10] ?? "Léa",
  line: `Étudiant${index % 2 ? "" : "e"} L${String((index % 3) + 1)} · né${index % 2 ? "" : "e"} en ${String(2000 + (index % 8))}`,
  population: "student",
  state: state("active", "ok", "Actif"),
  familyMarks: [[0, 6]],
  givenMarks: [],
  withinPerimeter: true,
  homonym: null,
  reason: null,
}));
