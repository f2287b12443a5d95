/** Starts the screens. The host has set the theme before the first paint; here it is only told where there is no host. Holds no state. */
import { mount } from "svelte";

import App from "./App.svelte";
import "./style/base.css";

const asked = new URLSearchParams(location.search).get("theme");
document.documentElement.dataset.theme ??= asked === "dark" ? "dark" : "light";
const target = document.getElementById("app");
if (target) mount(App, { target });
