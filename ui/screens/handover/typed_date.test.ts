import { describe, expect, it } from "vitest";

import { dateAsTyped, digitsOf } from "./typed_date";

describe("a date being typed", () => {
  it("gets its slashes as it goes", () => {
    const seen = [..."16031998"].reduce<string[]>((steps, digit) => [...steps, dateAsTyped(`${steps.at(-1) ?? ""}${digit}`)], []);
    expect(seen).toEqual(["1", "16/", "16/0", "16/03/", "16/03/1", "16/03/19", "16/03/199", "16/03/1998"]);
  });

  it("takes the slashes of the hand as well", () => {
    expect(dateAsTyped("16/03/1998")).toBe("16/03/1998");
    expect(dateAsTyped("16 03 1998")).toBe("16/03/1998");
  });

  it("never makes a figure up, and keeps eight at most", () => {
    expect(dateAsTyped("ab1")).toBe("1");
    expect(digitsOf("16/03/19984")).toBe("16031998");
  });
});
