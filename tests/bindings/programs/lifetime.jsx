import { Activity, startTransition, StrictMode, Suspense, use, useState } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

import { usePresence } from "phoenix-presence/react";

import { bound, everybody, newChannel, turns } from "./big-room.js";

function List({ channel, options }) {
  const { entries, status, presence } = usePresence(channel, options);
  globalThis.presence = presence;
  return <p>{[status, ...entries.map(([key]) => key)].join(" ")}</p>;
}

function Suspended({ channel, until }) {
  const { entries } = usePresence(channel);
  use(until);
  return <p>{entries.length} after the wait</p>;
}

function Panel({ channel }) {
  const [isOpen, setOpen] = useState(false);
  globalThis.open = setOpen;
  return isOpen && <List channel={channel} />;
}

const main = document.querySelector("main");
const root = createRoot(main);
const inApp = (element) => <StrictMode>{element}</StrictMode>;
const show = (element) => flushSync(() => root.render(inApp(element)));

Object.assign(globalThis, {
  ...{ bound, channel: newChannel(), everybody, flushSync, main, newChannel, show, startTransition, turns },
  views: {
    nothing: null,
    list: (channel, options) => <List channel={channel} options={options} />,
    lists: (channel, options) => options.map((each, at) => <List key={at} channel={channel} options={each} />),
    panel: (channel) => <Panel channel={channel} />,
    activity: (channel, mode) => (
      <Activity mode={mode}>
        <List channel={channel} />
      </Activity>
    ),
    suspended: (channel, until) => (
      <Suspense fallback="waiting">
        <Suspended channel={channel} until={until} />
      </Suspense>
    ),
  },
});
