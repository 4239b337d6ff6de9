/**
 * What has to agree before a version is published: the manifests, their lock files, the changelog
 * and the tag.
 */

/**
 * The texts of the files that name the version.
 *
 * @typedef {object} ReleaseFiles
 * @property {string} cargoToml
 * @property {string} cargoLock
 * @property {string} packageJson of pkg/
 * @property {string} packageLock
 * @property {string} changelog
 */

/**
 * Everything that stands in the way of a release, in plain words; empty if nothing does.
 *
 * @param {string} tag such as v0.1.0
 * @param {ReleaseFiles} files
 * @returns {string[]}
 */
export function releaseProblems(tag, { cargoToml, cargoLock, packageJson, packageLock, changelog }) {
  const version = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag)?.[1];
  if (version === undefined) return [`The tag is ${JSON.stringify(tag)}, expected a version such as v0.1.0`];

  const manifest = JSON.parse(packageJson);
  const versions = {
    "Cargo.toml": /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(cargoToml)?.[1],
    "Cargo.lock": /\nname = "phoenix-presence"\nversion = "([^"]+)"/.exec(cargoLock)?.[1],
    "pkg/package.json": manifest.version,
    "package-lock.json": JSON.parse(packageLock).packages?.pkg?.version,
  };
  const problems = Object.entries(versions)
    .filter(([, found]) => found !== version)
    .map(([file, found]) => `${file} has version ${found}, expected ${version}`);

  const heading = new RegExp(`^## ${version.replaceAll(".", "\\.")} - \\d{4}-\\d{2}-\\d{2}$`, "m");
  if (!heading.test(changelog)) problems.push(`CHANGELOG.md has no section "## ${version} - YYYY-MM-DD"`);

  const isAddress = (/** @type {unknown} */ text) => typeof text === "string" && /https:\/\/\S+/.test(text);
  if (!isAddress(manifest.repository?.url ?? manifest.repository)) {
    problems.push("pkg/package.json has no repository");
  }
  if (!isAddress(/^repository = "([^"]*)"/m.exec(cargoToml)?.[1])) problems.push("Cargo.toml has no repository");
  return problems;
}

/**
 * The changelog's section on a version, without its heading.
 *
 * @param {string} changelog
 * @param {string} version such as 0.1.0
 */
export function releaseNotes(changelog, version) {
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`${version} `));
  return section?.slice(section.indexOf("\n")).trim();
}
