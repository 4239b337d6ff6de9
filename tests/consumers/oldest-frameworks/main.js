import { Presence as Original } from "phoenix";
import { usePresence as useInReact } from "phoenix-presence/react";
import { presenceStore } from "phoenix-presence/svelte";
import { usePresence as useInVue } from "phoenix-presence/vue";
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { effectScope } from "vue";
import { channelOf, roster } from "./room.js";

/** @param {readonly (readonly [string, { metas: readonly object[] }])[]} entries */
const rows = (entries) => entries.map(([key, { metas }]) => `${key} on ${metas.length}`);

function inReact() {
  const { channel, deliver } = channelOf();
  let shown;
  const Room = () => {
    shown = rows(useInReact(channel).entries);
    return null;
  };
  const root = createRoot(document.createElement("main"));
  flushSync(() => root.render(createElement(Room)));
  flushSync(deliver);
  flushSync(() => root.unmount());
  return shown;
}

function inVue() {
  const { channel, deliver } = channelOf();
  return effectScope().run(() => {
    const { entries } = useInVue(() => channel);
    deliver();
    return rows(entries.value);
  });
}

function inSvelte() {
  const { channel, deliver } = channelOf();
  let shown;
  const stop = presenceStore(channel).subscribe(({ entries }) => (shown = rows(entries)));
  deliver();
  stop();
  return shown;
}

const all = [inReact(), inVue(), inSvelte()];
const odd = all.find((each) => JSON.stringify(each) !== JSON.stringify(all[0]));
console.log(JSON.stringify([roster(Original), odd ?? all[0]]));
