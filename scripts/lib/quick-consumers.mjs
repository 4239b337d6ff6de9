/**
 * The projects of tests/consumers/ that `npm test` runs. Their dependencies are devDependencies of this
 * repository in the same versions, so npm has them in its cache and downloads nothing.
 */

export const QUICK = [
  "classic-script",
  "esbuild",
  "esbuild-iife",
  "import-map",
  "node-cjs",
  "node-esm",
  "publint",
  "typescript-bundler",
  "typescript-node10",
  "typescript-node16",
  "typescript-node16-cjs",
  "web-component",
  "worker",
];
