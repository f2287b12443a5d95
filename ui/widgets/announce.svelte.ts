/**
 * The two live regions of the window. A sentence said here is always also written on the screen.
 * Never give it a secret, and never a sentence that only exists here.
 */
import { untrack } from "svelte";

class Voice {
  status = $state("");
  alert = $state("");
}

export const voice = new Voice();

/** The same sentence twice in a row has to be said twice: a no-break space at the end makes it another text. */
const again = (said: string, next: string): string => (said === next ? `${next}\u00a0` : next);

/** Said when the reader of the screen is free. */
export function announce(sentence: string): void {
  // Saying something from an effect must not tie the effect to what was said.
  voice.status = again(untrack(() => voice.status), sentence);
}

/** Said at once. */
export function alarm(sentence: string): void {
  voice.alert = again(untrack(() => voice.alert), sentence);
}
