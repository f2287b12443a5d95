import { describe, expect, it } from "vitest";

import { toRefusal } from "./refusal";
import { fr } from "./texts/fr";

describe("a refusal", () => {
  it("keeps the sentence of the host", () => {
    expect(toRefusal({ code: "tooManyTries", message: "Attendez 42 s." })).toMatchObject({ code: "tooManyTries", message: "Attendez 42 s." });
  });

  it("has a sentence of ours when the host gives a code alone", () => {
    expect(toRefusal({ code: "unreachable" }).message).toBe(fr.errors.unreachable);
  });

  it("keeps what it does not know for the detail, out of the sentence", () => {
    const refusal = toRefusal("Command nope not allowed by ACL");
    expect(refusal.message).toBe(fr.errors.trouble);
    expect(refusal.detail).toBe("Command nope not allowed by ACL");
  });
});
