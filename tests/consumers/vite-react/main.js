import { Presence as Original } from "phoenix";
import { usePresence } from "phoenix-presence/react";
import { createElement, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { channelOf, roster } from "./room.js";

const { channel, deliver } = channelOf();

function Room() {
  const { entries } = usePresence(channel);
  useEffect(deliver, []);
  useEffect(() => {
    if (entries.length === 0) return;
    console.log(JSON.stringify([roster(Original), entries.map(([key, { metas }]) => `${key} on ${metas.length}`)]));
  });
  return null;
}

createRoot(document.querySelector("main")).render(createElement(Room));
