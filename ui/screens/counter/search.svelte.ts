/**
 * What the clerk typed, who answers to it, and the sheet on show. The local index answers at each key; the directory refines after.
 * Rows never move under the caret: what the directory adds comes at the end. Keeps a reading only while its rows are on show.
 */
import * as api from "$api";

import type { FindView } from "../../messages/FindView";
import type { Notice } from "../../messages/Notice";
import type { PersonRow } from "../../messages/PersonRow";
import type { PersonSheet } from "../../messages/PersonSheet";
import type { PopulationView } from "../../messages/PopulationView";
import type { ReadingRequest } from "../../messages/ReadingRequest";
import { type Refusal, toRefusal } from "../../refusal";
import { refine } from "./rows";

/** Milliseconds without a key before the directory is asked. */
const DIRECTORY_AFTER = 350;
/** Before 0.4 s nothing says that the machine works. */
const SLOW_AFTER = 400;
/** A row passed over on the way to another is not read. */
const SHEET_AFTER = 160;

export type Filter = PopulationView | "all";

export const POPULATIONS: readonly PopulationView[] = ["student", "staff", "doctoral", "alumni", "guest", "unknown"];

export class Search {
  text = $state("");
  answer = $state.raw<FindView | null>(null);
  rows = $state.raw<PersonRow[]>([]);
  filter = $state<Filter>("all");
  selectedId = $state<string | null>(null);
  sheet = $state.raw<PersonSheet | null>(null);
  sheetRefusal = $state.raw<Refusal | null>(null);
  sheetBusy = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  /** The directory did not complete the list. */
  directoryRefused = $state(false);
  slow = $state(false);
  /** The rows come from a document, not from typed words. */
  document = $state.raw<{ reading: ReadingRequest; notice: Notice | null } | null>(null);

  #sheetTimer: ReturnType<typeof setTimeout> | undefined;
  #directoryTimer: ReturnType<typeof setTimeout> | undefined;
  #slowTimer: ReturnType<typeof setTimeout> | undefined;
  /** Told apart: an answer to an older question is dropped. */
  #question = 0;
  #sheetQuestion = 0;

  readonly shown = $derived(this.filter === "all" ? this.rows : this.rows.filter((row) => row.population === this.filter));
  readonly counts = $derived(
    POPULATIONS.map((population) => ({
      population,
      count: this.rows.filter((row) => row.population === population).length,
    })).filter(({ count }) => count > 0),
  );
  readonly selected = $derived(this.shown.find((row) => row.id === this.selectedId) ?? null);
  readonly selectedIndex = $derived(this.shown.findIndex((row) => row.id === this.selectedId));
  readonly homonyms = $derived(this.rows.flatMap((row) => row.homonym ?? []));
  readonly truncated = $derived(this.answer?.truncated ?? false);
  /** Nothing asked: the home. */
  readonly idle = $derived(this.text.trim() === "" && this.document === null && this.rows.length === 0);

  type(text: string): void {
    this.text = text;
    this.document = null;
    this.refusal = null;
    this.#question += 1;
    this.#stopTimers();
    if (text.trim() === "") {
      this.#empty();
      return;
    }
    void this.#find(text, this.#question);
  }

  clear(): void {
    this.text = "";
    this.document = null;
    this.#question += 1;
    this.#stopTimers();
    this.#empty();
  }

