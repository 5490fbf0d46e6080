declare const brand: unique symbol

/** A signed reference to a file that is staged, or that the app has stored: what a form carries instead of the bytes. */
export type StickyToken = string & { readonly [brand]: "StickyToken" }

/** What is signed of any file, readable by anyone and vouched for by the signature: claims of a JWT (RFC 7519). */
export interface FileClaims {
  /** The name of the sticky that signed it, where it has one. */
  iss?: string
  /** The target the file is for. */
  aud: string
  /** Whom it is for, when the app names subjects. */
  sub?: string
  /** Seconds since the epoch. */
  iat: number
  /** Seconds since the epoch. */
  exp: number
  /** Display name. */
  name: string
  /** Bytes. */
  size: number
  /** Media type, sniffed. */
  type: string
  sha256?: string
}

/** What a token says of an upload. */
export interface TokenClaims extends FileClaims {
  /** Where no subject says it: whom its bytes count for, a hash of the address. */
  by?: string
  /** Opaque and random; also the key of the staged file. */
  jti: string
  /** Its file was still being inspected: to be asked about when it is submitted. */
  pending?: true
}

/** What a token says of a file that the app has stored. */
export interface ExistingClaims extends FileClaims {
  /** Where it is stored, encrypted. */
  existing: string
}

/** Longer than any token we sign: claims are bounded when they are made. */
export const maxTokenLength = 4096

// Compact JWS (RFC 7515): three base64url parts, the last an HMAC-SHA256 of 32 bytes.
const shape = /^[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{43}$/

export function isTokenShaped(value: unknown): value is StickyToken {
  return typeof value === "string" && value.length <= maxTokenLength && shape.test(value)
}
