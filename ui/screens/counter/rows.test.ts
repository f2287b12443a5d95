import { describe, expect, it } from "vitest";

import type { FindView } from "../../messages/FindView";
import type { PersonRow } from "../../messages/PersonRow";
import { append, refine } from "./rows";

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
  homonym: null,
  reason: null,
});

const view = (some: Partial<FindView>): FindView => ({
  text: "nadia",
  understood: [],
  remark: null,
  rows: [],
  truncated: false,
  near: [],
  notice: null,
  source: "Copie de 10:08",
  ...some,
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

  it("without forgetting which letters were typed", () => {
    const marked = { ...row("belkacem"), familyMarks: [[0, 4]] as [number, number][] };
    expect(append([marked], [row("belkacem")])[0]?.familyMarks).toEqual([[0, 4]]);
    expect(append([marked], [{ ...row("belkacem"), familyName: "Roussel" }])[0]?.familyMarks).toEqual([]);
  });

  it("without taking back how the text was understood", () => {
    const known = view({
      understood: [{ label: "prénom", value: "Nadia" }],
      remark: "Vous avez saisi un courriel.",
      near: ["Belkacem"],
      rows: [row("a")],
      truncated: true,
    });
    const refined = refine(known, view({ rows: [row("b")], source: "Annuaire" }));
    expect(refined).toEqual({ ...known, rows: [row("a"), row("b")], source: "Annuaire" });
  });

  it("alone, when the index did not answer", () => {
    const found = view({ rows: [row("a")] });
    expect(refine(null, found)).toBe(found);
  });
});
