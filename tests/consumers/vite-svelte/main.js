import { Presence as Original } from "phoenix";
import { presenceStore } from "phoenix-presence/svelte";
import { get } from "svelte/store";
import { channelOf, roster } from "./room.js";

const { channel, deliver } = channelOf();
const room = presenceStore(channel);
room.subscribe(() => {});
deliver();
const rows = get(room).entries.map(([key, { metas }]) => `${key} on ${metas.length}`);
console.log(JSON.stringify([roster(Original), rows]));
