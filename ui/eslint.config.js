import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist/", "dist-demo/", "node_modules/", "messages/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-irregular-whitespace": ["error", { skipStrings: true, skipTemplates: true, skipComments: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Only api.ts speaks to the host." }] },
      ],
      // Text of the directory may be hostile: it only ever goes through interpolation.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text interpolation only." },
        { property: "outerHTML", message: "Text interpolation only." },
        { property: "insertAdjacentHTML", message: "Text interpolation only." },
        { object: "document", property: "write", message: "Text interpolation only." },
      ],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
    rules: {
      "svelte/no-at-html-tags": "error",
      "svelte/no-target-blank": "error",
      "svelte/button-has-type": "error",
      "svelte/require-each-key": "error",
      // A space that matters at the edge of an element is written `{" "}`.
      "svelte/no-useless-mustaches": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "SvelteAttribute[key.name='style']",
          message: "The content policy blocks style attributes: use a class or a style: directive.",
        },
      ],
    },
  },
  { files: ["api.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["dev/*.mjs", "*.js", "vite.config.ts"], languageOptions: { globals: { ...globals.node } } },
);
