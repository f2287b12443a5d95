/**
 * Stands for api.ts in the demonstration (`npm run demo`): the same functions over fictitious answers. What to meet is in the
 * address: `?session=locked&link=offline&fault=printer&document=gap&theme=dark&rehearsal&slow`. Never part of the real build.
 */
import type { DocumentArrival } from "../messages/DocumentArrival";
import type { FindView } from "../messages/FindView";
import type { HandoverRow } from "../messages/HandoverRow";
import type { HandoverView } from "../messages/HandoverView";
import type { LanguageView } from "../messages/LanguageView";
import type { LinkView } from "../messages/LinkView";
import type { Notice } from "../messages/Notice";
import type { OutboxView } from "../messages/OutboxView";
import type { PersonRow } from "../messages/PersonRow";
import type { PersonSheet } from "../messages/PersonSheet";
import type { ReadingRequest } from "../messages/ReadingRequest";
import type { SessionView } from "../messages/SessionView";
import type { StartView } from "../messages/StartView";
import type { UnderstoodView } from "../messages/UnderstoodView";
import { toRefusal } from "../refusal";
import { Act, type Document, type Fault } from "./handovers";
import { MANY, PEOPLE } from "./people";

const asked = new URLSearchParams(location.search);
const clerk = { login: "croux", name: "Camille Roux", desk: "RH · poste 2" };
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, asked.has("slow") ? ms * 8 : ms));
const refuse = (code: string, message: string): never => {
  throw toRefusal({ code, message });
};

const LEFT: Notice[] = [
  { tone: "wait", strong: "Une lettre est sortie, sa remise est à confirmer.", text: "Elle se reprend depuis le Guichet." },
  { tone: "off", strong: "Une remise non envoyée est abandonnée.", text: "Rien n’était parti, son mot de passe est détruit." },
];

let tries = 0;
let act: Act | null = null;
const listeners = { handover: new Set<(view: HandoverView) => void>(), idle: new Set<(warning: { seconds: number }) => void>() };

function session(): SessionView {
  switch (asked.get("session")) {
    case "out":
      return { state: "signedOut", closing: false };
    case "locked":
      return { state: "locked", clerk, clock: "10:35", closing: asked.has("closing"), left: asked.has("left") ? LEFT : [] };
    default:
      return {
        state: "signedIn",
        clerk,
        offline: asked.get("link") === "offline",
        asksPreviousPassword: asked.get("session") === "previous",
      };
  }
}

export async function start(): Promise<StartView> {
  if (asked.has("opening")) await wait(300);
  if (asked.has("broken")) refuse("trouble", "");
  return {
    establishment: "Université de Rivemer",
    establishmentShort: "Univ. de Rivemer",
    portal: "Sésame",
    post: "poste 2",
    session: session(),
    rehearsal: asked.has("rehearsal"),
    rehearsalClerks: asked.has("rehearsal")
      ? [
          { login: "croux", name: "Camille Roux", desk: "Ressources humaines" },
          { login: "sdiallo", name: "Sami Diallo", desk: "Scolarité centrale" },
          { login: "jmorel", name: "Judith Morel", desk: "École doctorale Calcul" },
          { login: "aferrand", name: "Aïcha Ferrand", desk: "Antenne DOSI Saint-Clair" },
        ]
      : [],
    rehearsalPasswords: asked.has("rehearsal") ? "/home/agent/guichet/target/rehearsal/annuaire/clercs.txt" : null,
    idleLockSeconds: 120,
    opening: asked.has("opening") ? "Ouverture du coffre de ce poste…" : null,
    goodbye: asked.has("goodbye"),
    waiting: asked.has("waiting")
      ? [
          {
            tone: "wait",
            strong: "3 envois de Camille Roux attendent ici, chiffrés.",
            text: "Ils partent à sa prochaine session sur ce poste.",
          },
        ]
      : [],
    trouble: asked.has("trouble")
      ? {
          tone: "bad",
          strong: "Le trousseau de clés de ce poste ne répond pas.",
          text: "Rien n’est perdu. Ouvrez le trousseau de la session, puis réessayez ; sinon prévenez l’antenne.",
        }
      : null,
  };
}

async function open(password: string): Promise<SessionView> {
  await wait(120);
  if (password === "faux") {
    tries += 1;
    if (tries >= 5) refuse("tooManyTries", "Cinq essais ratés. Attendez 60 s.");
    refuse("invalidCredentials", "Mot de passe incorrect. Vérifiez Maj et la disposition AZERTY.");
  }
  if (password === "expire") refuse("passwordExpired", "Votre mot de passe a expiré. Changez-le sur Sésame, puis revenez.");
  return { state: "signedIn", clerk, offline: asked.get("link") === "offline", asksPreviousPassword: false };
}
export const openAgain = async (): Promise<void> => undefined;
export const signIn = (request: { login: string; password: string }): Promise<SessionView> => open(request.password);
export const unlock = (request: { password: string }): Promise<SessionView> => open(request.password);
export const lock = async (): Promise<SessionView> => ({ state: "locked", clerk, clock: "10:35", closing: false, left: LEFT });
export const signOut = async (): Promise<SessionView> => ({ state: "signedOut", closing: false });
export async function givePreviousPassword(request: { previous: string }): Promise<SessionView> {
  await wait(120);
  if (request.previous === "faux") {
    refuse("previousPassword", "Ce n’est pas le mot de passe précédent. La clé est intacte. Réessayez, ou choisissez une nouvelle clé.");
  }
  return replaceSealingKey();
}
export const replaceSealingKey = async (): Promise<SessionView> => ({
  state: "signedIn",
  clerk,
  offline: false,
  asksPreviousPassword: false,
});
export const keepAwake = async (): Promise<void> => undefined;

