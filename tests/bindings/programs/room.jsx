import { Activity, StrictMode, Suspense, use, useEffect } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { renderToString } from "react-dom/server.browser";

import { useOthers, useRoom, useSelf, useUpdate } from "phoenix-presence/react";

import { newSocket, sent, server, shows, until, updates } from "./test-room.js";

const described = ({ entries, status, error }) =>
  [error ? `${status} ${error.code}` : status, ...entries.map(([key]) => key)].join(" ");

function Room({ socket, topic, options }) {
  const room = useRoom(socket, topic, options && { ...options });
  globalThis.room = room;
  return <p>{described(room)}</p>;
}

function People({ socket }) {
  const room = useRoom(socket, "room:a");
  const self = useSelf(room, "ada");
  const others = useOthers(room, "ada");
  (globalThis.seenOthers ??= []).push(others);
  const update = useUpdate(room, { throttle: 20 });
  globalThis.update = update;
  useEffect(() => update({ mood: "early" }), [update]);
  return (
    <p>
      {self?.metas[0].mood} with {others.map(([key]) => key).join(" ")}
    </p>
  );
}

function Synced({ presence }) {
  use(presence.whenSynced());
  return <p>{presence.size} in sync</p>;
}

function Suspending({ socket }) {
  const { presence } = useRoom(socket, "room:a");
  return <Suspense fallback="waiting">{presence && <Synced presence={presence} />}</Suspense>;
}

const root = createRoot(document.querySelector("main"));

Object.assign(globalThis, {
  ...{ newSocket, sent, server, shows, until, updates, serverSide: renderToString },
  show: (element) => flushSync(() => root.render(<StrictMode>{element}</StrictMode>)),
  views: {
    nothing: null,
    room: (socket, topic, options) => <Room socket={socket} topic={topic} options={options} />,
    rooms: (socket, ...topics) => topics.map((topic, at) => <Room key={at} socket={socket} topic={topic} />),
    options: (socket, ...options) =>
      options.map((each, at) => <Room key={at} socket={socket} topic="room:a" options={each} />),
    activity: (socket, mode) => (
      <Activity mode={mode}>
        <Room socket={socket} topic="room:a" />
      </Activity>
    ),
    people: (socket) => <People socket={socket} />,
    suspending: (socket) => <Suspending socket={socket} />,
  },
});
