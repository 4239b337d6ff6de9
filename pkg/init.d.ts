/** Where the core may come from: the address of the .wasm file, a response, its bytes or a compiled module. */
export type InitSource = string | URL | Response | BufferSource | WebAssembly.Module;

/**
 * Compiles the core ahead of its first use, without blocking. Calling it is
 * optional, but for `phoenix-presence/web`, and calling it again does nothing.
 *
 * @param from by default, what is inlined in this package
 */
export function init(from?: InitSource | Promise<InitSource>): Promise<void>;
export default init;
