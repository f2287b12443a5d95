/**
 * Where a reading goes: to the screen that shows. One screen at a time asks for them; without one, the reading is dropped.
 * Never keeps a reading.
 */
import type { ReadingRequest } from "../messages/ReadingRequest";
import { fr } from "../texts/fr";
import { announce } from "../widgets/announce.svelte";

type Taker = (reading: ReadingRequest) => void;

class Reader {
  /** A burst is going on. */
  busy = $state(false);
  #taker: Taker | null = null;

  begin(): void {
    this.busy = true;
  }

  deliver(reading: ReadingRequest, signedIn: boolean): void {
    this.busy = false;
    if (this.#taker) this.#taker(reading);
    else if (!signedIn) announce(fr.shell.documentElsewhere);
  }

  /** Use it in an effect: the screen takes the readings until the answer is called. */
  take(taker: Taker): () => void {
    this.#taker = taker;
    return () => {
      if (this.#taker === taker) this.#taker = null;
    };
  }
}

export const reader = new Reader();
