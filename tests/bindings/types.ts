// What the bindings' types say and refuse. Compiled by the lint, never run.

import { expectTypeOf } from "expect-type";
import type { Socket } from "phoenix";
import type { Readable } from "svelte/store";
import { ref, type ShallowRef } from "vue";

import { Presence, type PresenceChannel, type PresenceEntry, type PresenceStatus } from "phoenix-presence";
import {
  type RoomError,
  type RoomStatus,
  useOthers,
  usePresence,
  usePresenceOf,
  usePresenceSelector,
  useRoom,
  useSelf,
  useUpdate,
} from "phoenix-presence/react";
import { othersOf, presenceOf, presenceStore, roomStore, selfOf, updater } from "phoenix-presence/svelte";
import * as vue from "phoenix-presence/vue";

interface Device {
  status: "here" | "away";
}
interface Extra {
  user: { name: string };
}
type Entry = PresenceEntry<Device, Extra>;

declare const channel: PresenceChannel;
declare const presence: Presence<Device, Extra>;

const room = usePresence<Device, Extra>(channel, { leaveGrace: 5_000 });
expectTypeOf(room.entries[0][1]).toEqualTypeOf<Entry>();
expectTypeOf(room.status).toEqualTypeOf<PresenceStatus>();
expectTypeOf(room.presence).toEqualTypeOf<Presence<Device, Extra> | undefined>();
expectTypeOf(usePresence(presence).entries[0][1].user.name).toEqualTypeOf<string>();
expectTypeOf(usePresence(undefined).entries[0][1]).toBeAny();
expectTypeOf(usePresenceOf(room.presence, "ada")).toEqualTypeOf<Entry | undefined>();
expectTypeOf(usePresenceSelector(presence, ({ size }) => size)).toEqualTypeOf<number>();
expectTypeOf(usePresenceSelector(room.presence, ({ size }) => size)).toEqualTypeOf<number | undefined>();

// @ts-expect-error a room's name is no channel
usePresence("room:lobby");
// @ts-expect-error milliseconds are a number
usePresence(channel, { leaveGrace: "5s" });
// @ts-expect-error a roster is not changed
room.entries.push(["ada", presence]);
// @ts-expect-error a user is named by a key
usePresenceOf(presence);
const sameText = (one: string, other: string) => one === other;
// @ts-expect-error equality compares what was selected
usePresenceSelector(presence, ({ size }) => size, sameText);

const followed = vue.usePresence(ref(presence));
expectTypeOf(followed.entries.value[0][1]).toEqualTypeOf<Entry>();
expectTypeOf(vue.usePresence<Device, Extra>(() => channel).presence.value).toEqualTypeOf<
  Presence<Device, Extra> | undefined
>();
expectTypeOf(vue.usePresenceOf(() => presence, "ada")).toEqualTypeOf<Readonly<ShallowRef<Entry | undefined>>>();
// @ts-expect-error what it returns is read
followed.status.value = "synced";

expectTypeOf(presenceStore(presence)).toExtend<Readable<{ readonly status: PresenceStatus }>>();
expectTypeOf(presenceOf(presence, "ada")).toEqualTypeOf<Readable<Entry | undefined>>();
// @ts-expect-error a store is not set
presenceStore(presence).set({});

declare const socket: Socket;
const joined = useRoom<Device, Extra>(socket, "room:lobby", { leaveGrace: 5_000, params: () => ({ device: "phone" }) });
expectTypeOf(joined.entries[0][1]).toEqualTypeOf<Entry>();
expectTypeOf(joined.presence).toEqualTypeOf<Presence<Device, Extra> | undefined>();
expectTypeOf(joined.status).toEqualTypeOf<RoomStatus>();
expectTypeOf(joined.error).toEqualTypeOf<RoomError | undefined>();
expectTypeOf(useSelf(joined, "ada")).toEqualTypeOf<Entry | undefined>();
expectTypeOf(useOthers(joined, "ada")[0][1]).toEqualTypeOf<Entry>();
expectTypeOf(useUpdate(joined, { throttle: 100 })).toEqualTypeOf<(fields: object) => void>();
useRoom(undefined, null);
// @ts-expect-error a channel is no socket
useRoom(channel, "room:lobby");
// @ts-expect-error milliseconds are a number
useUpdate(joined, { throttle: "50" });
// @ts-expect-error an option that there is not
useRoom(socket, "room:lobby", { grace: 5_000 });

const inVue = vue.useRoom<Device, Extra>(socket, () => "room:lobby");
expectTypeOf(inVue.entries.value[0][1]).toEqualTypeOf<Entry>();
expectTypeOf(inVue.error.value).toEqualTypeOf<RoomError | undefined>();
expectTypeOf(vue.useOthers(inVue, ref("ada")).value[0][1]).toEqualTypeOf<Entry>();
expectTypeOf(vue.useSelf(inVue, "ada").value).toEqualTypeOf<Entry | undefined>();
vue.useUpdate(inVue)({ typing: true });

const inSvelte = roomStore<Device, Extra>(socket, "room:lobby");
expectTypeOf(inSvelte).toExtend<Readable<{ readonly status: RoomStatus }>>();
expectTypeOf(selfOf(inSvelte, "ada")).toEqualTypeOf<Readable<Entry | undefined>>();
expectTypeOf(othersOf(inSvelte, "ada")).toExtend<Readable<readonly unknown[]>>();
updater(inSvelte)({ typing: true });
