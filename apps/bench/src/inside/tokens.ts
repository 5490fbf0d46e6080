import * as iron from "@hapi/iron"
import { jwtVerify, SignJWT } from "jose"
import type { Inside } from "../inner-process.js"
import { median } from "../statistics.js"
import { claimsFor, openKeyring, secret } from "./keyring.js"
import { perCpuSecond } from "./per-cpu-second.js"

interface TokenMaker {
  sign(): string | Promise<string>
  verify(token: string): unknown
}

const claims = claimsFor("submission.create/upload")

async function stickyTokens(): Promise<TokenMaker> {
  const keyring = await openKeyring(secret)
  return { sign: () => keyring.sign(claims), verify: (token) => keyring.verify(token) }
}

function joseTokens(): TokenMaker {
  const key = new TextEncoder().encode(secret)
  return {
    sign: () => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(key),
    verify: (token) => jwtVerify(token, key, { audience: claims.aud }),
  }
}

function ironTokens(): TokenMaker {
  return {
    sign: () => iron.seal(claims, secret, iron.defaults),
    verify: (token) => iron.unseal(token, secret, iron.defaults),
  }
}

/** Signs and verifies what a token says, and compares with how others sign or seal the same. */
export const tokens: Inside = async ({ amounts: { rounds, loopSeconds } }) => {
  const makers = { sticky: await stickyTokens(), jose: joseTokens(), "@hapi/iron": ironTokens() }
  const measured = Object.entries(makers).map(([subject, maker]) => ({
    subject,
    maker,
    signed: [] as number[],
    verified: [] as number[],
  }))
  for (let round = 0; round < rounds; round += 1) {
    for (const { maker, signed, verified } of measured) {
      const token = await maker.sign()
      signed.push(await perCpuSecond(loopSeconds, () => maker.sign()))
      verified.push(await perCpuSecond(loopSeconds, () => maker.verify(token)))
    }
  }
  return Promise.all(
    measured.map(async ({ subject, maker, signed, verified }) => ({
      scenario: "tokens",
      subject,
      signedPerSecond: median(signed),
      verifiedPerSecond: median(verified),
      tokenCharacters: (await maker.sign()).length,
    })),
  )
}
