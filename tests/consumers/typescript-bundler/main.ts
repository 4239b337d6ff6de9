import { Presence as Original } from "phoenix";
import { Presence } from "phoenix-presence";
import init from "phoenix-presence/init";
import type { PresenceSnapshot, usePresence } from "phoenix-presence/react";
import * as web from "phoenix-presence/web";
import { roster } from "./room.js";

const typed = (presence: Presence<{ status: "online" | "away" }>): string[] =>
  presence.list((key, { metas }) => `${key}: ${metas[0].status}`);
// @ts-expect-error: it takes a callback
const wrong = (presence: Presence): void => presence.onJoin(1);
// @ts-expect-error: there is no status "busy"
const busy = (presence: Presence<{ status: "online" }>) => presence.list((_, { metas }) => metas[0].status === "busy");
const hook = (use: typeof usePresence): PresenceSnapshot<{ status: string }> => use(undefined);
export const checked: unknown[] = [typed, wrong, busy, hook, web.Presence, web.init];

init().then(() => console.log(JSON.stringify([roster(Original), roster(Presence)])));
