/** The size of `import { Presence }` with its dependencies, bundled, minified and gzipped. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const PHOENIX = fileURLToPath(new URL("../node_modules/phoenix/assets/js/phoenix/presence.js", import.meta.url));

/** @param {string} from the import */
async function bytes(from) {
  const { outputFiles } = await build({
    stdin: {
      contents: `${from}; globalThis.Presence = Presence;`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

export async function bundled() {
  return {
    phoenix: await bytes(`import Presence from "${PHOENIX}"`),
    ours: await bytes(`import { Presence } from "phoenix-presence"`),
  };
}
