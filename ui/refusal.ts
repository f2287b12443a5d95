/**
 * What a command answers when it does not do what was asked: a code the screens act on, and a sentence ready to be shown.
 * Never invents a cause: an answer it does not know keeps its text for « Détail à copier ».
 */
import { fr } from "./texts/fr";

export interface Refusal {
  code: string;
  message: string;
  /** What the host really said, when it was not one of our sentences. */
  detail: string | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

export function toRefusal(thrown: unknown): Refusal {
  if (isRecord(thrown) && typeof thrown.code === "string") {
    const said = typeof thrown.message === "string" ? thrown.message.trim() : "";
    const detail = typeof thrown.detail === "string" ? thrown.detail : null;
    return { code: thrown.code, message: said || (fr.errors[thrown.code] ?? fr.errors.trouble ?? ""), detail };
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "trouble", message: fr.errors.trouble ?? "", detail };
}