export async function link(): Promise<LinkView> {
  const people = 12_480;
  switch (asked.get("link")) {
    case "offline":
      return { tone: "off", title: "Hors ligne depuis 10:12", detail: "copie de 10:08", reachable: false, people, filling: false, waiting: 0, toDecide: 0, worksOffline: true };
    case "slow":
      return { tone: "warn", title: "Annuaire lent", detail: "dernière réponse : 3,2 s", reachable: true, people, filling: false, waiting: 0, toDecide: 0, worksOffline: true };
    case "filling":
      return { tone: "ok", title: "Annuaire joignable", detail: "copie en cours : 4 210", reachable: true, people: 4_210, filling: true, waiting: 0, toDecide: 0, worksOffline: true };
    default:
      return { tone: "ok", title: "Annuaire joignable", detail: "dernier échange : 4 s", reachable: true, people, filling: false, waiting: 0, toDecide: 0, worksOffline: true };
  }
}

const fold = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();

/** Where each word starts a part of the name, in the name's own units. */
function marks(name: string, words: string[]): [number, number][] {
  const plain = fold(name);
  if (plain.length !== name.length) return [];
  return words.flatMap((word) => {
    const at = plain.startsWith(word) ? 0 : plain.search(new RegExp(`(?<=[-\\s])${word}`, "u"));
    return at < 0 ? [] : [[at, at + word.length] as [number, number]];
  });
}

const EMPTY = { understood: [] as UnderstoodView[], remark: null, rows: [] as PersonRow[], truncated: false, near: [] as string[], notice: null };

function answer(text: string): FindView {
  const plain = fold(text.trim());
  const source = "Copie de 10:08";
  if (plain.startsWith("martin")) {
    return { ...EMPTY, text, source, understood: [{ label: "nom", value: "Martin" }], rows: MANY, truncated: true };
  }
  if (plain === "dubosc") return { ...EMPTY, text, source, understood: [{ label: "nom", value: "dubosc" }], near: ["Dubosq", "Dubost"] };
  if (plain.startsWith("32/03")) {
    return {
      ...EMPTY,
      text,
      source,
      notice: { tone: "warn", strong: "Le 32 mars n’existe pas.", text: "Exemple : 16/03/1998." },
    };
  }
  const words = plain.split(/\s+/).filter((word) => word.length >= 2);
  const rows = PEOPLE.filter(({ row, login }) =>
    words.every((word) => [...fold(`${row.familyName} ${row.givenName}`).split(/[-\s]+/), login, ...(row.id === "p-belkadi" ? ["nadia"] : [])].some((part) => part.startsWith(word))),
  ).map(({ row }) => ({ ...row, familyMarks: marks(row.familyName, words), givenMarks: marks(row.givenName, words) }));
  return {
    ...EMPTY,
    text,
    source,
    rows: words.length > 0 ? rows : [],
    understood: words.map((word) => (word === "nadia" ? { label: "prénom", value: "Nadia" } : { label: "nom commençant par", value: word })),
    remark: words.length > 1 ? "accents et tirets ignorés" : null,
  };
}

export async function find(request: { text: string }): Promise<FindView> {
  if (request.text === "panne") {
    refuse("trouble", "L’annuaire a répondu par une erreur. La copie de 10:08 reste utilisable ; réessayez.");
  }
  return answer(request.text);
}
export async function findInDirectory(request: { text: string }): Promise<FindView> {
  await wait(180);
  return answer(request.text);
}
export async function show(request: { person: string }): Promise<PersonSheet> {
  await wait(60);
  const found = PEOPLE.find(({ row }) => row.id === request.person);
  if (found && asked.get("link") === "offline") {
    return { ...found.sheet, freshness: { kind: "copy", text: "Copie de 10:08, peut avoir changé" } };
  }
  const many = MANY.find(({ id }) => id === request.person);
  const model = PEOPLE.find(({ row }) => row.id === "p-belkacem-l2");
  if (many && model) {
    const { id, familyName, givenName } = many;
    return { ...model.sheet, id, familyName, givenName };
  }
  return found?.sheet ?? refuse("notFound", "Cette personne n’est plus dans l’annuaire. Refaites la recherche.");
}

