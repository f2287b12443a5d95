/**
 * Listens to the keyboard of the whole window for a document reader, before any widget does, and puts back what the first keys
 * of a burst wrote. Enter and Tab of a burst never reach a button. Never looks at what a hand types.
 */
import type { ReadingRequest } from "./messages/ReadingRequest";
import { END_GAP, Wedge } from "./wedge";

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** State of the page just before one key. */
interface Before {
  time: number;
  focus: Element | null;
  field: TextField | null;
  value: string;
  start: number | null;
  end: number | null;
}

const isTextField = (element: Element | null): element is TextField =>
  element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== "radio");

function remember(time: number): Before {
  const focus = document.activeElement;
  const field = isTextField(focus) ? focus : null;
  return { time, focus, field, value: field?.value ?? "", start: field?.selectionStart ?? null, end: field?.selectionEnd ?? null };
}

/** `inputType` of the event that tells a field its text was put back: such a change must start nothing. */
export const PUT_BACK = "historyUndo";

function putBack(history: Before[]): void {
  const done = new Set<TextField>();
  for (const before of history) {
    const { field } = before;
    if (!field || done.has(field)) continue;
    done.add(field);
    field.value = before.value;
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: PUT_BACK }));
  }
  const first = history[0];
  if (!first) return;
  if (first.focus instanceof HTMLElement && document.activeElement !== first.focus) first.focus.focus();
  if (first.field && first.start !== null) first.field.setSelectionRange(first.start, first.end ?? first.start);
}

export interface ReaderListener {
  began: () => void;
  read: (reading: ReadingRequest) => void;
}

/** Starts listening; the answer stops it. Register it before any other key listener of the window. */
export function listenToReader(target: Window, listener: ReaderListener): () => void {
  const wedge = new Wedge();
  /** One entry per recent key: any of them may turn out to be the reader's first. */
  let history: Before[] = [];
  let held: Before[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const settle = (): void => {
    const reading = wedge.settle();
    // A composition that a dead key opened may have ended since.
    putBack(held);
    held = [];
    if (reading) listener.read(reading);
  };

  const keydown = (event: KeyboardEvent): void => {
    const decision = wedge.press({
      key: event.key,
      code: event.code,
      shift: event.shiftKey,
      chord: event.ctrlKey || event.altKey || event.metaKey,
      repeat: event.repeat,
      password: document.activeElement instanceof HTMLInputElement && document.activeElement.type === "password",
      time: event.timeStamp,
    });
    if (decision.began) {
      const { since } = decision.began;
      held = history.filter((before) => before.time >= since);
      history = [];
      putBack(held);
      listener.began();
    } else if (!wedge.reading) {
      history.push(remember(event.timeStamp));
      if (history.length > 128) history.shift();
    }
    if (decision.swallow) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (wedge.reading) {
      clearTimeout(timer);
      timer = setTimeout(settle, END_GAP + 10);
    }
  };

  /** What an input method commits during a burst does not come from a key press that could be swallowed. */
  const input = (event: Event): void => {
    if (!wedge.reading || (event instanceof InputEvent && event.inputType === PUT_BACK)) return;
    event.stopImmediatePropagation();
    if (event.cancelable) event.preventDefault();
  };
  const keyup = (event: KeyboardEvent): void => {
    if (!wedge.reading) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  target.addEventListener("keydown", keydown, { capture: true });
  target.addEventListener("keyup", keyup, { capture: true });
  target.addEventListener("beforeinput", input, { capture: true });
  target.addEventListener("input", input, { capture: true });
  return () => {
    clearTimeout(timer);
    target.removeEventListener("keydown", keydown, { capture: true });
    target.removeEventListener("keyup", keyup, { capture: true });
    target.removeEventListener("beforeinput", input, { capture: true });
    target.removeEventListener("input", input, { capture: true });
  };
}
