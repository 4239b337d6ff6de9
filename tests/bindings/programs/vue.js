import { createApp, createSSRApp, defineComponent, h, nextTick, ref, shallowRef } from "vue";
import { renderToString } from "vue/server-renderer";

import { Presence } from "phoenix-presence";
import { usePresence, usePresenceOf } from "phoenix-presence/vue";

import { bound, countGets, everybody, newChannel, turns, update, user } from "./big-room.js";

const renders = { list: 0, rows: {} };
const drawn = (key) => (renders.rows[key] = (renders.rows[key] ?? 0) + 1);

const Row = defineComponent({
  props: ["entry"],
  setup: (props) => () => {
    const [key, { metas }] = props.entry;
    drawn(key);
    return h("li", `${key} ${metas[0].status}`);
  },
});

const List = defineComponent({
  props: ["source", "options"],
  setup(props) {
    const { entries, status, presence } = usePresence(() => props.source, props.options);
    globalThis.presence = presence;
    return () => {
      renders.list += 1;
      const rows = entries.value.map((entry) => h(Row, { key: entry[0], entry }));
      return h("ul", { class: status.value }, rows);
    };
  },
});

const Friend = defineComponent({
  props: ["presence", "name"],
  setup(props) {
    const friend = usePresenceOf(
      () => props.presence,
      () => props.name,
    );
    return () => {
      drawn(props.name);
      return h("li", friend.value ? `${props.name} ${friend.value.metas[0].status}` : `${props.name} offline`);
    };
  },
});

Object.assign(globalThis, {
  ...{ bound, channel: newChannel(), countGets, everybody, newChannel, renders, turns, update, user, Presence },
  ...{ nextTick, source: shallowRef(undefined), names: ref([]), times: ref(1) },
  mount() {
    const lists = () =>
      Array.from({ length: globalThis.times.value }, () => h(List, { source: globalThis.source.value }));
    const friends = () =>
      globalThis.names.value.map((name) => h(Friend, { key: name, presence: globalThis.source.value, name }));
    globalThis.app = createApp({ render: () => (globalThis.names.value.length > 0 ? friends() : lists()) });
    globalThis.app.mount("main");
  },
  serverSide: (source) => renderToString(createSSRApp({ render: () => h(List, { source }) })),
});
