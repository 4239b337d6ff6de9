import { Presence, type Channel, type Socket } from "phoenix";
import { useCallback, useEffect, useRef, useState } from "react";

type Entry = [key: string, presence: { metas: { typing?: boolean }[] }];

export function useLobby(socket: Socket, topic: string, user: string) {
  const [entries, setEntries] = useState<Entry[]>([]);
  const [status, setStatus] = useState("pending");
  const [error, setError] = useState<string>();
  const [toast, setToast] = useState("");
  const joined = useRef<Channel>(undefined);
  const ownMeta = useRef({});

  useEffect(() => {
    const channel = socket.channel(topic);
    const presence = new Presence(channel);
    let isLive = false; // Who is in a presence_state has not just come.
    presence.onJoin((key, current) => {
      if (isLive && !current) setToast(`${key} came`);
    });
    presence.onLeave((key, current) => {
      if (isLive && current.metas.length === 0) setToast(`${key} left`);
    });
    presence.onSync(() => {
      isLive = true;
      setEntries(presence.list((key, { metas }): Entry => [key, { metas }]));
      setStatus("synced");
    });
    channel.onError(() => {
      isLive = false;
      joined.current = undefined;
      setStatus((before) => (before === "synced" ? "stale" : before));
    });
    channel
      .join()
      .receive("ok", () => {
        joined.current = channel;
        setError(undefined);
        channel.push("update", ownMeta.current); // After a rejoin the server tracks a new meta.
      })
      .receive("error", () => setError("the server refused the join"))
      .receive("timeout", () => setError("the server did not answer the join in time"));
    return () => {
      joined.current = undefined;
      ownMeta.current = {};
      channel.leave();
      setEntries([]);
      setStatus("pending");
    };
  }, [socket, topic]);

  const update = useCallback((fields: object) => {
    ownMeta.current = { ...ownMeta.current, ...fields };
    joined.current?.push("update", ownMeta.current);
  }, []);

  const typing = entries.filter(([key, { metas }]) => key !== user && metas.some((meta) => meta.typing));
  return { entries, typing, toast, count: entries.length, status, error, update };
}
