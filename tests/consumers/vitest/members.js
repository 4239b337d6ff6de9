import { Presence } from "phoenix-presence";

export function showMembers(list, socket) {
  socket.connect();
  const channel = socket.channel("room:lobby");
  const presence = new Presence(channel);
  presence.onSync(() => {
    const lines = presence.list((key, { metas }) => `${key} is ${metas[0].status}`);
    list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  });
  channel.join();
}
