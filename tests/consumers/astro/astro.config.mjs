import react from "@astrojs/react";
import { defineConfig } from "astro/config";

/** Runs the server in the page before its components. */
const roomServer = {
  name: "room-server",
  hooks: {
    "astro:config:setup": ({ injectScript }) => injectScript("before-hydration", 'import "/room-server.js";'),
  },
};

export default defineConfig({ integrations: [react(), roomServer] });
