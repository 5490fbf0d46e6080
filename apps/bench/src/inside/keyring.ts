import { randomBytes } from "node:crypto"

interface Keyring {
  sign(claims: object): string
  verify(token: string): unknown
}

export const secret = "a secret of the bench, which has nothing to hide"

/** No door opens the keyring: what the endpoint and the parse have of it is measured at the part itself. */
export async function openKeyring(secret: string): Promise<Keyring> {
  const file = new URL("./server/keyring.js", import.meta.resolve("sticky-uploads/server"))
  const { createKeyring } = (await import(file.href)) as { createKeyring(secrets: string[]): Keyring }
  return createKeyring([secret])
}

/** What the token of an upload for a target says. */
export function claimsFor(target: string) {
  const now = Math.floor(Date.now() / 1000)
  return {
    aud: target,
    sub: "user-4711",
    jti: randomBytes(18).toString("base64url"),
    iat: now,
    exp: now + 86_400,
    name: "holiday pictures of last summer.zip",
    size: 4_815_162,
    type: "application/zip",
  }
}
