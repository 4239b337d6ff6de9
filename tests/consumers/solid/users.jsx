import { createSignal, For, onCleanup } from "solid-js";

export function createEntries(presence) {
  const [entries, setEntries] = createSignal(presence.entries());
  onCleanup(presence.subscribe(() => setEntries(presence.entries())));
  return entries;
}

export function Users(props) {
  const entries = createEntries(props.presence);
  return (
    <ul>
      <For each={entries()}>
        {([key, { metas }]) => (
          <li>
            {key} on {metas.length}
          </li>
        )}
      </For>
    </ul>
  );
}
