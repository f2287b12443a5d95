/**
 * Takes a picture of every state of the demonstration, light and dark, and runs axe-core on each: fails on any violation, on any
 * message of the console and on anything the content policy of the real window would block.
 * `node dev/capture.mjs [--out folder] [--only text] [--size 1280x800] [--no-axe]`. Serves `dist-demo` on loopback only.
 */
import { createReadStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import puppeteer from "puppeteer-core";

import { STATES } from "./states.mjs";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const out = option("out", join(tmpdir(), "guichet-screens"));
const only = option("only", "");
const [width, height] = option("size", "1280x800").split("x").map(Number);
const zoom = Number(option("text", "0"));
const themes = option("themes", "light,dark").split(",");
const checking = !process.argv.includes("--no-axe");

const root = new URL("../dist-demo/", import.meta.url).pathname;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src ipc: http://ipc.localhost";
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  if (path === "/favicon.ico") return response.writeHead(204).end();
  const file = join(root, path === "/" ? "index.html" : path);
  if (!file.startsWith(root) || !existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": KINDS[extname(file)] ?? "application/octet-stream", "content-security-policy": POLICY });
  return createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const { port } = server.address();

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ],
});

const seen = (id) => `[data-testid="${id}"]`;
const SHIFTED = /[A-Z<>]/;

/** One reader's burst through the real keyboard path: trusted key events, a few milliseconds apart. */
async function scan(page, band) {
  for (const character of band) {
    if (character === "\n") {
      await page.keyboard.press("Enter");
    } else {
      if (SHIFTED.test(character)) await page.keyboard.down("Shift");
      await page.keyboard.press(character === "<" ? "<" : character);
      if (SHIFTED.test(character)) await page.keyboard.up("Shift");
    }
  }
}

async function play(page, [what, value]) {
  switch (what) {
    case "type":
      // One key every 90 ms is a hand; faster would be taken for the reader.
      return page.keyboard.type(value, { delay: 30 + 60 });
    case "slow":
      return page.keyboard.type(value, { delay: 120 });
    case "press": {
      const keys = value.split("+");
      for (const key of keys.slice(0, -1)) await page.keyboard.down(key);
      await page.keyboard.press(keys.at(-1));
      for (const key of keys.slice(0, -1).reverse()) await page.keyboard.up(key);
      return undefined;
    }
    case "click":
      return (await page.waitForSelector(seen(value))).click();
    case "focus":
      return page.focus(seen(value));
    case "scan":
      return scan(page, value);
    case "see":
      // In a narrow window the sheet is one Entrée away.
      if (value === "main-action" && (await page.evaluate(() => document.documentElement.hasAttribute("data-narrow")))) {
        await new Promise((done) => setTimeout(done, 500));
        await page.keyboard.press("Enter");
      }
      return page.waitForSelector(seen(value), { visible: true, timeout: 4_000 });
    case "wait":
      return new Promise((done) => setTimeout(done, value));
    default:
      throw new Error(`unknown step ${what}`);
  }
}

mkdirSync(out, { recursive: true });
let faults = 0;
const fault = (name, text) => {
  faults += 1;
  console.log(`✗ ${name}: ${text}`);
};
for (const [name, state] of Object.entries(STATES)) {
  if (!name.includes(only)) continue;
  for (const theme of themes) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width, height });
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) fault(`${name}-${theme}`, message.text());
    });
    page.on("pageerror", (error) => fault(`${name}-${theme}`, error.message));
    try {
      await page.goto(`http://127.0.0.1:${port}/?${state.at}&theme=${theme}`);
      await page.waitForSelector("#app > *");
      await page.evaluate(() => document.fonts.ready);
      await new Promise((done) => setTimeout(done, 120));
      for (let step = 0; step < zoom; step += 1) await play(page, ["press", "Control+="]);
      for (const step of state.steps ?? []) await play(page, step);
      await new Promise((done) => setTimeout(done, 200));
    } catch (error) {
      fault(`${name}-${theme}`, error.message);
    }
    await page.screenshot({ path: join(out, `${name}-${theme}.png`) });
    if (checking) {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      for (const violation of violations) {
        fault(`${name}-${theme}`, `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary.split("\n")[1] ?? ""}`).slice(0, 3).join(" | ")}`);
      }
    }
    // Focus never lost, and nothing hidden beyond the window's edge.
    const lost = await page.evaluate(() => document.activeElement === document.body);
    if (lost && state.steps?.some(([what]) => what === "press")) fault(`${name}-${theme}`, "the focus is lost");
    const spill = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight);
    if (spill) fault(`${name}-${theme}`, "the page is larger than the window");
    await context.close();
  }
}
await browser.close();
server.close();
console.log(faults === 0 ? `All states are clean; pictures in ${out}` : `${faults} fault(s); pictures in ${out}`);
process.exitCode = faults === 0 ? 0 : 1;
