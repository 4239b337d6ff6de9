/**
 * npm's `prepack` of the package: nothing is packed or published that was not built from the
 * sources as they are now. It prints nothing when all is well, since `npm pack --json` prints JSON.
 */

import { isBuilt } from "./build/stamp.mjs";
import { main } from "./lib/main.mjs";

await main(async () => {
  if (!isBuilt()) {
    throw new Error(
      "pkg/ is not built from the sources as they are now. Run `npm run build` in the repository, then pack again.",
    );
  }
});
