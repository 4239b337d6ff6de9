/**
 * The inputs that fuzzing starts from: those in seeds/, and what was recorded of a real Phoenix.
 *
 * Invariant: nothing of the recording is kept twice in the repository.
 */

import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const RECORDING = fileURLToPath(new URL("../tests/fixtures/phoenix-1.8.12.jsonl", import.meta.url));
/** The first byte of a message in an input of `roster_json` or `raw_room`. @type {Record<string, string>} */
const KINDS = { presence_state: "s", presence_diff: "d" };
/** libFuzzer mutates short inputs better. */
const MESSAGES_PER_INPUT = 8;

/** @typedef {{ client: string, dir: string, frame: string }} Recorded */

/**
 * Fills a folder with the inputs of a target.
 *
 * @param {string} target
 * @param {string} folder
 */
export function writeSeeds(target, folder) {
  const own = fileURLToPath(new URL(`seeds/${target}`, import.meta.url));
  if (existsSync(own)) cpSync(own, folder, { recursive: true });
  recorded(target).forEach((input, at) => writeFileSync(`${folder}/recorded-${at}`, input));
}

/** @param {string} target @returns {string[]} */
function recorded(target) {
  const lines = readFileSync(RECORDING, "utf8").trim().split("\n");
  const frames = lines.map((line) => /** @type {Recorded} */ (JSON.parse(line))).filter(({ frame }) => frame);
  if (target === "server_frame") {
    const sent = frames.filter(({ dir }) => dir === "out");
    const byEvent = new Map(sent.map(({ frame }) => [JSON.parse(frame)[3], frame]));
    return [...byEvent.values()];
  }
  if (target === "server_session") return conversations(frames);
  return ["raw_room", "roster_json"].includes(target) ? rosterInputs(frames) : [];
}

/** What each client sent, all of it. @param {Recorded[]} frames */
function conversations(frames) {
  /** @type {Map<string, string>} */
  const byClient = new Map();
  for (const { client, dir, frame } of frames) {
    if (dir === "out") byClient.set(client, `${byClient.get(client) ?? ""}${frame}\n`);
  }
  return [...byClient.values()].filter((input) => input.length < 4096);
}

/** What each client got, some messages at a time. @param {Recorded[]} frames */
function rosterInputs(frames) {
  /** @type {Map<string, string[]>} */
  const byClient = new Map();
  for (const { client, dir, frame } of frames) {
    if (dir !== "in") continue;
    const [, , topic, event, payload] = JSON.parse(frame);
    if (!KINDS[event]) continue;
    const place = `${client} ${topic}`;
    byClient.set(place, [...(byClient.get(place) ?? []), KINDS[event] + JSON.stringify(payload)]);
  }
  const inputs = [...byClient.values()].flatMap((messages) => {
    const count = Math.ceil(messages.length / MESSAGES_PER_INPUT);
    return Array.from({ length: count }, (_, at) =>
      messages.slice(at * MESSAGES_PER_INPUT, (at + 1) * MESSAGES_PER_INPUT).join("\n"),
    );
  });
  return inputs.filter((input) => input.length < 4096);
}
