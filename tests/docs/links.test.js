/** The links of the Markdown files: what they point to in the repository is there. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

import GithubSlugger from "github-slugger";

import { ROOT } from "../../scripts/lib/run.mjs";

/** Those of git, and those that are about to be. */
const FILES = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(ROOT, file)));

/** What is left of a text without its blocks of code. @param {string} text */
const prose = (text) => text.replace(/^( *)(`{3,}|~{3,})[^]*?^\1\2[ \t]*$/gm, "");

/** The anchors that GitHub makes of the headings. @param {string} text */
function anchorsOf(text) {
  const slugger = new GithubSlugger();
  return new Set(
    Array.from(prose(text).matchAll(/^#{1,6} +(.+?)(?: +#+)? *$/gm), ([, heading]) =>
      slugger.slug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")),
    ),
  );
}

/** Where a text links to, images included. @param {string} text */
function linksOf(text) {
  const words = prose(text).replace(/`[^`\n]+`/g, "code");
  const inline = words.matchAll(/\]\(<?([^)\s>]+)>?(?: +"[^"]*")?\)/g);
  const defined = words.matchAll(/^\[[^\]]+\]: +<?([^\s>]+)>?/gm);
  return [...inline, ...defined].map(([, address]) => address);
}

const isElsewhere = (/** @type {string} */ address) => /^[a-z][a-z+.-]*:/i.test(address);

/**
 * What is wrong with a link, or undefined.
 *
 * @param {string} file
 * @param {string} address
 */
function problemOf(file, address) {
  const [path, anchor] = address.split("#").map(decodeURIComponent);
  const target = path === "" ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, target))) return `${file}: ${address} is not there`;
  if (anchor === undefined) return undefined;
  if (statSync(join(ROOT, target)).isDirectory() || !target.endsWith(".md"))
    return `${file}: ${address} has no headings`;
  return anchorsOf(readFileSync(join(ROOT, target), "utf8")).has(anchor)
    ? undefined
    : `${file}: ${address} is no heading`;
}

test("what the Markdown files link to is there, headings included", () => {
  const links = FILES.flatMap((file) =>
    linksOf(readFileSync(join(ROOT, file), "utf8"))
      .filter((address) => !isElsewhere(address))
      .map((address) => ({ file, address })),
  );
  assert.ok(links.length > 20, "the links are found");
  const problems = links.map(({ file, address }) => problemOf(file, address));
  assert.deepEqual(
    problems.filter((problem) => problem !== undefined),
    [],
  );
});

test("the package's README, which npm shows without the repository, links to no other file of it", () => {
  const links = linksOf(readFileSync(join(ROOT, "pkg/README.md"), "utf8"));
  assert.deepEqual(
    links.filter((address) => !isElsewhere(address) && !address.startsWith("#")),
    [],
  );
});

test("a missing file, a missing heading, and one within a block of code are told apart from those there", () => {
  assert.equal(problemOf("README.md", "docs/recipes.md#online-indicator"), undefined);
  assert.equal(problemOf("docs/recipes.md", "../README.md"), undefined);
  assert.match(problemOf("README.md", "docs/gone.md") ?? "", /is not there/);
  assert.match(problemOf("README.md", "docs/recipes.md#gone") ?? "", /is no heading/);
  assert.deepEqual(
    [...anchorsOf("# One `two`, [three](x)\n\n```sh\n# no heading\n```\n\n## One\n## One")],
    ["one-two-three", "one", "one-1"],
  );
  assert.deepEqual(linksOf('[a](b.md "c") ![d](<e.png>) `[f](g)`\n\n[h]: i.md'), ["b.md", "e.png", "i.md"]);
});
