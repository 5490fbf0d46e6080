import { type ChildProcess, spawn } from "node:child_process"
import { chmodSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { repository } from "../../../../packages/sticky-uploads/test/support/documents.js"

export interface Rules {
  uid: string
  gid: string
  /** Options of the file system in memory at /tmp. */
  tmpfs: string
}

const script = `
set -e
mount --bind "$PROGRAM" /mnt
mount --bind "$REPOSITORY" /opt
mount --bind "$VOLUME" /srv
for each in / /mnt /opt; do mount -o remount,bind,ro $each; done
mount -t tmpfs -o "$TMPFS" tmpfs /tmp
cd /mnt
exec setpriv --reuid="$UID_INSIDE" --regid="$GID_INSIDE" --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs \
  "$NODE" "$0"
`

/**
 * Runs a program as a container would: everything but its volume, which is at /srv, can only be read, /tmp is in memory,
 * and it is somebody without capabilities. Only root may.
 */
export function spawnContained(
  program: { directory: string; file: string; volume: string },
  { uid, gid, tmpfs }: Rules,
): ChildProcess {
  const { directory, file, volume } = program
  for (const each of [directory, volume]) chmodSync(each, 0o755)
  rmSync(join(directory, "node_modules"))
  symlinkSync("/opt/node_modules", join(directory, "node_modules"))
  return spawn("unshare", ["--mount", "sh", "-c", script, file], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: {
      PATH: process.env.PATH,
      PROGRAM: directory,
      REPOSITORY: repository,
      VOLUME: volume,
      TMPFS: tmpfs,
      UID_INSIDE: uid,
      GID_INSIDE: gid,
      NODE: process.execPath,
    },
  })
}
