import { describe, expect, it, vi } from "vitest";

import { chordOf, lendKeys, playKey } from "./keyboard";

const key = (over: Partial<KeyboardEvent>): KeyboardEvent =>
  ({
    key: "",
    code: "",
    ctrlKey: false,
    shiftKey: false,
    altKey: false,
    metaKey: false,
    preventDefault: vi.fn(),
    stopPropagation: vi.fn(),
    ...over,
  }) as unknown as KeyboardEvent;

describe("the keyboard", () => {
  it("knows a view by its physical key: AZERTY needs no Shift", () => {
    expect(chordOf(key({ key: "&", code: "Digit1", ctrlKey: true }))).toBe("Ctrl+1");
    expect(chordOf(key({ key: "à", code: "Digit0", ctrlKey: true }))).toBe("Ctrl+0");
    expect(chordOf(key({ key: "-", code: "Digit6", ctrlKey: true })), "a view of later, not a smaller text").toBeNull();
  });

  it("never takes a letter alone, nor AltGr", () => {
    for (const letter of "abcdefghijklmnopqrstuvwxyz") expect(chordOf(key({ key: letter, code: `Key${letter.toUpperCase()}` }))).toBeNull();
    expect(chordOf(key({ key: "€", code: "KeyE", ctrlKey: true, altKey: true }))).toBeNull();
  });

  it("asks the last lender first, and a dialog stops the screen under it", () => {
    const screen = vi.fn();
    const dialog = vi.fn();
    const window = vi.fn();
    const back = lendKeys({ Escape: screen, "Ctrl+E": screen });
    const close = lendKeys({ Escape: dialog }, { modal: true });
    playKey(key({ key: "Escape" }), {});
    playKey(key({ key: "e", code: "KeyE", ctrlKey: true }), {});
    playKey(key({ key: "l", code: "KeyL", ctrlKey: true }), { "Ctrl+L": window });
    expect(dialog).toHaveBeenCalledOnce();
    expect(screen).not.toHaveBeenCalled();
    expect(window, "the post locks under a dialog too").toHaveBeenCalledOnce();
    close();
    playKey(key({ key: "Escape" }), {});
    expect(screen).toHaveBeenCalledOnce();
    back();
  });

  it("takes a fast series of Ctrl+Entrée for one press", () => {
    const advance = vi.fn();
    const back = lendKeys({ "Ctrl+Enter": advance });
    const press = (timeStamp: number, repeat = false): void =>
      playKey(key({ key: "Enter", code: "Enter", ctrlKey: true, timeStamp, repeat }), {});
    for (const time of [1_000, 1_120, 1_250, 1_400, 1_550]) press(time);
    press(2_300, true);
    expect(advance).toHaveBeenCalledOnce();
    press(3_000);
    expect(advance).toHaveBeenCalledTimes(2);
    back();
  });

  it("neutralises what would reload, search, print or go back", () => {
    for (const pressed of [
      key({ key: "F5" }),
      key({ key: "r", code: "KeyR", ctrlKey: true }),
      key({ key: "p", code: "KeyP", ctrlKey: true }),
      key({ key: "ArrowLeft", altKey: true }),
    ]) {
      playKey(pressed, {});
      expect(pressed.preventDefault).toHaveBeenCalled();
    }
  });
});
