// What the types of phoenix-presence say beyond those of phoenix, and what they must refuse.
import { Presence } from "phoenix-presence";
import type { PresenceChannel, PresenceDiff, PresenceState } from "phoenix-presence";
import init from "phoenix-presence/init";
import { init as named } from "phoenix-presence/init";
import * as web from "phoenix-presence/web";

declare const channel: PresenceChannel;

const untyped = new Presence(channel, { events: { state: "who" } });
const anyField: string = untyped.list()[0].metas[0].whatever;

// A channel of one's own, as in tests.
const own = new Presence({ on: () => 0, joinRef: () => "1" });

interface Meta {
  status: "online" | "away";
}
interface Extra {
  user: { name: string };
}
const presence = new Presence<Meta, Extra>(channel);
presence.onJoin((key, current, joined) => {
  const id: string = key;
  const status: "online" | "away" = joined.metas[0].status;
  const ref: string = joined.metas[0].phx_ref;
  const name: string | undefined = current?.user.name;
  console.log(id, status, ref, name);
  // @ts-expect-error there may be no presence before
  console.log(current.user);
  // @ts-expect-error no such field is tracked
  console.log(joined.metas[0].device);
});
presence.onLeave((_key, current, left) => console.log(current.metas.length, left.user.name));
const statuses: Array<"online" | "away"> = presence.list((_key, { metas: [first] }) => first.status);
// @ts-expect-error a chooser gets a key that is text
presence.list((key: number) => key);
// @ts-expect-error a channel is needed
new Presence({});
// @ts-expect-error a channel is needed
new Presence();

const state: PresenceState<Meta, Extra> = presence.state;
const diffs: Array<PresenceDiff<Meta, Extra>> = presence.pendingDiffs;
presence.state = {};
const joinRef: string | null = presence.joinRef;
presence.onError((error) => console.log(error.message, error.key));

const ready: Promise<void> = init();
export const all = Promise.all([
  ready,
  named(new Uint8Array()),
  named("/core.wasm"),
  named(new URL("https://example.test/core.wasm")),
  named(fetch("/core.wasm")),
  web.init(new ArrayBuffer(8)),
  web.default("/core.wasm"),
]);
// @ts-expect-error null is no source
named(null);
// @ts-expect-error nor is a number
web.init(7);
// What the file system gives is one, though its memory might be shared.
named(new Uint8Array(new SharedArrayBuffer(8)));
export const other: web.Presence<Meta, Extra> = new web.Presence<Meta, Extra>(channel);
console.log(own, anyField, statuses, state, diffs, joinRef);
