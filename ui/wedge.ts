/**
 * Tells an identity-document reader from a hand. A reader in keyboard mode types a whole band in half a second: twelve keys of
 * its alphabet with a median gap of 50 ms or less. The part that decides is pure: keys and times in, a decision out.
 * It never keeps a reading: once handed over, the keys are forgotten.
 */
import type { ReadingRequest } from "./messages/ReadingRequest";

export interface KeyPress {
  /** `KeyboardEvent.key`. */
  key: string;
  /** `KeyboardEvent.code`. */
  code: string;
  shift: boolean;
  /** Ctrl, Alt or Meta is down. */
  chord: boolean;
  repeat: boolean;
  /** The focus is in a password field: a password typed by a vault must pass, a whole line of a band must not. */
  password: boolean;
  /** Milliseconds on any steady clock. */
  time: number;
}

export interface Decision {
  /** The key must not reach the page. */
  swallow: boolean;
  /** Set once, on the key that proves the burst: when its first key came. What was typed since has to be undone. */
  began: { since: number } | null;
}

/** Fewer keys than this could be a hand: no band, and no part of one, is shorter. */
export const LEAST_KEYS = 12;
/** The same in a password field: two less than the shortest line of a band. */
export const LEAST_KEYS_IN_PASSWORD = 28;
/** Largest median gap of a reader, in milliseconds. A fast typist stays above 80. */
export const MEDIAN_GAP = 50;
/** A key further than this from the one before does not belong to the same run. */
const RUN_GAP = 150;
/** While looking for the first key of a burst: a slower gap is a hand, just before the reader. */
const HEAD_GAP = 80;
/** Silence that ends a burst. Readers pause between the lines of a band. */
export const END_GAP = 200;
/** After this many keys at reader speed, Enter and Tab are held back: they would press a button. */
const SUSPICIOUS_KEYS = 3;
/** Ten times the longest band: beyond, a stuck key. */
const MOST_KEYS = 900;

const PASSIVE = new Set(["Shift", "CapsLock", "Control", "Alt", "AltGraph", "Meta", "NumLock", "Unidentified"]);
const LINE_ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const BAND_CHARACTER = /^[A-Za-z0-9<]$/;
/** Keys that make the alphabet on a QWERTY, AZERTY or QWERTZ board, whatever character the post draws from them. */
const BAND_KEY = /^(Key[A-Z]|Digit[0-9]|Numpad[0-9]|Comma|Period|Semicolon|IntlBackslash)$/;

const PASS: Decision = { swallow: false, began: null };
const SWALLOW: Decision = { swallow: true, began: null };

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}

function gaps(keys: KeyPress[]): number[] {
  return keys.slice(1).map((key, index) => key.time - (keys[index]?.time ?? key.time));
}

function isLineEnd(press: KeyPress): boolean {
  // Some readers end their lines with Ctrl+J or Ctrl+M.
  return LINE_ENDS.has(press.code) || press.key === "Enter" || (press.chord && (press.code === "KeyJ" || press.code === "KeyM"));
}

function belongs(press: KeyPress): boolean {
  return !press.chord && (BAND_CHARACTER.test(press.key) || BAND_KEY.test(press.code));
}

export class Wedge {
  /** Keys of the current run, oldest first, as long as it could still be a burst. */
  #run: KeyPress[] = [];
  #burst = false;
  #last = Number.NEGATIVE_INFINITY;

  /** True between the proof of a burst and its end. */
  get reading(): boolean {
    return this.#burst;
  }

  press(press: KeyPress): Decision {
    if (this.#burst) return this.#inBurst(press);
    if (PASSIVE.has(press.key)) return PASS;
    const gap = press.time - this.#last;
    this.#last = press.time;
    if (press.repeat) {
      this.#run = [];
      return PASS;
    }
    if (gap > RUN_GAP) this.#run = [];
    if (isLineEnd(press)) {
      const least = press.password ? LEAST_KEYS_IN_PASSWORD : SUSPICIOUS_KEYS;
      const fast = this.#run.length >= least && gap <= MEDIAN_GAP && median(gaps(this.#run)) <= MEDIAN_GAP;
      if (!fast) {
        this.#run = [];
        return PASS;
      }
      // The first line may be short: keep counting after it.
      this.#run.push(press);
      return this.#proves(press) ? this.#begin() : SWALLOW;
    }
    if (!belongs(press)) {
      this.#run = [];
      return PASS;
    }
    this.#run.push(press);
    if (this.#run.length > MOST_KEYS) this.#run.shift();
    return this.#proves(press) ? this.#begin() : PASS;
  }

  /** Called after `END_GAP` without a key: what was read, or null when no burst was going on. */
  settle(): ReadingRequest | null {
    if (!this.#burst) return null;
    const keys = this.#run;
    this.#run = [];
    this.#burst = false;
    return {
      characters: keys.map(characterOf).join(""),
      keys: keys.map((press) => (press.shift ? `+${press.code}` : press.code)),
    };
  }

  forget(): void {
    this.#run = [];
    this.#burst = false;
  }

  #inBurst(press: KeyPress): Decision {
    this.#last = Math.max(this.#last, press.time);
    const kept = !PASSIVE.has(press.key) && !press.repeat && (isLineEnd(press) || belongs(press));
    if (kept && this.#run.length < MOST_KEYS) this.#run.push(press);
    return SWALLOW;
  }

  #proves(press: KeyPress): boolean {
    if (this.#run.length < (press.password ? LEAST_KEYS_IN_PASSWORD : LEAST_KEYS)) return false;
    return median(gaps(this.#run.slice(-LEAST_KEYS))) <= MEDIAN_GAP;
  }

  #begin(): Decision {
    // A hand may have typed just before: its keys stay in the field.
    let first = Math.max(0, this.#run.length - LEAST_KEYS);
    const gap = (index: number): number => (this.#run[index]?.time ?? 0) - (this.#run[index - 1]?.time ?? 0);
    while (first > 0 && gap(first) <= HEAD_GAP) first -= 1;
    while (first + 1 < this.#run.length && gap(first + 1) > HEAD_GAP) first += 1;
    this.#run = this.#run.slice(first);
    this.#burst = true;
    return { swallow: true, began: { since: this.#run[0]?.time ?? 0 } };
  }
}

function characterOf(press: KeyPress): string {
  if (isLineEnd(press)) return press.code === "Tab" ? "\t" : "\n";
  // A dead key has no character of its own; the physical keys still tell what the reader meant.
  return press.key.length === 1 ? press.key : "";
}
