import { describe, expect, it } from "vitest";

import type { PersonRow } from "../../messages/PersonRow";
import { append } from "./rows";

const row = (id: string, line = ""): PersonRow => ({
  id,
  familyName: id,
  givenName: "",
  line,
  population: "student",
  state: { code: "active", tone: "ok", word: "Actif", text: "Actif" },
  familyMarks: [],
  givenMarks: [],
  withinPerimeter: true,
  homonym: false,
});

describe("the directory completes a list", () => {
  it("without moving what is under the caret", () => {
    const rows = append([row("b"), row("a")], [row("a"), row("c"), row("b")]);
    expect(rows.map(({ id }) => id)).toEqual(["b", "a", "c"]);
  });

  it("with the news of the rows that are already there", () => {
    expect(append([row("a", "copie")], [row("a", "annuaire")])[0]?.line).toBe("annuaire");
  });

  it("without losing a row that only the copy knows", () => {
    expect(append([row("a"), row("b")], []).map(({ id }) => id)).toEqual(["a", "b"]);
  });
});
