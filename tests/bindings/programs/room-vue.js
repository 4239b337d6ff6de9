import { createApp, createSSRApp, h, ref } from "vue";
import { renderToString } from "vue/server-renderer";

import { useOthers, useRoom, useSelf, useUpdate } from "phoenix-presence/vue";

import { newSocket, sent, server, shows, until, updates } from "./test-room.js";

const topic = ref("room:a");
const isShown = ref(true);

const Room = {
  props: ["socket"],
  setup(props) {
    const room = useRoom(props.socket, topic);
    const [self, others, update] = [useSelf(room, "ada"), useOthers(room, "ada"), useUpdate(room, { throttle: 20 })];
    Object.assign(globalThis, { update, room });
    return () => {
      const names = others.value.map(([key]) => key);
      const status = room.error.value ? `${room.status.value} ${room.error.value.code}` : room.status.value;
      return h("p", [status, self.value?.metas[0].mood ?? "nobody", ...names].join(" "));
    };
  },
};

Object.assign(globalThis, {
  ...{ newSocket, sent, server, shows, until, updates },
  go(to) {
    isShown.value = to !== "";
    if (to) topic.value = to;
  },
  mount: (socket) => createApp(() => isShown.value && [1, 2].map(() => h(Room, { socket }))).mount("main"),
  serverSide: (socket) => renderToString(createSSRApp(() => h(Room, { socket }))),
});
