import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto"
import { type Refusal, refuse } from "../core/errors.js"
import { type FileClaims, isTokenShaped, maxTokenLength, type StickyToken, type TokenClaims } from "../core/token.js"

/** Signs texts of one type with its first key and verifies them with all of them. */
export interface Keyring<Claims extends FileClaims = TokenClaims> {
  sign(claims: Claims): StickyToken
  /**
   * Checks shape, key, signature, issuer and life: everything a token can be asked without knowing the call. Of a good one
   * it also tells the id of the secret that signed it.
   */
  verify(token: unknown, now?: number): { claims: Claims; kid: string } | { refusal: Refusal }
}

/** What is signed: a token of an upload, what that may be looked at by, or a token of a file that the app has stored. */
type KeyringType = "sticky+jwt" | "sticky-preview+jwt" | "sticky-existing+jwt"

const minSecretBytes = 32

// One header per key, byte for byte. A token with any other header is not ours, so no algorithm is ever read from one
// (RFC 8725, 3.1), and `typ` keeps other texts of the same secret apart (3.11).
function headerOf(kid: string, typ: KeyringType): string {
  return Buffer.from(JSON.stringify({ alg: "HS256", kid, typ })).toString("base64url")
}

function signatureOf(key: KeyObject, signed: string): string {
  return createHmac("sha256", key).update(signed).digest("base64url")
}

/** Names a secret and says nothing of it. */
export function kidOf(secret: string): string {
  return createHash("sha256").update(`sticky-uploads kid\0${secret}`).digest("base64url").slice(0, 12)
}

/** Compared as text: every signature then has exactly one spelling, with no spare bits to flip. */
function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a, "latin1"), Buffer.from(b, "latin1"))
}

/**
 * Makes a key ring of the app's secrets, newest first.
 * @param issuer whose texts it takes: of the same secrets and another issuer none is good here.
 * @param typ of the texts it signs and takes: those of another are as strange to it as those of another key.
 * @throws TypeError when there is none, or one has fewer than 32 bytes (P10).
 * @see https://www.rfc-editor.org/rfc/rfc7515
 */
export function createKeyring<Claims extends FileClaims = TokenClaims>(
  secrets: readonly string[],
  issuer?: string,
  typ: KeyringType = "sticky+jwt",
): Keyring<Claims> {
  if (secrets.length === 0) throw new TypeError("sticky-uploads: secrets is empty; give at least one")
  const keys = new Map<string, { kid: string; key: KeyObject }>()
  for (const secret of secrets) {
    if (typeof secret !== "string" || Buffer.byteLength(secret) < minSecretBytes) {
      throw new TypeError(
        `sticky-uploads: a secret has fewer than ${minSecretBytes} bytes; make one with "openssl rand -base64 32"`,
      )
    }
    const kid = kidOf(secret)
    keys.set(headerOf(kid, typ), { kid, key: createSecretKey(Buffer.from(secret)) })
  }
  const [signingHeader, signing] = [...keys][0] as [string, { key: KeyObject }]

  return {
    sign(claims) {
      const signed = `${signingHeader}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`
      const token = `${signed}.${signatureOf(signing.key, signed)}`
      if (token.length > maxTokenLength)
        throw new TypeError(
          `sticky-uploads: a token of ${token.length} characters is too long, as at most ${maxTokenLength} are taken`,
        )
      return token as StickyToken
    },
    verify(token, now = Date.now()) {
      if (typeof token !== "string" || token.length > maxTokenLength) return { refusal: refuse("token_malformed", {}) }
      const payloadAt = token.indexOf(".") + 1
      const signatureAt = token.lastIndexOf(".") + 1
      const known = keys.get(token.slice(0, payloadAt - 1))
      if (!known || !equal(token.slice(signatureAt), signatureOf(known.key, token.slice(0, signatureAt - 1)))) {
        // Asked only now: what we signed has its shape, and this takes as long as a third of all the rest.
        if (!isTokenShaped(token)) return { refusal: refuse("token_malformed", {}) }
        return { refusal: refuse("token_tampered", { reason: known ? "signature" : "unknown_key" }) }
      }
      // Sound: the signature says that we wrote these claims, under this `typ`.
      const claims = JSON.parse(Buffer.from(token.slice(payloadAt, signatureAt - 1), "base64url").toString()) as Claims
      if (claims.iss !== issuer) {
        return { refusal: refuse("token_wrong_target", { issuedFor: claims.aud, issuedBy: claims.iss ?? null }) }
      }
      if (claims.exp * 1000 <= now) {
        return { refusal: refuse("token_expired", { name: claims.name, expiredAt: claims.exp }) }
      }
      return { claims, kid: known.kid }
    },
  }
}
