// Ends with its block, where the program's `lib` and its compiler (5.2) know `using`.
import { Presence, type PresenceChannel } from "phoenix-presence";

export async function online(channel: PresenceChannel): Promise<number> {
  using presence = new Presence(channel);
  await presence.whenSynced();
  return presence.size;
}
