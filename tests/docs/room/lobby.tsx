import type { Socket } from "phoenix";
import { useLobby } from "./phoenix-presence";

export function Lobby({ socket, topic, user }: { socket: Socket; topic: string; user: string }) {
  const { entries, typing, toast, count, status, error, update } = useLobby(socket, topic, user);
  if (error) return <p role="alert">{error}</p>;
  return (
    <section aria-busy={status !== "synced"}>
      <h2>{count} here</h2>
      <ul>
        {entries.map(([key, { metas }]) => (
          <li key={key}>
            {key} on {metas.length}
          </li>
        ))}
      </ul>
      <label>
        Message
        <input onFocus={() => update({ typing: true })} onBlur={() => update({ typing: false })} />
      </label>
      <p id="typing">{typing.map(([key]) => key).join(", ") || "nobody"} typing</p>
      <p role="status">{toast}</p>
    </section>
  );
}
