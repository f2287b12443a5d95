/** One handover of the demonstration: the same screen view after each act, with the faults asked for in the address. */
import type { BandSegmentView } from "../messages/BandSegmentView";
import type { ComparisonRow } from "../messages/ComparisonRow";
import type { HandoverView } from "../messages/HandoverView";
import type { LanguageView } from "../messages/LanguageView";
import type { LetterColumn } from "../messages/LetterColumn";
import type { LetterPreview } from "../messages/LetterPreview";
import type { PrinterView } from "../messages/PrinterView";

const FRENCH: LetterColumn = {
  lang: "fr",
  title: "Votre accès numérique",
  greeting: "Bonjour Inès Lefèvre-Nuñez, voici de quoi ouvrir votre compte. Cette lettre est personnelle.",
  loginLabel: "Identifiant",
  loginNote: "Ce n’est pas votre e-mail",
  passwordLabel: "Mot de passe",
  passwordNote: "jusqu’au 1ᵉʳ déc. 2026, 18 h",
  passwordPlace: "imprimé ici",
  status: null,
  stepsTitle: "Avant le 1ᵉʳ décembre :",
  steps: [
    "Allez sur sesame.univ-rivemer.example.",
    "Tapez l’identifiant et le mot de passe, majuscules comprises.",
    "Choisissez votre mot de passe, puis ajoutez une adresse de secours : sans elle, il faudra revenir au guichet.",
  ],
  sharedPost: "Sur un poste partagé, déconnectez-vous puis fermez le navigateur.",
  rules: ["Personne ne vous demandera ce mot de passe, ni par téléphone ni par e-mail."],
  help: "Un souci ? Antenne DOSI Saint-Clair, bâtiment 4, 8 h 30 – 17 h ; plus calme le matin.",
};
const ENGLISH: LetterColumn = {
  lang: "en",
  title: "Your university account",
  greeting: "Dear Inès Lefèvre-Nuñez, here is how to open your account. This letter is personal.",
  loginLabel: "Login",
  loginNote: "This is not your e-mail address",
  passwordLabel: "Password",
  passwordNote: "until 1 December 2026, 6 pm",
  passwordPlace: "printed here",
  status: null,
  stepsTitle: "Before 1 December:",
  steps: [
    "Go to sesame.univ-rivemer.example.",
    "Type the login and the password, capitals included.",
    "Choose your own password, then add a recovery address: without it you will have to come back.",
  ],
  sharedPost: "On a shared computer, log out, then close the browser.",
  rules: ["Nobody will ever ask you for this password, by phone or by e-mail."],
  help: "A problem? DOSI desk, Saint-Clair, building 4, 8.30 am – 5 pm.",
};

function previewOf(language: LanguageView, number: string): LetterPreview {
  return {
    establishment: "Université de Rivemer",
    senderLines: ["Direction des ressources humaines", "Campus Saint-Clair"],
    date: "24 novembre 2026",
    number: `nº ${number}`,
    recipientLines: language === "both" ? ["Inès LEFÈVRE-NUÑEZ", "Service paie"] : [],
    columns: language === "both" ? [FRENCH, ENGLISH] : [language === "french" ? FRENCH : ENGLISH],
    login: "ilefevrenunez",
    footer: "Détruisez cette lettre après activation.",
  };
}

const BAND: BandSegmentView[][] = [
  [
    { text: "IDFRA", kind: "plain" },
    { text: "•••••••••••", kind: "masked" },
    { text: "<<<<<<<<<<<<<<", kind: "plain" },
  ],
  [
    { text: "940316", kind: "birth" },
    { text: "5F", kind: "plain" },
    { text: "310822", kind: "expiry" },
    { text: "8FRA<<<<<<<<<<<6", kind: "plain" },
  ],
  [
    { text: "LEFEVRE<NUNEZ", kind: "family" },
    { text: "<<", kind: "plain" },
    { text: "INES<CAMILLE", kind: "given" },
    { text: "<<<", kind: "plain" },
  ],
];

