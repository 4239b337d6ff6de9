import { flushSync, mount, unmount } from "svelte";

import { Presence } from "phoenix-presence";
import { presenceStore } from "phoenix-presence/svelte";

import Friends from "./Friends.svelte";
import List from "./List.svelte";
import Switch from "./Switch.svelte";
import { bound, countGets, everybody, newChannel, turns, update, user } from "./big-room.js";

const renders = { rows: {} };
const drawn = (key, text) => {
  renders.rows[key] = (renders.rows[key] ?? 0) + 1;
  return text;
};
const components = { List, Friends, Switch };

Object.assign(globalThis, {
  ...{ bound, channel: newChannel(), countGets, everybody, newChannel, renders, turns, update, user, Presence, drawn },
  ...{ flushSync, unmount, presenceStore },
  mount: (name, props) => mount(components[name], { target: document.querySelector("main"), props }),
});
