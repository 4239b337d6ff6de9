import { Presence as Original } from "phoenix";
import { usePresence } from "phoenix-presence/vue";
import { createApp, h, nextTick } from "vue";
import { channelOf, roster } from "./room.js";

const { channel, deliver } = channelOf();

createApp({
  setup() {
    const { entries } = usePresence(channel);
    return () => entries.value.map(([key, { metas }]) => h("li", `${key} on ${metas.length}`));
  },
}).mount("main");
deliver();
await nextTick();
const rows = Array.from(document.querySelectorAll("li"), ({ textContent }) => textContent);
console.log(JSON.stringify([roster(Original), rows]));