const ROWS: ComparisonRow[] = [
  {
    field: "family",
    label: "Nom",
    onDocument: "LEFEVRE NUNEZ",
    inDirectory: "Lefèvre-Nuñez",
    tone: "ok",
    verdict: "Concorde",
    reason: "accents et tiret ignorés",
  },
  {
    field: "given",
    label: "Prénoms",
    onDocument: "INES CAMILLE",
    inDirectory: "Inès",
    tone: "ok",
    verdict: "Concorde",
    reason: "2ᵉ prénom en plus",
  },
  {
    field: "birth",
    label: "Naissance",
    onDocument: "16/03/1994",
    inDirectory: "16/03/1994",
    tone: "ok",
    verdict: "Identique",
    reason: "",
  },
  { field: "expiry", label: "Validité", onDocument: "22/08/2031", inDirectory: "—", tone: "ok", verdict: "En cours", reason: "" },
];

const PRINTERS: PrinterView[] = [
  { name: "RH-2e-etage", status: "prête", ready: true, isDefault: true },
  { name: "Accueil-RDC", status: "prête", ready: true, isDefault: false },
  { name: "Labo-LUMEN", status: "arrêtée : plus de papier", ready: false, isDefault: false },
];

export type Fault = "none" | "refused" | "printer" | "ambiguous";
export type Document = "good" | "gap" | "expired" | "partial";

export class Act {
  #id: string;
  #view: HandoverView;

