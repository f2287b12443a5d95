import { describe, expect, it } from "vitest";

import { type Decision, type KeyPress, LEAST_KEYS, Wedge } from "./wedge";

const BAND = [
  "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<",
  "9403165F3108228FRA<<<<<<<<<<<6",
  "LEFEVRE<NUNEZ<<INES<CAMILLE<<<",
];

/** What AZERTY draws from the physical keys of a US board. */
const AZERTY: Record<string, string> = {
  KeyA: "q", KeyQ: "a", KeyW: "z", KeyZ: "w", KeyM: ",", Comma: ";",
  Digit0: "à", Digit1: "&", Digit2: "é", Digit3: '"', Digit4: "'", Digit5: "(", Digit6: "-", Digit7: "è", Digit8: "_", Digit9: "ç",
};

function usKey(character: string): { code: string; shift: boolean } {
  if (character === "\n") return { code: "Enter", shift: false };
  if (character === "<") return { code: "Comma", shift: true };
  if (/[0-9]/.test(character)) return { code: `Digit${character}`, shift: false };
  return { code: `Key${character}`, shift: true };
}

function press(character: string, time: number, over: Partial<KeyPress> = {}): KeyPress {
  const { code, shift } = usKey(character.toUpperCase());
  const key = character === "\n" ? "Enter" : character;
  return { key, code, shift, chord: false, repeat: false, password: false, time, ...over };
}

/** Types `text` with the same gap between keys, starting at `from`. */
function type(wedge: Wedge, text: string, gap: number, from = 1_000, over: Partial<KeyPress> = {}): Decision[] {
  return [...text].map((character, index) => wedge.press(press(character, from + index * gap, over)));
}

describe("a reader", () => {
  it("is told from the twelfth key on, and handed over whole", () => {
    const wedge = new Wedge();
    const text = `${BAND.join("\n")}\n`;
    const decisions = type(wedge, text, 6);
    expect(decisions.findIndex((decision) => decision.began)).toBe(LEAST_KEYS - 1);
    expect(decisions.slice(LEAST_KEYS - 1).every((decision) => decision.swallow), "nothing passes once told").toBe(true);
    const reading = wedge.settle();
    expect(reading?.characters).toBe(text);
    expect(reading?.keys.slice(0, 3)).toEqual(["+KeyI", "+KeyD", "+KeyF"]);
    expect(reading?.keys.at(-1)).toBe("Enter");
    expect(wedge.settle(), "a reading is handed over once").toBeNull();
  });

  it("says when its first key came, so that the field can be put back", () => {
    const wedge = new Wedge();
    const began = type(wedge, BAND[0] ?? "", 6, 5_000).find((decision) => decision.began)?.began;
    expect(began?.since).toBe(5_000);
  });

  it("leaves what a hand typed just before it", () => {
    const wedge = new Wedge();
    type(wedge, "BELK", 110, 1_000);
    const began = type(wedge, BAND[0] ?? "", 6, 1_000 + 3 * 110 + 120).find((decision) => decision.began)?.began;
    expect(began?.since).toBe(1_450);
    expect(wedge.settle()?.characters).toBe(BAND[0]);
  });

  it("is heard on AZERTY, whose characters are others", () => {
    const wedge = new Wedge();
    const keys = [...(BAND[1] ?? "")].map((character, index) => {
      const { code, shift } = usKey(character);
      const drawn = shift && code === "Comma" ? "." : (AZERTY[code] ?? character);
      return { key: drawn, code, shift, chord: false, repeat: false, password: false, time: 10 + index * 8 };
    });
    const decisions = keys.map((key) => wedge.press(key));
    expect(decisions.some((decision) => decision.began)).toBe(true);
    expect(wedge.settle()?.keys.slice(0, 2)).toEqual(["Digit9", "Digit4"]);
  });

  it("is heard through dead keys, which give no character", () => {
    const wedge = new Wedge();
    const decisions = [...(BAND[2] ?? "")].map((character, index) =>
      wedge.press(press(character, index * 7, character === "E" ? { key: "Dead" } : {})),
    );
    expect(decisions.some((decision) => decision.began)).toBe(true);
    const reading = wedge.settle();
    expect(reading?.keys[1]).toBe("+KeyE");
    expect(reading?.characters.startsWith("LFVR<NUNZ")).toBe(true);
  });

  it("survives a pause of the host: the median counts, not the slowest gap", () => {
    const wedge = new Wedge();
    let time = 0;
    const decisions = [...(BAND[0] ?? "")].map((character, index) => {
      time += index === 6 ? 140 : 10;
      return wedge.press(press(character, time));
    });
    expect(decisions.some((decision) => decision.began)).toBe(true);
  });

  it("never lets Enter or Tab through, not even before it is told", () => {
    const wedge = new Wedge();
    const decisions = type(wedge, "IDFRA\n9403", 6);
    expect(decisions[5]).toEqual({ swallow: true, began: null });
    const tab = new Wedge();
    type(tab, BAND[0] ?? "", 6, 0);
    expect(tab.press(press("x", 190, { key: "Tab", code: "Tab", shift: false })).swallow).toBe(true);
    expect(tab.settle()?.characters.endsWith("\t")).toBe(true);
  });

  it("takes Ctrl+J as the end of a line and drops the other control keys", () => {
    const wedge = new Wedge();
    type(wedge, BAND[0] ?? "", 6, 0);
    expect(wedge.press(press("j", 186, { chord: true })).swallow).toBe(true);
    expect(wedge.press({ ...press("b", 190), code: "KeyB", chord: true }).swallow).toBe(true);
    expect(wedge.settle()?.characters).toBe(`${BAND[0] ?? ""}\n`);
  });

  it("keeps Shift out of the counts and of the reading", () => {
    const wedge = new Wedge();
    [...(BAND[0] ?? "")].forEach((character, index) => {
      wedge.press({ ...press("x", index * 12), key: "Shift", code: "ShiftLeft" });
      wedge.press(press(character, index * 12 + 4));
    });
    expect(wedge.settle()?.characters).toBe(BAND[0]);
  });
});

