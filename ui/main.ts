/** Starts the screens. The host sets the theme before the first paint; the demonstration, which has no host, by its address. */
import { mount } from "svelte";

import App from "./App.svelte";
import "./style/base.css";

const asked = new URLSearchParams(location.search).get("theme");
document.documentElement.dataset.theme ??= asked === "dark" ? "dark" : "light";
const target = document.getElementById("app");
if (target) mount(App, { target });
