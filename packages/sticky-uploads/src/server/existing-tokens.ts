import type { Refusal } from "../core/errors.js"
import type { Stored } from "../core/sticky-file.js"
import type { ExistingClaims, FileClaims, StickyToken, TokenClaims } from "../core/token.js"
import { createKeyring, type Keyring } from "./keyring.js"
import { createSeal } from "./seal.js"

type Reading = { claims: ExistingClaims; stored: Stored } | { refusal: Refusal }

/** Signs and reads the tokens of files that the app has stored. */
export interface ExistingTokens {
  /** @throws TypeError when the token would be longer than any may be. */
  sign(stored: Stored, call: Pick<FileClaims, "aud" | "sub" | "exp">): StickyToken
  read(token: string): Reading
}

/**
 * Makes what signs and reads such tokens. Whoever has one reads in it what a form shows of the file, and not where it is.
 * @throws TypeError as `createKeyring` does.
 */
export function createExistingTokens(secrets: readonly string[], issuer?: string): ExistingTokens {
  const keyring = createKeyring<ExistingClaims>(secrets, issuer, "sticky-existing+jwt")
  const seal = createSeal(secrets)
  return {
    sign({ storage, key, name, size, type, sha256 }, { aud, sub, exp }) {
      return keyring.sign({
        ...(issuer === undefined ? {} : { iss: issuer }),
        aud,
        ...(sub === undefined ? {} : { sub }),
        iat: Math.floor(Date.now() / 1000),
        exp,
        name,
        size,
        type,
        // A column that has none gives null.
        ...(sha256 ? { sha256 } : {}),
        existing: seal.close(JSON.stringify([storage, key])),
      })
    },
    read(token) {
      const verified = keyring.verify(token)
      if ("refusal" in verified) return verified
      const { claims, kid } = verified
      const { name, size, type, sha256 } = claims
      const [storage, key] = JSON.parse(seal.open(kid, claims.existing)) as [string, string]
      return { claims, stored: { storage, key, name, size, type, ...(sha256 === undefined ? {} : { sha256 }) } }
    },
  }
}

/** What a token in a form stands for: an upload, or with `stored` a file that the app has. */
export type FormToken = { claims: TokenClaims } | Reading

/** Reads a token as a form may hold it. Everywhere else only those of uploads are good. */
export function readFormToken(
  { keyring, existing }: { keyring: Keyring; existing: ExistingTokens },
  token: string,
): FormToken {
  const verified = keyring.verify(token)
  if (!("refusal" in verified)) return verified
  const { code, details } = verified.refusal
  return code === "token_tampered" && details.reason === "unknown_key" ? existing.read(token) : verified
}
