/**
 * The only file that speaks to the host: one function per command, one per event.
 * A refusal always arrives as a `Refusal`, whatever the host threw. Never carries a provisional password: no command does.
 */
import { invoke } from "@tauri-apps/api/core";
import { listen, type UnlistenFn } from "@tauri-apps/api/event";

import type { DocumentArrival } from "./messages/DocumentArrival";
import type { FindView } from "./messages/FindView";
import type { HandoverRow } from "./messages/HandoverRow";
import type { HandoverView } from "./messages/HandoverView";
import type { LanguageView } from "./messages/LanguageView";
import type { LinkView } from "./messages/LinkView";
import type { Notice } from "./messages/Notice";
import type { OutboxView } from "./messages/OutboxView";
import type { PersonSheet } from "./messages/PersonSheet";
import type { ReadingRequest } from "./messages/ReadingRequest";
import type { SessionView } from "./messages/SessionView";
import type { StartView } from "./messages/StartView";
import { toRefusal } from "./refusal";

async function call<T>(command: string, request?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, request);
  } catch (thrown) {
    throw toRefusal(thrown);
  }
}

/* session */
/** Answers at once where the post stands: while it opens, ask again. */
export const start = (): Promise<StartView> => call("start");
export const openAgain = (): Promise<void> => call("open_again");
export const signIn = (request: { login: string; password: string }): Promise<SessionView> => call("sign_in", request);
export const unlock = (request: { password: string }): Promise<SessionView> => call("unlock", request);
export const lock = (): Promise<SessionView> => call("lock");
export const signOut = (): Promise<SessionView> => call("sign_out");
export const givePreviousPassword = (request: { previous: string }): Promise<SessionView> => call("give_previous_password", request);
export const replaceSealingKey = (): Promise<SessionView> => call("replace_sealing_key");
export const link = (): Promise<LinkView> => call("link");
export const keepAwake = (): Promise<void> => call("keep_awake");

/* counter */
export const find = (request: { text: string }): Promise<FindView> => call("find", request);
export const findInDirectory = (request: { text: string }): Promise<FindView> => call("find_in_directory", request);
export const show = (request: { person: string }): Promise<PersonSheet> => call("show", request);
export const readDocument = (request: { reading: ReadingRequest }): Promise<DocumentArrival> => call("read_document", request);

/* handover */
export const beginHandover = (request: { person: string }): Promise<HandoverView> => call("begin_handover", request);
export const checkDocument = (request: { handover: string; reading: ReadingRequest }): Promise<HandoverView> =>
  call("check_document", request);
export const checkBirthDate = (request: {
  handover: string;
  document: string;
  typed: string;
  nameStart: string;
}): Promise<HandoverView> => call("check_birth_date", request);
export const confirmPhoto = (request: { handover: string; alike: boolean }): Promise<HandoverView> =>
  call("confirm_photo", request);
export const redrawPassword = (request: { handover: string }): Promise<HandoverView> => call("redraw_password", request);
export const setLanguage = (request: { handover: string; language: LanguageView }): Promise<HandoverView> =>
  call("set_language", request);
export const setPrinter = (request: { handover: string; printer: string }): Promise<HandoverView> =>
  call("set_printer", request);
export const handOver = (request: { handover: string }): Promise<HandoverView> => call("hand_over", request);
export const printAgain = (request: { handover: string }): Promise<HandoverView> => call("print_again", request);
export const saveLetter = (request: { handover: string }): Promise<HandoverView> => call("save_letter", request);
export const finishHandover = (request: { handover: string }): Promise<HandoverView> => call("finish_handover", request);
export const abandonHandover = (request: { handover: string }): Promise<HandoverView> => call("abandon_handover", request);
export const handovers = (): Promise<HandoverRow[]> => call("handovers");
export const resumeHandover = (request: { handover: string }): Promise<HandoverView> => call("resume_handover", request);

/* outbox */
export const outbox = (): Promise<OutboxView> => call("outbox");
export const voidWaiting = (request: { handover: string }): Promise<OutboxView> => call("void_waiting", request);
export const decideToSend = (request: { handover: string }): Promise<OutboxView> => call("decide_to_send", request);

/* events */
export const onHandoverChanged = (heard: (view: HandoverView) => void): Promise<UnlistenFn> =>
  listen<HandoverView>("handover-changed", (event) => heard(event.payload));
export const onLinkChanged = (heard: (view: LinkView) => void): Promise<UnlistenFn> =>
  listen<LinkView>("link-changed", (event) => heard(event.payload));
export const onSessionChanged = (heard: (view: SessionView) => void): Promise<UnlistenFn> =>
  listen<SessionView>("session-changed", (event) => heard(event.payload));
export const onIdleWarning = (heard: (warning: { seconds: number }) => void): Promise<UnlistenFn> =>
  listen<{ seconds: number }>("idle-warning", (event) => heard(event.payload));
export const onHandoversSettled = (heard: (notices: Notice[]) => void): Promise<UnlistenFn> =>
  listen<Notice[]>("handovers-settled", (event) => heard(event.payload));
