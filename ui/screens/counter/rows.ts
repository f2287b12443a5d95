/** How the directory completes a list that the local index began. Never reorders, never removes. */
import type { FindView } from "../../messages/FindView";
import type { PersonRow } from "../../messages/PersonRow";

/** The index alone says how the text was understood: the directory adds its rows and its own troubles. */
export function refine(known: FindView | null, found: FindView): FindView {
  if (known === null) return found;
  return {
    ...known,
    rows: append(known.rows, found.rows),
    truncated: known.truncated || found.truncated,
    notice: found.notice ?? known.notice,
    source: found.source,
  };
}

/** Known rows stay where they are, with their news and the letters that the index marked; new ones follow. */
export function append(known: readonly PersonRow[], found: readonly PersonRow[]): PersonRow[] {
  const news = new Map(found.map((row) => [row.id, row]));
  const kept = known.map((row) => {
    const told = news.get(row.id);
    if (!told) return row;
    const { familyMarks, givenMarks } = row;
    return {
      ...told,
      familyMarks: told.familyName === row.familyName ? familyMarks : [],
      givenMarks: told.givenName === row.givenName ? givenMarks : [],
    };
  });
  const ids = new Set(known.map((row) => row.id));
  return [...kept, ...found.filter((row) => !ids.has(row.id))];
}
