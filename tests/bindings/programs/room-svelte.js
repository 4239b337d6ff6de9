import { flushSync, mount } from "svelte";

import Rooms from "./Rooms.svelte";
import { newSocket, sent, server, shows, until, updates } from "./test-room.js";

Object.assign(globalThis, {
  ...{ newSocket, sent, server, shows, until, updates },
  mount: (socket) => flushSync(() => mount(Rooms, { target: document.querySelector("main"), props: { socket } })),
});
