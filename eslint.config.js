import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["target/", "pkg/wasm/", "pkg/dist/", "**/node_modules/"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, globals: globals["shared-node-browser"] },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-unused-vars": [
        "error",
        { varsIgnorePattern: "^_", argsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
      ],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  { files: ["scripts/**", "tests/**", "benches/**"], languageOptions: { globals: globals.node } },
  { files: ["pkg/**", "www/**"], languageOptions: { globals: globals.browser } },
  // A browser test hands functions to the page, where they see its globals.
  {
    files: [
      "tests/e2e/**",
      "tests/bindings/**",
      "tests/docs/**",
      "tests/support/demo.js",
      "tests/consumers/{jest,lit,oldest-frameworks,vite-react,vite-vue,vitest,web-component}/**",
      "tests/consumers/room-server.js",
    ],
    languageOptions: { globals: globals.browser },
  },
  { files: ["tests/consumers/jest/**"], languageOptions: { globals: globals.jest } },
  { files: ["**/*.cjs"], languageOptions: { sourceType: "commonjs", globals: globals.node } },
];
