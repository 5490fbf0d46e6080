import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto"

// One of the equivalent settings of OWASP's Password Storage Cheat Sheet; 16 MiB a guess.
const cost = { N: 2 ** 14, r: 8, p: 5 }
const keyBytes = 32

/** Hashes a password with a fresh salt; the result carries its own parameters: `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, keyBytes, cost)
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join("$")
}

/** Tells whether the password made this hash, comparing in constant time. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = hash.split("$")
  if (scheme !== "scrypt" || salt === undefined || key === undefined) throw new Error("unknown password hash")
  const expected = Buffer.from(key, "base64url")
  const options = { N: Number(N), r: Number(r), p: Number(p) }
  const actual = await derive(password, Buffer.from(salt, "base64url"), expected.length, options)
  return timingSafeEqual(actual, expected)
}

/** A hash of nobody's password: checked for names that do not exist, so that both answers take equally long. */
export const nobodysHash = [
  "scrypt",
  cost.N,
  cost.r,
  cost.p,
  Buffer.alloc(16).toString("base64url"),
  Buffer.alloc(keyBytes).toString("base64url"),
].join("$")

function derive(password: string, salt: Buffer, length: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // NFKC, so that an é typed as one or as two code points is one password.
    scrypt(password.normalize("NFKC"), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
