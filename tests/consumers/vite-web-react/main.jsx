import "./room-server.js";
import { Socket } from "phoenix";
import url from "phoenix-presence/wasm?url";
import init from "phoenix-presence/web";
import { useRoom } from "phoenix-presence/web/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

const socket = new Socket("/socket", { params: { user_id: "ada" } });
socket.connect();

function Users() {
  const { entries } = useRoom(socket, "room:lobby");
  return entries.map(([key, { metas }]) => (
    <li key={key}>
      {key} on {metas.length}
    </li>
  ));
}

await init(url);
createRoot(document.querySelector("main")).render(
  <StrictMode>
    <Users />
  </StrictMode>,
);
