import { untilAnswers } from "./answers.js"
import { startCeph } from "./ceph.js"
import { freePort } from "./free-port.js"
import { type Program, run, startProgram } from "./program.js"

export interface Radosgw {
  /** Its address, the same one after each start. Buckets are in the path: `forcePathStyle`. */
  readonly endpoint: string
  readonly port: number
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** From now on it takes connections, and answers none, until it goes on. */
  halt(): void
  goOn(): void
  /** Ends the gateway as a crash does; what it keeps stays. */
  kill(): Promise<void>
  /** Starts the gateway anew, with all that was kept. */
  start(): Promise<void>
  /** Ends everything, and with it what was kept. */
  stop(): Promise<void>
}

export interface RadosgwOptions {
  /** How much it may keep; it takes the memory when it is filled. What is removed is free again seconds later. @default 2 GiB */
  storeBytes?: number
}

const credentials = { accessKeyId: "STICKYTESTKEY", secretAccessKey: "a secret of a store that has nothing to hide" }

/**
 * Starts a real S3 server, Ceph's radosgw, on a free port of 127.0.0.1, with no bucket in it. It takes two seconds on a
 * quiet machine, and up to a minute where the programs are missing: give a hook the time.
 */
export async function startRadosgw({ storeBytes = 2 * 1024 ** 3 }: RadosgwOptions = {}): Promise<Radosgw> {
  const port = await freePort()
  const ceph = await startCeph(
    `rgw frontends = beast endpoint=127.0.0.1:${port}
rgw dns name = localhost
rgw thread pool size = 32
rgw lc debug interval = 10
rgw gc obj min wait = 1
rgw gc processor period = 1`,
    storeBytes,
  )
  const as = [...ceph.arguments, "-n", "client.rgw"]
  let gateway: Program | undefined

  async function start(): Promise<void> {
    const started = startProgram(ceph.programs.radosgw, [...as, "-f"])
    gateway = started
    await untilAnswers(started, port)
  }
  async function kill(): Promise<void> {
    await gateway?.end()
  }
  async function stop(): Promise<void> {
    await kill()
    await ceph.stop()
  }

  try {
    const { accessKeyId, secretAccessKey } = credentials
    const user = ["--uid", "sticky", "--display-name", "sticky", "--access-key", accessKeyId]
    await run(ceph.programs["radosgw-admin"], [...as, "user", "create", ...user, "--secret-key", secretAccessKey])
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    ...credentials,
    halt: () => gateway?.signal("SIGSTOP"),
    goOn: () => gateway?.signal("SIGCONT"),
    kill,
    start,
    stop,
  }
}
