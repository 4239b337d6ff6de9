/**
 * Which projects of tests/consumers/ are tried by `npm test`.
 *
 * Invariant: they are made of what the devDependencies of this repository hold too, in the same
 * versions, so that npm has it all in its cache: nothing is downloaded for them.
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
  "worker",
];
