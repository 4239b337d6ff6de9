/**
 * Compiles the WebAssembly ahead of its first use.
 *
 * @module phoenix-presence/init
 */

/** What a global class makes, if the program's `lib` has it: not every program for Node has that of browsers. */
type Instance<Name extends string, Scope = typeof globalThis> =
  Scope extends Record<Name, { prototype: infer T }> ? T : never;
// To TypeScript a compiled module is as good as any value; this is as near as one comes to it.
type CompiledModule = typeof globalThis extends { WebAssembly: infer Scope }
  ? Instance<"Module", Scope> & object
  : never;

/** Where the core may come from: the address of the .wasm file, a response, its bytes or a compiled module. */
export type InitSource =
  | string
  | Instance<"URL">
  | Instance<"Response">
  | ArrayBuffer
  | ArrayBufferView
  | CompiledModule;

/**
 * Compiles the core ahead of its first use, without blocking. Calling it is
 * optional, but for `phoenix-presence/web`, and calling it again does nothing.
 *
 * @param from by default, what is inlined in this package
 */
export function init(from?: InitSource | Promise<InitSource>): Promise<void>;
export default init;
