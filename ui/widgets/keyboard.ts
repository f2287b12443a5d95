/**
 * The keyboard of the window: screens lend their keys, the last lender is asked first, a dialog stops the others.
 * No letter alone is ever a key: a document reader types ninety of them in half a second.
 */
export type KeyMap = Partial<Record<Chord, (event: KeyboardEvent) => void>>;

export type Chord =
  | "Ctrl+Enter"
  | "Ctrl+K"
  | "Ctrl+L"
  | "Ctrl+E"
  | "Ctrl+P"
  | "Ctrl+PageDown"
  | "Ctrl+PageUp"
  | "Ctrl+1"
  | "Ctrl+4"
  | "Ctrl+0"
  | "Ctrl++"
  | "Ctrl+-"
  | "Escape"
  | "F1"
  | "F3"
  | "F6"
  | "Shift+F6"
  | "F7"
  | "F8";

interface Lender {
  keys: KeyMap;
  /** A dialog: what is under it hears nothing but the window's own keys. */
  modal: boolean;
}

const lenders: Lender[] = [];

/** Lends keys until the answer is called. Use it in an effect. */
export function lendKeys(keys: KeyMap, options: { modal?: boolean } = {}): () => void {
  const lender: Lender = { keys, modal: options.modal ?? false };
  lenders.push(lender);
  return () => {
    const index = lenders.indexOf(lender);
    if (index >= 0) lenders.splice(index, 1);
  };
}

/** Keys of the web view itself that would reload, search, print or move the caret: neutralised. */
const NEUTRAL = new Set(["F3", "F5", "F7", "F12"]);
const NEUTRAL_WITH_CTRL = new Set(["KeyR", "KeyF", "KeyG", "KeyP", "KeyS", "KeyU", "KeyJ", "KeyO", "KeyN", "KeyT", "KeyH", "KeyD"]);

export function chordOf(event: KeyboardEvent): Chord | null {
  if (event.altKey || event.metaKey) return null;
  if (event.ctrlKey) {
    if (event.key === "Enter") return "Ctrl+Enter";
    if (event.key === "PageDown") return "Ctrl+PageDown";
    if (event.key === "PageUp") return "Ctrl+PageUp";
    // Views by physical key: no Shift needed on AZERTY.
    if (event.code === "Digit1" || event.code === "Numpad1") return "Ctrl+1";
    if (event.code === "Digit4" || event.code === "Numpad4") return "Ctrl+4";
    if (event.code === "Digit0" || event.code === "Numpad0") return "Ctrl+0";
    if (event.code === "NumpadAdd" || event.code === "Equal" || event.key === "+") return "Ctrl++";
    if (event.code === "NumpadSubtract" || event.code === "Minus" || (event.key === "-" && event.code !== "Digit6")) return "Ctrl+-";
    const letter = event.key.toUpperCase();
    if (letter === "K" || letter === "L" || letter === "E" || letter === "P") return `Ctrl+${letter}`;
    return null;
  }
  if (event.key === "F6") return event.shiftKey ? "Shift+F6" : "F6";
  if (event.shiftKey) return null;
  switch (event.key) {
    case "Escape":
    case "F1":
    case "F3":
    case "F7":
    case "F8":
      return event.key;
    default:
      return null;
  }
}

/** Milliseconds: presses of Ctrl+Entrée closer than this are one press. A second step is never a clerk's bounce of the first. */
const ONE_PRESS = 500;
let lastAdvance = Number.NEGATIVE_INFINITY;

/** Plays one key. `own` are the window's keys: they work under a dialog too. */
export function playKey(event: KeyboardEvent, own: KeyMap): void {
  const chord = chordOf(event);
  if (chord === "Ctrl+Enter") {
    const bounce = event.repeat || event.timeStamp - lastAdvance < ONE_PRESS;
    lastAdvance = event.timeStamp;
    if (bounce) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
  }
  if (chord) {
    for (const lender of [...lenders].reverse()) {
      const play = lender.keys[chord];
      if (play) {
        event.preventDefault();
        event.stopPropagation();
        play(event);
        return;
      }
      if (lender.modal) break;
    }
    const play = own[chord];
    if (play) {
      event.preventDefault();
      event.stopPropagation();
      play(event);
      return;
    }
  }
  const reload = NEUTRAL.has(event.key) || (event.ctrlKey && NEUTRAL_WITH_CTRL.has(event.code));
  const history = event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight");
  if (reload || history || chord === "Ctrl+Enter") event.preventDefault();
}
