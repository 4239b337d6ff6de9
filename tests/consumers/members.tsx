"use client";

import { Socket } from "phoenix";
import { useRoom } from "phoenix-presence/react";

// One for each tab. A server makes it, too, but does not connect it.
const socket = new Socket("/socket", { params: { user_id: "ada" } });
if (typeof window !== "undefined") socket.connect();

export function Members({ topic }: { topic: string }) {
  const { entries, status, error } = useRoom(socket, topic);
  if (error) return <p role="alert">{error.message}</p>;
  return (
    <ul aria-busy={status !== "synced"}>
      {entries.map(([key, { metas }]) => (
        <li key={key}>
          {key} on {metas.length}
        </li>
      ))}
    </ul>
  );
}
