import { randomBytes } from "node:crypto"

const idBytes = 18
// Drawn many at a time: to ask the system's generator costs a small upload as much as to sign its token.
const atOnce = 100

let drawn = Buffer.alloc(0)

/** A fresh opaque id of 144 random bits: 24 characters of base64url, also a valid storage key. */
export function newId(): string {
  if (drawn.length === 0) drawn = randomBytes(idBytes * atOnce)
  const id = drawn.toString("base64url", 0, idBytes)
  drawn = drawn.subarray(idBytes)
  return id
}
