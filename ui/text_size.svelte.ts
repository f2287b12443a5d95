/**
 * The size of the text, 100 to 150 %, and what fits: `data-short` and `data-narrow` on <html> fold what the window has no room for.
 * Remembers a number and nothing else.
 */
import { fr } from "./texts/fr";
import { announce } from "./widgets/announce.svelte";

const STEPS = [1, 1.1, 1.25, 1.5] as const;
const KEPT = "text-size";
/** Below these, in pixels of the design: the band folds and the letter shrinks; the sheet takes the place of the list. */
const SHORT = 776;
const NARROW = 1_120;

function kept(): number {
  try {
    const step = Number(localStorage.getItem(KEPT));
    return Number.isInteger(step) && step >= 0 && step < STEPS.length ? step : 0;
  } catch {
    return 0;
  }
}

class TextSize {
  #step = $state(kept());
  #width = $state(window.innerWidth);
  #height = $state(window.innerHeight);
  readonly factor = $derived<number>(STEPS[this.#step] ?? 1);
  readonly narrow = $derived(this.#width / this.factor < NARROW);
  readonly short = $derived(this.#height / this.factor < SHORT);

  change(direction: 1 | -1 | 0): void {
    this.#step = direction === 0 ? 0 : Math.min(STEPS.length - 1, Math.max(0, this.#step + direction));
    announce(fr.shell.textSize(Math.round(this.factor * 100)));
    try {
      localStorage.setItem(KEPT, String(this.#step));
    } catch {
      // A post that keeps nothing starts at 100 %.
    }
  }

  /** Use it in an effect. */
  apply(): () => void {
    const measure = (): void => {
      this.#width = window.innerWidth;
      this.#height = window.innerHeight;
    };
    window.addEventListener("resize", measure);
    document.documentElement.toggleAttribute("data-narrow", this.narrow);
    document.documentElement.toggleAttribute("data-short", this.short);
    return () => window.removeEventListener("resize", measure);
  }
}

export const textSize = new TextSize();
