/**
 * Compiles the WebAssembly ahead of its first use.
 *
 * @module phoenix-presence/init
 */

/** An instance of a global class, in programs whose `lib` has the class: those for Node may lack the browser's. */
type Instance<Name extends string, Scope = typeof globalThis> =
  Scope extends Record<Name, { prototype: infer T }> ? T : never;
// The type of a compiled module is empty in TypeScript's library, so any value would be one; `object` excludes most.
type CompiledModule = typeof globalThis extends { WebAssembly: infer Scope }
  ? Instance<"Module", Scope> & object
  : never;

/** A source of the core: the address of the .wasm file, a response, its bytes or a compiled module. */
export type InitSource =
  | string
  | Instance<"URL">
  | Instance<"Response">
  | ArrayBuffer
  | ArrayBufferView
  | CompiledModule;

/**
 * Compiles the core ahead of its first use, without blocking. The call is optional, except with `phoenix-presence/web`,
 * and a repeated call has no effect.
 *
 * @param from by default, the bytes that are inlined in this package
 * @throws Error (as a rejection) where WebAssembly is missing or forbidden, the address is not answered with the file,
 *   or the file is of another build than the JavaScript
 */
export function init(from?: InitSource | Promise<InitSource>): Promise<void>;
export default init;
