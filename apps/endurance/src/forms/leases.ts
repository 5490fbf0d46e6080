import { setTimeout as after } from "node:timers/promises"
import { age } from "../kills/check.js"
import { directoriesOf, isMarker } from "../site/places.js"
import type { Ground } from "./ground.js"

// A lease counts for a minute.
const leaseSeconds = 65

/** Lets the leases of processes that are dead run out: in a directory by making them look older, in a bucket by waiting. */
export async function endLeases({ directory, bucket }: Ground): Promise<void> {
  if (bucket) await after(leaseSeconds * 1000)
  else await age(directoriesOf(directory).staged, leaseSeconds, isMarker)
}
