/**
 * Set-up step: a Rust compiler that compiles for WebAssembly.
 *
 * Usually rustup downloads the target. If its server cannot be reached, and for root on Debian only,
 * this installs Debian's compiler beside rustup's, builds the standard library for wasm32 from
 * Debian's sources, and links the result as the rustup toolchain `wasm`. In both cases `wasmEnv()`
 * finds the compiler, and the default toolchain does not change.
 */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ask, run } from "../lib/run.mjs";
import { hasWasmTarget, WASM_TARGET, WASM_TOOLCHAIN, wasmEnv } from "../lib/toolchain.mjs";
import { aptInstall, aptNames, isRootOnDebian } from "./debian.mjs";

// By path, because the one first on PATH may be rustup's.
const DEBIAN_RUSTC = "/usr/bin/rustc";
const DEBIAN_CARGO = "/usr/bin/cargo";

/** @type {import("./step.mjs").Step} */
export const wasmTarget = {
  name: `Rust's ${WASM_TARGET} target`,
  takes: "half a minute, or up to 4 minutes where it is compiled here",
  isReady: () => hasWasmTarget(wasmEnv()),
  async install() {
    const { code, output } = await run("rustup", ["target", "add", WASM_TARGET], { quiet: true, check: false });
    if (code === 0 && hasWasmTarget()) return;
    if (!isRootOnDebian()) throw new Error(`\`rustup target add ${WASM_TARGET}\` did not work:\n${output}`);
    console.log("setup: rustup could not fetch it; compiling it with Debian's Rust instead");
    await installDebianRust();
    // The standard library of an older compiler does not work with this one.
    if (!hasWasmTarget(debianEnv())) await buildStd();
    if (ask("rustup", ["--version"]))
      await run("rustup", ["toolchain", "link", WASM_TOOLCHAIN, sysroot()], { quiet: true });
  },
  byHand: `Install Rust with rustup, see that \`rustc --version\` works, and run \`rustup target add ${WASM_TARGET}\`.`,
};

/** An environment in which `rustc` and `cargo` are Debian's. */
function debianEnv() {
  const { RUSTUP_TOOLCHAIN: _, ...env } = process.env;
  return { ...env, PATH: `/usr/bin:${env.PATH ?? ""}` };
}

const sysroot = () => ask(DEBIAN_RUSTC, ["--print", "sysroot"]) ?? "/usr";

async function installDebianRust() {
  // Some releases have a current Rust for building browsers, beside an older one.
  const current = (await aptNames("rustc-web")).includes("rustc-web");
  const [rustc, cargo, src, clippy] = current
    ? ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"]
    : ["rustc", "cargo", "rust-src", "rust-clippy"];
  const lld = newest(await aptNames("lld-")) ?? "lld";
  await aptInstall([rustc, cargo, src, clippy, lld]);
  const host = /^host: (.*)$/m.exec(ask(DEBIAN_RUSTC, ["-vV"]) ?? "")?.[1];
  if (!host) throw new Error(`${DEBIAN_RUSTC} does not run.`);
  const linker = join(sysroot(), "lib/rustlib", host, "bin/rust-lld");
  if (existsSync(linker)) return;
  mkdirSync(dirname(linker), { recursive: true });
  rmSync(linker, { force: true }); // It may be a link to an lld that was removed.
  symlinkSync(join("/usr/bin", lld), linker);
}

/**
 * The package with the highest number: `lld-22` rather than `lld-9`.
 *
 * @param {string[]} packages
 */
function newest(packages) {
  const numbered = packages.filter((name) => /^lld-\d+$/.test(name));
  return numbered.sort((a, b) => Number(a.slice(4)) - Number(b.slice(4))).at(-1);
}

/** Compiles the standard library for wasm32 by way of an empty crate, and copies it into the sysroot. */
async function buildStd() {
  const crate = mkdtempSync(join(tmpdir(), "wasm-std-"));
  try {
    mkdirSync(join(crate, "src"));
    writeFileSync(join(crate, "Cargo.toml"), '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n');
    writeFileSync(join(crate, "src/lib.rs"), "");
    const std = "std,panic_abort,panic_unwind,proc_macro,test";
    await run(DEBIAN_CARGO, ["build", "--release", `-Zbuild-std=${std}`, "--target", WASM_TARGET], {
      cwd: crate,
      env: {
        ...debianEnv(),
        RUSTC: DEBIAN_RUSTC,
        RUSTC_BOOTSTRAP: "1", // -Zbuild-std on a stable compiler.
        RUSTFLAGS: "-Cembed-bitcode=yes", // Without it, link-time optimisation finds no bitcode.
        CARGO_TARGET_DIR: join(crate, "target"),
      },
    });
    const built = join(crate, "target", WASM_TARGET, "release/deps");
    const lib = join(sysroot(), "lib/rustlib", WASM_TARGET, "lib");
    if (existsSync(lib)) for (const file of readdirSync(lib)) if (file.endsWith(".rlib")) rmSync(join(lib, file));
    mkdirSync(lib, { recursive: true });
    for (const file of readdirSync(built)) {
      if (file.endsWith(".rlib") && !file.startsWith("libempty")) copyFileSync(join(built, file), join(lib, file));
    }
  } finally {
    rmSync(crate, { recursive: true, force: true });
  }
}