describe("a hand", () => {
  it("is left alone, however long it types", () => {
    const wedge = new Wedge();
    const decisions = type(wedge, "LEFEVRENUNEZINESCAMILLE\n", 85);
    expect(decisions.every((decision) => !decision.swallow && !decision.began)).toBe(true);
    expect(wedge.settle()).toBeNull();
  });

  it("may hold a key down", () => {
    const wedge = new Wedge();
    const decisions = Array.from({ length: 40 }, (_, index) => wedge.press(press("A", index * 30, { repeat: index > 0 })));
    expect(decisions.some((decision) => decision.began)).toBe(false);
  });

  it("may end a fast short word with Enter", () => {
    const wedge = new Wedge();
    type(wedge, "AB", 30, 0);
    expect(wedge.press(press("\n", 90)).swallow).toBe(false);
    type(wedge, "BELK", 60, 1_000);
    expect(wedge.press(press("\n", 1_240)).swallow).toBe(false);
  });

  it("may let a vault type a password, but no line of a band gets into the field", () => {
    const vault = new Wedge();
    const typed = type(vault, "CORRECTHORSEBATTERY7\n", 25, 0, { password: true });
    expect(typed.every((decision) => !decision.swallow)).toBe(true);
    const card = new Wedge();
    const decisions = type(card, `${BAND[0] ?? ""}\n`, 6, 0, { password: true });
    expect(decisions.some((decision) => decision.began)).toBe(true);
    expect(decisions.at(-1)?.swallow).toBe(true);
  });

  it("uses shortcuts without opening a burst", () => {
    const wedge = new Wedge();
    const decisions = Array.from({ length: 14 }, (_, index) => wedge.press(press("L", index * 5, { chord: true })));
    expect(decisions.some((decision) => decision.swallow)).toBe(false);
  });
});
