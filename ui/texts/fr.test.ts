import { describe, expect, it } from "vitest";

import { fr } from "./fr";

/** Every sentence, those made by functions included. */
function* sentences(node: unknown): Generator<string> {
  if (typeof node === "string") yield node;
  else if (typeof node === "function") yield String((node as (...given: unknown[]) => unknown)(3, 3, 3));
  else if (typeof node === "object" && node !== null) for (const value of Object.values(node)) yield* sentences(value);
}
const all = [...sentences(fr)];

describe("the sentences", () => {
  it("are there", () => expect(all.length).toBeGreaterThan(150));

  it("use French spacing and apostrophes", () => {
    for (const sentence of all) {
      expect(sentence, "a plain space before a sign").not.toMatch(/ [;:!?»]|« /u);
      expect(sentence, "a straight apostrophe").not.toContain("'");
    }
  });

  it("never shout, plead or blame", () => {
    for (const sentence of all) expect(sentence).not.toMatch(/!|\berreur\b|veuillez/iu);
  });

  it("stay short: twenty words at most", () => {
    for (const sentence of all) {
      for (const part of sentence.split(/(?<=[.?…])\s|\n/u)) {
        expect(part.split(/\s+/u).filter((word) => /\p{L}/u.test(word)).length, part).toBeLessThanOrEqual(20);
      }
    }
  });
});
