/**
 * What a process and the core in it use. Runs with --expose-gc.
 *
 * It has to be imported before the package is first used: then it sees the core's instance.
 */

/** @type {WebAssembly.Instance[]} */
const instances = [];

const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    instances.push(instance);
    return instance;
  },
});

/** Bytes of the JavaScript heap that are in use, without garbage. */
export function heapUsed() {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** The sizes of each export of the core: a memory in bytes, a table of JavaScript values in places, else 0. */
export function coreSizes() {
  return instances.map(({ exports }) =>
    Object.values(exports).map((each) =>
      each instanceof WebAssembly.Memory ? each.buffer.byteLength : each instanceof WebAssembly.Table ? each.length : 0,
    ),
  );
}
