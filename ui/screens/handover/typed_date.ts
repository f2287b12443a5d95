/** A date being typed, day first: slashes come by themselves. Never corrects or completes a figure. */

export const digitsOf = (text: string): string => text.replace(/\D/g, "").slice(0, 8);

/** « 1603 » → « 16/03/ »: the caret is always where the next figure goes. */
export function dateAsTyped(text: string): string {
  const digits = digitsOf(text);
  const day = digits.slice(0, 2);
  const month = digits.slice(2, 4);
  const year = digits.slice(4);
  if (digits.length < 2) return day;
  if (digits.length < 4) return `${day}/${month}`;
  return `${day}/${month}/${year}`;
}
