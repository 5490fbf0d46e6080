import type { StorageSweep } from "../server.js"

interface Progress {
  /** Is told how far a sweep is in one storage. */
  note(soFar: StorageSweep): void
  /** Wipes the line out. */
  end(): void
}

const wipe = "\r\u001b[K"

/** Shows in a line of the terminal how far the sweeps are, once a second; keeps the process as long as they take. */
export function createProgress(terminal: Pick<NodeJS.WriteStream, "isTTY" | "write">): Progress {
  const known = new Map<string, StorageSweep>()
  const sum = (count: "listedFiles" | "removedFiles") => [...known.values()].reduce((all, each) => all + each[count], 0)
  const show = () => {
    if (terminal.isTTY) terminal.write(`${wipe}${sum("listedFiles")} files looked at, ${sum("removedFiles")} expired`)
  }
  const timer = setInterval(show, 1000)
  return {
    note: (soFar) => known.set(soFar.storage, soFar),
    end() {
      clearInterval(timer)
      if (terminal.isTTY) terminal.write(wipe)
    },
  }
}
