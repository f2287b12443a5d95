/** How the directory completes a list that the local index began. Never reorders, never removes. */
import type { PersonRow } from "../../messages/PersonRow";

/** Known rows stay where they are, with their news; new ones follow. */
export function append(known: readonly PersonRow[], found: readonly PersonRow[]): PersonRow[] {
  const news = new Map(found.map((row) => [row.id, row]));
  const kept = known.map((row) => news.get(row.id) ?? row);
  const ids = new Set(known.map((row) => row.id));
  return [...kept, ...found.filter((row) => !ids.has(row.id))];
}
