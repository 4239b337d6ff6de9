import { Socket } from "phoenix";
import { useRoom } from "phoenix-presence/react";

const socket = new Socket("/socket", { params: { user_id: "ada" } });
socket.connect();

export default function App() {
  const { entries, status, error } = useRoom(socket, "room:lobby");
  if (error) return <p role="alert">{error.message}</p>;
  return (
    <ul aria-busy={status !== "synced"}>
      {entries.map(([key, { metas }]) => (
        <li key={key}>
          {key} on {metas.length} {metas.length === 1 ? "device" : "devices"}
        </li>
      ))}
    </ul>
  );
}
