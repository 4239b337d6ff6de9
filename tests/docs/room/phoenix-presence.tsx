import type { Socket } from "phoenix";
import { useOthers, useRoom, useUpdate } from "phoenix-presence/react";
import { useEffect, useState } from "react";

export function useLobby(socket: Socket, topic: string, user: string) {
  const room = useRoom<{ typing?: boolean }>(socket, topic);
  const { entries, status, error, presence } = room;
  const update = useUpdate(room);
  const [toast, setToast] = useState("");
  useEffect(() => {
    return presence?.subscribe((changes) => {
      for (const { key, type, reason } of changes) {
        if (reason !== "diff" || type === "update") continue; // Who is in a presence_state has not just come.
        setToast(`${key} ${type === "enter" ? "came" : "left"}`);
      }
    });
  }, [presence]);
  const typing = useOthers(room, user).filter(([, { metas }]) => metas.some((meta) => meta.typing));
  return { entries, typing, toast, count: entries.length, status, error: error?.message, update };
}
