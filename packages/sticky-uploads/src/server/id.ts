import { randomBytes } from "node:crypto"

/** A fresh opaque id of 144 random bits: 24 characters of base64url, also a valid storage key. */
export function newId(): string {
  return randomBytes(18).toString("base64url")
}