  constructor(
    id: string,
    person: { id: string; familyName: string; givenName: string; population: HandoverView["population"] },
    readonly fault: Fault,
    readonly document: Document,
  ) {
    this.#id = id;
    this.#view = {
      id,
      number: "R-2026-04127",
      personId: person.id,
      familyName: person.familyName,
      givenName: person.givenName,
      population: person.population,
      badge: person.id === "p-lefevre-nunez" ? "Personnel · arrive le 1ᵉʳ déc." : "Accès numérique",
      step: 1,
      identity: {
        state: "current",
        title: "Identité à vérifier",
        aside: "",
        band: null,
        checkDigits: null,
        rows: [],
        notice: null,
        triesLeft: 2,
        documents: [
          { code: "identityCard", label: "Carte d’identité" },
          { code: "passport", label: "Passeport" },
          { code: "residencePermit", label: "Titre de séjour" },
          { code: "licence", label: "Permis" },
        ],
        awaitsPhoto: false,
        waysOut: [],
      },
      password: { state: "todo", title: "Mot de passe à générer", aside: "après la vérification", strength: null, validity: null, mayRedraw: false },
      letter: { state: "todo", title: "Lettre à imprimer", aside: "", notice: null, mayPrintAgain: false, savedTo: null },
      directory: { state: "todo", title: "À synchroniser", aside: "", notice: null, proven: false, written: false },
      next: null,
      abandon: { allowed: true, question: "Abandonner la remise ? Rien n’a été généré, rien n’est parti.", silent: true },
      language: "french",
      languages: ["french", "english", "both"],
      printer: PRINTERS[0] ?? null,
      printers: PRINTERS,
      maySave: true,
      preview: null,
      closed: false,
      offline: false,
    };
  }

  get id(): string {
    return this.#id;
  }

  get view(): HandoverView {
    return structuredClone(this.#view);
  }

  #set(change: Partial<HandoverView>): HandoverView {
    this.#view = { ...this.#view, ...change };
    return this.view;
  }

  check(document: Document = this.document): HandoverView {
    const { identity } = this.#view;
    if (document === "partial") {
      return this.#set({
        identity: {
          ...identity,
          notice: { tone: "warn", strong: "Il manque la 3ᵉ ligne.", text: "Repassez la pièce, ou tapez la date de naissance." },
        },
      });
    }
    const read = { band: BAND, checkDigits: "4 chiffres de contrôle sur 4", aside: "Carte d’identité FR · lecteur · 09:40", documents: [] };
    if (document === "gap") {
      return this.#set({
        abandon: { allowed: true, question: "Abandonner la remise ? Rien n’a été généré, rien n’est parti.", silent: true },
        identity: {
          ...identity,
          ...read,
          state: "stopped",
          title: "La date de naissance ne correspond pas",
          rows: ROWS.map((row) =>
            row.field === "birth" ? { ...row, inDirectory: "16/••/1994", tone: "bad" as const, verdict: "Mois différent" } : row,
          ),
          notice: {
            tone: "bad",
            strong: "Rien n’a été généré, rien n’est parti.",
            text: "La lecture est fiable : l’écart vient de la fiche ou de la personne.",
          },
          waysOut: [
            {
              code: "tellOffice",
              title: "L’annuaire se trompe",
              text: "Le service qui gère la fiche corrige ; réponse dans l’heure en général.",
              button: "Demander la correction",
              personId: null,
            },
            {
              code: "otherPerson",
              title: "Ce n’est pas la bonne fiche",
              text: "Une homonyme existe : LEFÈVRE Inès, étudiante.",
              button: "Ouvrir sa fiche",
              personId: "p-lefevre-l1",
            },
            {
              code: "readAgain",
              title: "La pièce a été mal lue",
              text: "Repassez-la : rien n’est gardé de cette lecture.",
              button: "Relire la pièce",
              personId: null,
            },
          ],
        },
      });
    }
    if (document === "expired") {
      return this.#set({
        identity: {
          ...identity,
          ...read,
          state: "stopped",
          title: "Pièce périmée depuis le 12/01/2025",
          rows: ROWS.map((row) =>
            row.field === "expiry" ? { ...row, onDocument: "12/01/2025", tone: "bad" as const, verdict: "Périmée", reason: "" } : row,
          ),
          notice: { tone: "bad", strong: "Rien n’a été généré.", text: "Une autre pièce est nécessaire." },
          waysOut: [
            { code: "readAgain", title: "Présenter une autre pièce", text: "Passeport, carte ou titre en cours.", button: "Lire une autre pièce", personId: null },
          ],
        },
      });
    }
    return this.#set({
      next: { code: "confirmPhoto", label: "Photo ressemblante : confirmer" },
      abandon: { allowed: true, question: "Abandonner la remise ? Rien n’a été généré, rien n’est parti.", silent: false },
      identity: {
        ...identity,
        ...read,
        state: "current",
        title: "Pièce concordante, photo à juger",
        rows: ROWS,
        notice: null,
        awaitsPhoto: true,
        waysOut: [],
      },
    });
  }

  checkTyped(typed: string): HandoverView {
    const { identity } = this.#view;
    if (typed.replace(/\D/g, "") === "16031994") {
      const view = this.check("good");
      return this.#set({
        identity: {
          ...view.identity,
          band: null,
          checkDigits: null,
          aside: "Carte d’identité · au clavier · 09:40",
          rows: ROWS.filter(({ field }) => field === "birth" || field === "family").map((row) =>
            row.field === "family" ? { ...row, onDocument: "LEF…", reason: "trois lettres" } : row,
          ),
        },
      });
    }
    const triesLeft = Math.max(0, identity.triesLeft - 1);
    return this.#set({
      identity: {
        ...identity,
        triesLeft,
        notice:
          triesLeft > 0
            ? { tone: "bad", strong: "Ce n’est pas la date de la fiche.", text: "Relisez la pièce : jour, mois, année." }
            : { tone: "bad", strong: "Deux dates refusées.", text: "Passez la pièce dans le lecteur, ou appelez un responsable." },
      },
    });
  }

  judge(alike: boolean): HandoverView {
    const { identity } = this.#view;
    if (!alike) {
      return this.#set({
        next: null,
        identity: {
          ...identity,
          state: "stopped",
          title: "La photo ne ressemble pas",
          band: null,
          awaitsPhoto: false,
          notice: { tone: "bad", strong: "Rien n’a été généré, rien n’est parti.", text: "L’essai est inscrit au journal." },
          waysOut: [{ code: "readAgain", title: "Présenter une autre pièce", text: "Avec une photo plus récente.", button: "Lire une autre pièce", personId: null }],
        },
      });
    }
    return this.#set({
      step: 2,
      identity: { ...identity, state: "done", title: "Identité vérifiée", band: null, awaitsPhoto: false },
      password: {
        state: "current",
        title: "Mot de passe provisoire généré",
        aside: "sur ce poste · 09:40",
        strength: "5 mots, 50 bits, règle respectée",
        validity: "Valable jusqu’au 1ᵉʳ déc., 18 h",
        mayRedraw: true,
      },
      letter: { ...this.#view.letter, aside: "1 page, en français" },
      directory: { ...this.#view.directory, aside: "L’annuaire répond : l’accès marchera dès la remise de la lettre." },
      next: { code: "sendAndPrint", label: "Envoyer et imprimer" },
      abandon: { allowed: true, question: "Abandonner la remise ? Le mot de passe généré est détruit, rien n’est parti.", silent: false },
      preview: previewOf("french", this.#view.number),
    });
  }

  redraw(): HandoverView {
    return this.#set({ password: { ...this.#view.password, aside: "sur ce poste · 09:41" } });
  }

  speak(language: LanguageView): HandoverView {
    const words = { french: "en français", english: "en anglais", both: "en français et en anglais" }[language];
    return this.#set({
      language,
      preview: previewOf(language, this.#view.number),
      letter: { ...this.#view.letter, aside: `1 page, ${words}` },
    });
  }

  sendTo(printer: string): HandoverView {
    return this.#set({ printer: PRINTERS.find(({ name }) => name === printer) ?? null });
  }

  #sent(): void {
    this.#set({
      step: 4,
      password: { ...this.#view.password, state: "done", title: "Mot de passe provisoire remis", mayRedraw: false },
      abandon: { allowed: true, question: "Abandonner la remise ? Reprenez la lettre nº R-2026-04127 et détruisez-la.", silent: false },
    });
  }

  send(): HandoverView {
    if (this.fault === "refused" && this.#view.directory.notice === null) {
      return this.#set({
        directory: {
          ...this.#view.directory,
          state: "stopped",
          title: "Mot de passe refusé",
          aside: "",
          notice: { tone: "bad", strong: "L’annuaire a refusé ce mot de passe.", text: "Rien n’est imprimé ; un autre est prêt." },
        },
      });
    }
    if (this.fault === "ambiguous") {
      return this.#set({
        step: 4,
        password: { ...this.#view.password, state: "done", mayRedraw: false },
        next: { code: "printAgain", label: "Imprimer « pas encore confirmé »" },
        letter: { ...this.#view.letter, state: "current", title: "Lettre à imprimer" },
        directory: {
          state: "current",
          title: "Vérification en cours",
          aside: "",
          proven: false,
          written: false,
          notice: { tone: "wait", strong: "Réponse non reçue.", text: "L’envoi a pu aboutir : vérification en cours, ne recommencez pas." },
        },
        abandon: { allowed: false, question: "L’envoi est parti et sa réponse manque encore. La vérification dira s’il faut recommencer.", silent: false },
      });
    }
    this.#sent();
    const directory = { state: "done" as const, title: "Synchronisé à 09:41:12", aside: "relu dans l’annuaire", notice: null, proven: true, written: true };
    if (this.fault === "printer" && this.#view.printer?.name === "RH-2e-etage") {
      return this.#set({
        step: 3,
        directory,
        letter: {
          ...this.#view.letter,
          state: "stopped",
          title: "Lettre non imprimée",
          aside: "",
          notice: {
            tone: "warn",
            strong: "RH-2e-etage n’a plus de papier.",
            text: "L’accès est actif et la lettre est gardée : remettez du papier, ou changez d’imprimante.",
          },
        },
        printer: { name: "RH-2e-etage", status: "arrêtée : plus de papier", ready: false, isDefault: true },
        next: { code: "printAgain", label: "Réimprimer" },
      });
    }
    return this.#set({
      directory: { ...directory, state: "current" },
      letter: { ...this.#view.letter, state: "done", title: "Lettre imprimée", aside: "exemplaire 1, 09:41", notice: null, mayPrintAgain: true },
      next: { code: "finish", label: "Remise faite" },
    });
  }

  printAgain(): HandoverView {
    this.#sent();
    return this.#set({
      directory: { ...this.#view.directory, state: "current" },
      letter: { ...this.#view.letter, state: "done", title: "Lettre imprimée", aside: "exemplaire 2, 09:42", notice: null, mayPrintAgain: true },
      next: { code: "finish", label: "Remise faite" },
    });
  }

  save(): HandoverView {
    return this.#set({
      letter: { ...this.#view.letter, savedTo: "~/Documents/Guichet/R-2026-04127.pdf" },
    });
  }

  close(): HandoverView {
    return this.#set({ step: 5, closed: true, preview: null, next: { code: "leave", label: "Retour au guichet" } });
  }
}
