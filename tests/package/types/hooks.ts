// The hooks of both entries for React, without React's own types.

import { Socket } from "phoenix";
import type { Presence, PresenceEntry } from "phoenix-presence";
import { useOthers, usePresenceSelector, useRoom, useSelf, useUpdate } from "phoenix-presence/react";
import * as web from "phoenix-presence/web/react";

interface Device {
  status: "here" | "away";
}

export function inARoom(socket: Socket): void {
  const room = useRoom<Device>(socket, "room:lobby", { leaveGrace: 5_000, params: () => ({ device: "phone" }) });
  const status: "pending" | "synced" | "stale" | "closed" | "failed" = room.status;
  const code: "refused" | "timeout" | "disconnected" | undefined = room.error?.code;
  const self: PresenceEntry<Device> | undefined = useSelf(room, "ada");
  const names: string[] = useOthers(room, "ada").map(([key, { metas }]) => `${key} is ${metas[0].status}`);
  const size: number | undefined = usePresenceSelector(room.presence, (presence) => presence.size);
  useUpdate(room, { throttle: 100 })({ typing: true, status, code, self, names, size });
  // @ts-expect-error: there is no status "busy"
  self?.metas[0].status === "busy";
  // @ts-expect-error: milliseconds are a number
  useRoom(socket, "room:lobby", { leaveGrace: "5s" });
}

export function inARoomOfWeb(socket: Socket): Presence | undefined {
  const room = web.useRoom(socket, "room:lobby");
  web.useUpdate(room)({ typing: true });
  // @ts-expect-error: a topic is a text
  web.useRoom(socket, 7);
  return web.usePresence(room.presence).presence;
}