const rowsOf = (...ids: string[]): PersonRow[] => PEOPLE.filter(({ row }) => ids.includes(row.id)).map(({ row }) => row);

export async function readDocument(request: { reading: ReadingRequest }): Promise<DocumentArrival> {
  await wait(40);
  const { characters } = request.reading;
  if (characters.includes("BELKACEM")) return { people: rowsOf("p-belkacem-l2", "p-belkacem-alumni"), notice: null };
  if (characters.includes("LEFEVRE")) return { people: rowsOf("p-lefevre-nunez"), notice: null };
  return {
    people: [],
    notice: { tone: "warn", strong: "Ligne 2 mal lue.", text: "Rien n’est cherché tant que la lecture n’est pas sûre. Repassez la pièce." },
  };
}

const current = (): Act => act ?? refuse("notFound", "Cette remise n’existe plus.");

export async function beginHandover(request: { person: string }): Promise<HandoverView> {
  await wait(60);
  const found = PEOPLE.find(({ row }) => row.id === request.person);
  if (!found) return refuse("notFound", "Cette personne n’est plus dans l’annuaire.");
  if (asked.has("taken")) {
    return refuse("alreadyOpen", "Sami Diallo remet un accès à cette personne depuis 09:38 (poste 1). Une seule lettre doit sortir.");
  }
  act = new Act(
    "h-1",
    found.row,
    (asked.get("fault") ?? "none") as Fault,
    (asked.get("document") ?? "good") as Document,
  );
  return act.view;
}
export async function checkDocument(_request: { handover: string; reading: ReadingRequest }): Promise<HandoverView> {
  await wait(20);
  return current().check();
}
export async function checkBirthDate(request: {
  handover: string;
  document: string;
  typed: string;
  nameStart: string;
}): Promise<HandoverView> {
  await wait(20);
  return current().checkTyped(request.typed);
}
export const confirmPhoto = async (request: { handover: string; alike: boolean }): Promise<HandoverView> => {
  await wait(40);
  return current().judge(request.alike);
};
export const redrawPassword = async (_request: { handover: string }): Promise<HandoverView> => current().redraw();
export const setLanguage = async (request: { handover: string; language: LanguageView }): Promise<HandoverView> =>
  current().speak(request.language);
export const setPrinter = async (request: { handover: string; printer: string }): Promise<HandoverView> => current().sendTo(request.printer);
export const handOver = async (_request: { handover: string }): Promise<HandoverView> => {
  await wait(600);
  return current().send();
};
export const printAgain = async (_request: { handover: string }): Promise<HandoverView> => {
  await wait(200);
  return current().printAgain();
};
export const saveLetter = async (_request: { handover: string }): Promise<HandoverView> => current().save();
export const finishHandover = async (_request: { handover: string }): Promise<HandoverView> => current().close();
export const abandonHandover = async (_request: { handover: string }): Promise<HandoverView> => {
  const { view } = current();
  act = null;
  return { ...view, closed: true };
};
export async function handovers(): Promise<HandoverRow[]> {
  if (!asked.has("open")) return [];
  return [
    {
      id: "h-1",
      number: "R-2026-04127",
      person: "LEFÈVRE-NUÑEZ Inès",
      when: "09:40",
      clerk: "Camille Roux",
      tone: "warn",
      state: "Lettre non imprimée, l’accès est actif",
      open: true,
    },
    {
      id: "h-2",
      number: "R-2026-04125",
      person: "TRAN Minh",
      when: "09:22",
      clerk: "Camille Roux",
      tone: "wait",
      state: "Réponse non reçue, vérification en cours",
      open: true,
    },
  ];
}
export const resumeHandover = (_request: { handover: string }): Promise<HandoverView> => beginHandover({ person: "p-lefevre-nunez" });

type Stop = () => void;
const stopOf = <T>(set: Set<T>, heard: T): Promise<Stop> => {
  set.add(heard);
  return Promise.resolve(() => void set.delete(heard));
};
export const onHandoverChanged = (heard: (view: HandoverView) => void): Promise<Stop> => stopOf(listeners.handover, heard);
export const onLinkChanged = (_heard: (view: LinkView) => void): Promise<Stop> => Promise.resolve(() => undefined);
export const onSessionChanged = (_heard: (view: SessionView) => void): Promise<Stop> => Promise.resolve(() => undefined);
export const onIdleWarning = (heard: (warning: { seconds: number }) => void): Promise<Stop> => {
  if (asked.has("idle")) setTimeout(() => heard({ seconds: 15 }), 300);
  return stopOf(listeners.idle, heard);
};
export const onHandoversSettled = (_heard: (notices: Notice[]) => void): Promise<Stop> => Promise.resolve(() => undefined);

/* outbox */
export async function outbox(): Promise<OutboxView> {
  await wait(20);
  return { items: [], waiting: 0, toDecide: 0 };
}
export const voidWaiting = (_: { handover: string }): Promise<OutboxView> => outbox();
export const decideToSend = (_: { handover: string }): Promise<OutboxView> => outbox();
