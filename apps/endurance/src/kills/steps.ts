import type { Storage } from "sticky-uploads/server"

/** Counts what a process does to its storages and its rows, and ends it at one of these steps as a crash would. */
export interface Steps {
  /** Counts the beginning and the end of something. */
  around<T>(act: () => Promise<T>): Promise<T>
  /** A storage whose every act is counted. */
  storage(inner: Storage): Storage
}

/** @param killAt the step that is the last; 0 for none. */
export function countSteps(killAt: number): Steps {
  const inners = new WeakMap<Storage, Storage>()
  let taken = 0

  function step(): void {
    taken += 1
    if (taken === killAt) process.kill(process.pid, "SIGKILL")
  }

  async function around<T>(act: () => Promise<T>): Promise<T> {
    step()
    try {
      return await act()
    } finally {
      step()
    }
  }

  return {
    around,
    storage(inner) {
      const counted: Storage = {
        ...inner,
        write: (key, source) => around(() => inner.write(key, source)),
        stat: (key) => around(() => inner.stat(key)),
        open: (key, range) => around(() => inner.open(key, range)),
        remove: (key) => around(() => inner.remove(key)),
        // A disk storage copies only from one that it knows.
        copyFrom: (source, sourceKey, key) =>
          around(async () => (await inner.copyFrom?.(inners.get(source) ?? source, sourceKey, key)) ?? false),
      }
      inners.set(counted, inner)
      return counted
    },
  }
}
