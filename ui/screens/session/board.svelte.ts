/**
 * What the keyboard is like, for whoever types a password blind: its layout, once a letter told it, and Caps Lock.
 * Looks at one key at a time and keeps none.
 */
class Board {
  layout = $state<"AZERTY" | "QWERTY" | "QWERTZ" | null>(null);
  capsLock = $state(false);
}

export const board = new Board();

export function noteLayout(event: KeyboardEvent): void {
  board.capsLock = event.getModifierState("CapsLock");
  const letter = event.key.toLowerCase();
  if ((event.code === "KeyQ" || event.code === "KeyA") && (letter === "a" || letter === "q")) {
    const swapped = (event.code === "KeyQ") === (letter === "a");
    board.layout = swapped ? "AZERTY" : board.layout === "QWERTZ" ? "QWERTZ" : "QWERTY";
  } else if (event.code === "KeyZ" && letter === "y") {
    board.layout = "QWERTZ";
  }
}