  async #find(text: string, question: number): Promise<void> {
    try {
      const answer = await api.find({ text });
      if (question !== this.#question) return;
      this.answer = answer;
      this.rows = answer.rows;
      this.directoryRefused = false;
      this.filter = "all";
      this.#select(answer.rows[0]?.id ?? null);
    } catch (thrown) {
      if (question !== this.#question) return;
      this.answer = null;
      this.refusal = toRefusal(thrown);
    }
    this.#directoryTimer = setTimeout(() => void this.#refine(text, question), DIRECTORY_AFTER);
  }

  async #refine(text: string, question: number): Promise<void> {
    this.#slowTimer = setTimeout(() => (this.slow = true), SLOW_AFTER);
    try {
      const answer = await api.findInDirectory({ text });
      if (question !== this.#question) return;
      this.answer = refine(this.answer, answer);
      this.rows = this.answer.rows;
      this.directoryRefused = false;
      if (this.selectedId === null) this.#select(this.rows[0]?.id ?? null);
    } catch {
      // The local rows stand; the foot of the list says that they were not completed.
      if (question === this.#question) this.directoryRefused = true;
    } finally {
      if (question === this.#question) this.#stopTimers();
    }
  }

  /** A document was read: who bears it. */
  async read(reading: ReadingRequest): Promise<PersonRow[]> {
    this.#question += 1;
    const question = this.#question;
    this.#stopTimers();
    this.text = "";
    this.refusal = null;
    try {
      const arrival = await api.readDocument({ reading });
      if (question !== this.#question) return [];
      this.answer = null;
      this.filter = "all";
      this.document = { reading, notice: arrival.notice };
      this.rows = arrival.people;
      this.#select(arrival.people[0]?.id ?? null);
      return arrival.people;
    } catch (thrown) {
      if (question !== this.#question) return [];
      this.#empty();
      this.refusal = toRefusal(thrown);
      return [];
    }
  }

  choose(id: string): void {
    if (id !== this.selectedId) this.#select(id);
  }

  move(step: number): void {
    const rows = this.shown;
    if (rows.length === 0) return;
    const next = Math.min(rows.length - 1, Math.max(0, this.selectedIndex + step));
    const row = rows[next];
    if (row) this.choose(row.id);
  }

  keep(filter: Filter): void {
    this.filter = filter;
    if (!this.shown.some((row) => row.id === this.selectedId)) this.#select(this.shown[0]?.id ?? null);
  }

  /** Opens one sheet alone: the other person of a difference. */
  async openPerson(person: string): Promise<void> {
    this.clear();
    this.selectedId = person;
    await this.#show(person);
    const sheet = this.sheet;
    if (!sheet || this.selectedId !== person) return;
    this.rows = [
      {
        id: sheet.id,
        familyName: sheet.familyName,
        givenName: sheet.givenName,
        line: sheet.subtitle,
        population: sheet.population,
        state: sheet.state,
        familyMarks: [],
        givenMarks: [],
        withinPerimeter: sheet.withinPerimeter,
        homonym: null,
        reason: null,
      },
    ];
  }

  /** Reads the sheet again, in the directory. */
  async refreshSheet(): Promise<void> {
    if (this.selectedId) await this.#show(this.selectedId, true);
  }

  /** The sheet of the chosen row, read now if it is not there yet. */
  async sheetNow(): Promise<PersonSheet | null> {
    if (this.sheet && this.sheet.id === this.selectedId) return this.sheet;
    clearTimeout(this.#sheetTimer);
    if (this.selectedId) await this.#show(this.selectedId);
    return this.sheet;
  }

  #select(id: string | null): void {
    clearTimeout(this.#sheetTimer);
    this.selectedId = id;
    this.sheetRefusal = null;
    if (id === null) {
      this.#sheetQuestion += 1;
      this.sheet = null;
      this.sheetBusy = false;
      return;
    }
    if (this.sheet?.id === id) return;
    this.sheet = null;
    this.#sheetTimer = setTimeout(() => void this.#show(id), SHEET_AFTER);
  }

  async #show(id: string, keep = false): Promise<void> {
    this.#sheetQuestion += 1;
    const question = this.#sheetQuestion;
    this.sheetBusy = true;
    if (!keep) this.sheet = null;
    try {
      const sheet = await api.show({ person: id });
      if (question !== this.#sheetQuestion) return;
      this.sheet = sheet;
      this.sheetRefusal = null;
    } catch (thrown) {
      if (question === this.#sheetQuestion) this.sheetRefusal = toRefusal(thrown);
    } finally {
      if (question === this.#sheetQuestion) this.sheetBusy = false;
    }
  }

  #empty(): void {
    this.answer = null;
    this.rows = [];
    this.filter = "all";
    this.directoryRefused = false;
    this.refusal = null;
    this.#select(null);
  }

  #stopTimers(): void {
    clearTimeout(this.#directoryTimer);
    clearTimeout(this.#slowTimer);
    this.slow = false;
  }
}
