import { Presence as Original } from "phoenix";
import { Presence } from "phoenix-presence";
import { roster } from "./room.js";

export default {
  fetch: () => new Response(JSON.stringify([roster(Original), roster(Presence)])),
};
