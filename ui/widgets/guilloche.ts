/** The lines of a security pattern, from fixed numbers only. Never given anything to hide: it could not depend on it. */

/** Two sheaves of waves over the same lines, at two periods: they cross, drift and never quite repeat. */
function weave(width: number, height: number): string {
  const lines: string[] = [];
  const turn = 2 * Math.PI;
  for (let row = -2; row * 7 < height + 28; row += 1) {
    for (const sheaf of [0, 1]) {
      let path = "";
      for (let x = -4; x <= width + 8; x += 4) {
        const at = turn * x;
        const wave =
          sheaf === 0
            ? 9 * Math.sin(at / 140 + row * 0.45) * Math.cos(at / 460) + 5 * Math.sin(at / 70 + row * 0.2)
            : 10 * Math.sin(at / 100 - row * 0.38 + 0.8) * Math.sin(at / 390 + 0.9) + 4 * Math.sin(at / 180);
        path += `${path ? "L" : "M"}${String(x)} ${(row * 7 + wave).toFixed(1)}`;
      }
      lines.push(path);
    }
  }
  return lines.join("");
}

const woven = new Map<string, string>();
export function pattern(width: number, height: number): string {
  const key = `${String(width)}x${String(height)}`;
  const known = woven.get(key) ?? weave(width, height);
  woven.set(key, known);
  return known;
}
