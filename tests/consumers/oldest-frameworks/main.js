import { Presence as Original } from "phoenix";
import { usePresence as useInReact } from "phoenix-presence/react";
import { presenceStore } from "phoenix-presence/svelte";
import { usePresence as useInVue, useRoom as useRoomInVue } from "phoenix-presence/vue";
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { createSSRApp, effectScope, h } from "vue";
import { renderToString } from "vue/server-renderer";
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

/** Rendering on a server uses neither the channel nor the socket: Vue 3.3 runs no clean-up there. */
async function inVueOnServer() {
  const used = () => {
    throw new Error("Vue used the channel or the socket on a server");
  };
  const setup = () => {
    const { status } = useInVue({ on: used, joinRef: used });
    const room = useRoomInVue({ channel: used }, "room:lobby");
    return () => h("p", `${status.value} ${room.status.value}`);
  };
  const html = await renderToString(createSSRApp({ setup }));
  if (html !== "<p>pending pending</p>") throw new Error(`Vue rendered ${html} on a server`);
}

const all = [inReact(), inVue(), inSvelte()];
const odd = all.find((each) => JSON.stringify(each) !== JSON.stringify(all[0]));
inVueOnServer().then(() => console.log(JSON.stringify([roster(Original), odd ?? all[0]])));
