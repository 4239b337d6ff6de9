import { memo, startTransition, StrictMode, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server.browser";

import { Presence } from "phoenix-presence";
import { usePresence, usePresenceOf, usePresenceSelector } from "phoenix-presence/react";

import { bound, countGets, everybody, newChannel, turns, update, user } from "./big-room.js";

const renders = { list: 0, rows: {}, counter: 0, mapped: 0 };
const row = (key) => (renders.rows[key] = (renders.rows[key] ?? 0) + 1);

const Row = memo(function Row({ entry: [key, { metas }] }) {
  row(key);
  return (
    <li>
      {key} {metas[0].status}
    </li>
  );
});

function List({ source, options }) {
  const { entries, status, presence } = usePresence(source, options ? { ...options } : undefined);
  renders.list += 1;
  globalThis.presence = presence;
  return (
    <ul className={status}>
      {entries.map((entry) => (
        <Row key={entry[0]} entry={entry} />
      ))}
    </ul>
  );
}

const Friend = memo(function Friend({ presence, name }) {
  const friend = usePresenceOf(presence, name);
  row(name);
  return <li>{friend ? `${name} ${friend.metas[0].status}` : `${name} offline`}</li>;
});

function Friends({ source, size }) {
  const [, setTick] = useState(0);
  globalThis.tick = () => setTick((n) => n + 1);
  return (
    <ul>
      {Array.from({ length: size }, (_, n) => (
        <Friend key={n} presence={source} name={`user-${n}`} />
      ))}
    </ul>
  );
}

function Counter({ source }) {
  const size = usePresenceSelector(source, (presence) => presence.size);
  renders.counter += 1;
  return <p>{size === undefined ? "nothing" : `${size} online`}</p>;
}

const sameKeys = (one, other) => one.join() === other.join();
function Names({ source }) {
  const names = usePresenceSelector(source, (presence) => presence.entries().map(([key]) => key), sameKeys);
  renders.mapped += 1;
  return <p>{names.join(" ")}</p>;
}

function Fresh({ source }) {
  const names = usePresenceSelector(source, (presence) => presence.entries().map(([key]) => key));
  return <p>{names.join(" ")}</p>;
}

/** Takes longer than React renders before it lets messages in. */
function Slow({ onRender }) {
  onRender?.();
  const end = performance.now() + 10;
  while (performance.now() < end);
  return null;
}

function Interrupted({ source, onRender, onCommit }) {
  useLayoutEffect(() => onCommit(Array.from(main.querySelectorAll("ul"), (list) => list.childElementCount)));
  return (
    <>
      <List source={source} />
      <Slow onRender={onRender} />
      <Slow />
      <Slow />
      <List source={source} />
    </>
  );
}

const main = document.querySelector("main");
let root;
const show = (element) => {
  root ??= createRoot(main);
  flushSync(() => root.render(element));
};

Object.assign(globalThis, {
  ...{ bound, channel: newChannel(), countGets, everybody, newChannel, renders, turns, update, user, Presence },
  ...{ show, flushSync, main },
  showInTransition(element) {
    root ??= createRoot(main);
    startTransition(() => root.render(element));
  },
  views: {
    list: (source, options) => <List source={source} options={options} />,
    strict: (source) => (
      <StrictMode>
        <List source={source} />
      </StrictMode>
    ),
    two: (source) => (
      <>
        <List source={source} />
        <List source={source} />
      </>
    ),
    other: (source) => (
      <section>
        <List source={source} />
      </section>
    ),
    nothing: () => null,
    interrupted: (source, onRender, onCommit) => (
      <Interrupted source={source} onRender={onRender} onCommit={onCommit} />
    ),
    friends: (source, size) => <Friends source={source} size={size} />,
    counter: (source) => <Counter source={source} />,
    names: (source) => <Names source={source} />,
    fresh: (source) => <Fresh source={source} />,
  },
  serverSide: (view) => renderToString(view),
  hydrate: (view) => {
    flushSync(() => (root = hydrateRoot(main, view, { onRecoverableError: (error) => console.error(String(error)) })));
  },
  unmount: () => flushSync(() => root.unmount()),
});
