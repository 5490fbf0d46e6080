import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto"
import { kidOf } from "./keyring.js"

/** Hides texts from everybody but who has the secrets: AES-256-GCM. */
export interface Seal {
  /** Encrypts with the key of the first secret, each time to another text. */
  close(text: string): string
  /**
   * @param kid of the secret that was the first when it was closed.
   * @throws when nobody closed it so.
   */
  open(kid: string, sealed: string): string
}

const algorithm = "aes-256-gcm"
const ivBytes = 12
const tagBytes = 16

/**
 * Makes a seal of the secrets of a key ring, each under a key of its own that HKDF derives from it.
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function createSeal(secrets: readonly string[]): Seal {
  const keys = new Map<string, KeyObject>()
  for (const secret of secrets) {
    const key = hkdfSync("sha256", secret, "", "sticky-uploads existing", 32)
    keys.set(kidOf(secret), createSecretKey(Buffer.from(key)))
  }
  const [sealing] = [...keys.values()] as [KeyObject]

  return {
    close(text) {
      // At random, 96 bits are good for 2^32 texts of a key (NIST SP 800-38D, 8.3).
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, sealing, iv, { authTagLength: tagBytes })
      const hidden = [cipher.update(text, "utf8"), cipher.final()]
      return Buffer.concat([iv, ...hidden, cipher.getAuthTag()]).toString("base64url")
    },
    open(kid, sealed) {
      const key = keys.get(kid)
      if (!key) throw new Error("sticky-uploads: no secret has this id")
      const bytes = Buffer.from(sealed, "base64url")
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      return decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8")
    },
  }
}
