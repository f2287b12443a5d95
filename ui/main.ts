/** Starts the window: the theme first, so that nothing is painted in the wrong one, then the screens. Holds no state. */
import { mount } from "svelte";
import * as api from "$api";

import App from "./App.svelte";
import type { StartView } from "./messages/StartView";
import { type Refusal, toRefusal } from "./refusal";
import "./style/base.css";

async function begin(): Promise<void> {
  const target = document.getElementById("app");
  if (!target) return;
  let opening: { start: StartView } | { refusal: Refusal };
  try {
    opening = { start: await api.start() };
  } catch (thrown) {
    opening = { refusal: toRefusal(thrown) };
  }
  const dark = "start" in opening ? opening.start.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  mount(App, { target, props: { opening } });
}

void begin();
