import { describe, expect, it } from "vitest";

import { Latest } from "./latest";

describe("the newest word", () => {
  it("is not undone by a late answer", () => {
    const latest = new Latest();
    const slow = latest.ask();
    const event = latest.ask();
    expect(latest.shows(event)).toBe(true);
    expect(latest.shows(slow)).toBe(false);
  });

  it("is shown however many questions followed it", () => {
    const latest = new Latest();
    const first = latest.ask();
    latest.ask();
    expect(latest.shows(first)).toBe(true);
    expect(latest.shows(latest.ask())).toBe(true);
  });
});
