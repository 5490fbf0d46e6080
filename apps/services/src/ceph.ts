import { randomUUID } from "node:crypto"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { need } from "./debian.js"
import { newDirectory } from "./directory.js"
import { freePort } from "./free-port.js"
import { type Program, run, startProgram } from "./program.js"

const packages = {
  "ceph-mon": "ceph-mon",
  "ceph-osd": "ceph-osd",
  radosgw: "radosgw",
  // What the others depend on.
  ceph: "ceph-common",
  "ceph-authtool": "ceph-common",
  monmaptool: "ceph-common",
  "radosgw-admin": "ceph-common",
}

/** A cluster of one monitor and one store, which keeps everything in memory. */
export interface Ceph {
  programs: Record<keyof typeof packages, string>
  /** What each program of Ceph is told. */
  arguments: string[]
  stop(): Promise<void>
}

const who = {
  "mon.": ["mon"],
  "client.admin": ["mon", "osd", "mgr"],
  "osd.0": ["mon", "osd"],
  "client.rgw": ["mon", "osd"],
}

const keyring = (key: string) =>
  Object.entries(who)
    .map(([name, on]) => `[${name}]\nkey = ${key}\n${on.map((each) => `caps ${each} = "allow *"\n`).join("")}`)
    .join("")

/** One of everything, on 127.0.0.1 alone, and in no hurry to warn of that. */
const configuration = (directory: string, fsid: string, port: number, gateway: string, storeBytes: number) => `
[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${port}/0]
mon initial members = a
run dir = ${directory}
admin socket =
pid file =
log file = /dev/null
keyring = ${directory}/keyring
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
mon allow pool size one = true
mon data avail crit = 1
mon data avail warn = 1
mon max pg per osd = 500
paxos propose interval = 0.05
paxos min wait = 0.01
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd max object name len = 256
osd objectstore = memstore
memstore device bytes = ${storeBytes}
[mon.a]
host = localhost
mon data = ${directory}/mon
[osd.0]
osd data = ${directory}/osd
[client.rgw]
${gateway}
`

/** Starts a cluster for a gateway, whose own lines of the configuration are given. */
export async function startCeph(gateway: string, storeBytes: number): Promise<Ceph> {
  const programs = need(packages)
  const directory = newDirectory("ceph")
  const at = (name: string) => join(directory.path, name)
  const running: Program[] = []
  const stop = async () => {
    // Nothing in it is worth keeping, and a store that is asked to end waits for its monitor.
    for (const program of running) await program.end()
    directory.remove()
  }
  try {
    const [fsid, store] = [randomUUID(), randomUUID()]
    const port = await freePort()
    for (const name of ["mon", "osd"]) await mkdir(at(name))
    await writeFile(at("ceph.conf"), configuration(directory.path, fsid, port, gateway, storeBytes))
    const key = await run(programs["ceph-authtool"], ["--gen-print-key"])
    await writeFile(at("keyring"), keyring(key.trim()), { mode: 0o600 })
    const monmap = at("monmap")
    await run(programs.monmaptool, ["--create", "--addv", "a", `[v2:127.0.0.1:${port}]`, "--fsid", fsid, monmap])

    const common = ["-c", at("ceph.conf")]
    const mon = [...common, "-i", "a"]
    await run(programs["ceph-mon"], [...mon, "--mkfs", "--monmap", monmap, "--keyring", at("keyring")])
    running.push(startProgram(programs["ceph-mon"], [...mon, "-f"]))
    await run(programs.ceph, [...common, "osd", "new", store, "0"])
    const osd = [...common, "-i", "0"]
    await run(programs["ceph-osd"], [...osd, "--mkfs", "--osd-uuid", store])
    running.push(startProgram(programs["ceph-osd"], [...osd, "-f"]))
    return { programs, arguments: common, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
