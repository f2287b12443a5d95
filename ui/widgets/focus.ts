/** Where the focus goes: it is never lost. After an act it goes to the next button, else to the heading. */
import { tick } from "svelte";

/** Focuses the first of `selectors` found once the screen has settled. */
export async function focusFirst(...selectors: string[]): Promise<void> {
  await tick();
  for (const selector of selectors) {
    const element = document.querySelector<HTMLElement>(selector);
    if (element) {
      element.focus();
      return;
    }
  }
}

const FOCUSABLE = "button, input:not([type=hidden]), textarea, a[href], [tabindex]";

function firstIn(region: HTMLElement): HTMLElement | null {
  if (region.matches(FOCUSABLE)) return region;
  const current = region.querySelector<HTMLElement>("[aria-current], [aria-selected=true]");
  if (current?.matches("button:not([tabindex='-1'])")) return current;
  return region.querySelector<HTMLElement>(FOCUSABLE);
}

/** F6 and Shift+F6: the regions in the order of the page. */
export function moveRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (region) => region.checkVisibility() && firstIn(region),
  );
  if (regions.length === 0) return;
  const active = document.activeElement;
  // Regions may nest (actions inside the sheet): the innermost one counts.
  const here = regions.findLastIndex((region) => region.contains(active));
  const next = here < 0 ? (step === 1 ? 0 : regions.length - 1) : (here + step + regions.length) % regions.length;
  const region = regions[next];
  if (region) firstIn(region)?.focus();
}
