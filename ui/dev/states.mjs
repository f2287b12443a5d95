/**
 * Every state of the screens a clerk can meet in the demonstration: an address, then what a hand does.
 * Steps: `["type", text]`, `["press", keys]`, `["click", testid]`, `["scan", band]`, `["see", testid]`, `["wait", ms]`.
 */
export const CARD = "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9403165F3108228FRA<<<<<<<<<<<6\nLEFEVRE<NUNEZ<<INES<CAMILLE<<<\n";
export const HOMONYMS = "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n0503165F3108228FRA<<<<<<<<<<<6\nBELKACEM<<NADIA<<<<<<<<<<<<<<<\n";

const found = [["type", "nadia belk"], ["see", "main-action"]];
const begun = [["type", "lefevre nu"], ["see", "main-action"], ["press", "Control+Enter"], ["see", "steps"]];
const read = [...begun, ["scan", CARD], ["see", "comparison"], ["wait", 500]];
const ready = [...read, ["press", "Control+Enter"], ["see", "slab"], ["wait", 550]];
const sent = [...ready, ["press", "Control+Enter"], ["wait", 900]];

export const STATES = {
  "session-sign-in": { at: "session=out" },
  "session-rehearsal": { at: "session=out&rehearsal", steps: [["click", "rehearsal-clerk"]] },
  "session-wrong-password": { at: "session=out", steps: [["type", "croux"], ["focus", "password"], ["type", "faux"], ["press", "Enter"], ["see", "refusal"]] },
  "session-locked": { at: "session=locked" },
  "session-locked-wrong": { at: "session=locked", steps: [["type", "faux"], ["press", "Enter"], ["see", "refusal"]] },
  "session-previous-password": { at: "session=previous", steps: [["see", "previous-password"]] },
  "session-previous-wrong": { at: "session=previous", steps: [["see", "previous-password"], ["type", "faux"], ["press", "Enter"], ["see", "refusal"]] },
  "session-goodbye": { at: "session=locked", steps: [["click", "change-clerk"], ["see", "goodbye"]] },
  "session-trouble": { at: "trouble" },
  "session-broken": { at: "broken" },
  "session-idle-warning": { at: "idle", steps: [...found, ["wait", 100]] },
  "counter-home": { at: "" },
  "counter-home-rehearsal": { at: "rehearsal" },
  "counter-home-open": { at: "open", steps: [["see", "resume"]] },
  "counter-home-filling": { at: "link=filling" },
  "counter-found": { at: "", steps: found },
  "counter-tab": { at: "", steps: [...found, ["press", "Control+PageDown"]] },
  "counter-active": { at: "", steps: [...found, ["press", "ArrowDown"], ["wait", 400]] },
  "counter-disabled": { at: "", steps: [["type", "roche gae"], ["see", "main-action"]] },
  "counter-locked-account": { at: "", steps: [["type", "roche mael"], ["see", "main-action"]] },
  "counter-outside": { at: "", steps: [["type", "roche sol"], ["see", "main-action"]] },
  "counter-mixed": { at: "", steps: [["type", "roche"], ["see", "main-action"]] },
  "counter-none": { at: "", steps: [["type", "dubosc"], ["see", "near"]] },
  "counter-too-many": { at: "", steps: [["type", "martin"], ["see", "too-many"]] },
  "counter-bad-date": { at: "", steps: [["type", "32/03/1998"], ["see", "find-notice"]] },
  "counter-refused": { at: "", steps: [["type", "panne"], ["see", "refusal"]] },
  "counter-slow": { at: "slow", steps: [["type", "nadia belk"], ["see", "searching"]] },
  "counter-offline": { at: "link=offline", steps: found },
  "counter-link-slow": { at: "link=slow", steps: found },
  "counter-hostile-names": { at: "", steps: [["type", "wolfe"], ["see", "main-action"]] },
  "counter-arabic": { at: "", steps: [["type", "d21900417"], ["see", "main-action"]] },
  "counter-scan-several": { at: "", steps: [["scan", HOMONYMS], ["see", "homonyms"], ["see", "main-action"]] },
  "counter-scan-unsure": { at: "", steps: [["scan", CARD.replaceAll("LEFEVRE", "QQQQQQQ")], ["see", "find-notice"]] },
  "counter-taken": { at: "taken", steps: [...found, ["press", "Control+Enter"], ["see", "refusal"]] },
  "counter-help": { at: "", steps: [...found, ["press", "F1"], ["see", "help"]] },
  "handover-waiting": { at: "", steps: begun },
  "handover-by-scan": { at: "", steps: [["scan", CARD], ["see", "comparison"]] },
  "handover-wrong-date": { at: "", steps: [...begun, ["slow", "16041994lef"], ["wait", 600]] },
  "handover-no-tries": { at: "", steps: [...begun, ["slow", "16041994lef"], ["wait", 700], ["slow", "17041994lef"], ["wait", 700]] },
  "handover-typed": { at: "", steps: [...begun, ["slow", "16031994lef"], ["see", "comparison"]] },
  "handover-partial": { at: "document=partial", steps: [...begun, ["scan", CARD], ["see", "identity-notice"]] },
  "handover-photo": { at: "", steps: read },
  "handover-unlike": { at: "", steps: [...read, ["click", "photo-unlike"], ["see", "way-readAgain"]] },
  "handover-gap": { at: "document=gap", steps: read },
  "handover-correction": { at: "document=gap", steps: [...read, ["press", "F8"], ["see", "correction"]] },
  "handover-expired": { at: "document=expired", steps: read },
  "handover-ready": { at: "", steps: ready },
  "handover-ready-english": { at: "", steps: [...ready, ["press", "Control+e"], ["wait", 150]] },
  "handover-ready-both": { at: "", steps: [...ready, ["press", "Control+e"], ["wait", 150], ["press", "Control+e"], ["wait", 150]] },
  "handover-printers": { at: "", steps: [...ready, ["click", "change-printer"], ["see", "printers"]] },
  "handover-abandon": { at: "", steps: [...ready, ["press", "Escape"], ["see", "abandon"]] },
  "handover-sending": { at: "slow", steps: [...ready, ["press", "Control+Enter"], ["wait", 150]] },
  "handover-refused-password": { at: "fault=refused", steps: sent },
  "handover-printer-fault": { at: "fault=printer", steps: sent },
  "handover-ambiguous": { at: "fault=ambiguous", steps: sent },
  "handover-done": { at: "", steps: sent },
  "handover-saved": { at: "", steps: [...sent, ["click", "save-letter"], ["see", "saved-to"]] },
  "handover-finished": { at: "", steps: [...sent, ["press", "Control+Enter"], ["see", "last-word"]] },
  "handover-help": { at: "", steps: [...begun, ["press", "F1"], ["see", "help"]] },
};
