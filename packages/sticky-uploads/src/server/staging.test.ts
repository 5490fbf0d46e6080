import { describe, expect, it } from "vitest"
import type { Storage } from "../core/storage.js"
import type { TokenClaims } from "../core/token.js"
import { checkedKey } from "./key.js"
import { claim, presenceOf, stagedKey, stagedMark } from "./staging.js"
import { createMemoryStorage } from "./storages/memory.js"

const claims: TokenClaims = { aud: "a/b", jti: "id", iat: 0, exp: 1, name: "a.png", size: 1, type: "image/png" }

async function stagedIn(storage: Storage) {
  await storage.write(
    stagedKey(claims),
    (async function* () {
      yield Buffer.from("x")
    })(),
  )
  return storage
}

describe("stagedKey", () => {
  it("begins with the mark of its own sticky and with that of no other, whatever they are called", () => {
    const names = [undefined, "staff", "staged", "staged-staff", "-", "claim-1", "s".repeat(64)]
    for (const iss of names) {
      const key = stagedKey({ ...(iss === undefined ? {} : { iss }), jti: "AAAAAAAAAAAAAAAAAAAAAAAA" })
      expect(names.filter((name) => key.startsWith(stagedMark(name)))).toEqual([iss])
      expect(checkedKey(`${key}.claim-1000`)).toContain(key)
    }
  })
})

describe("claim", () => {
  it("takes a file that is here", async () => {
    const storage = await stagedIn(createMemoryStorage())
    const lease = await claim(storage, claims)
    await expect(claim(storage, claims)).rejects.toMatchObject({ code: "token_busy" })
    await lease.release()
    expect(await presenceOf(storage, claims)).toBe("here")
  })

  it("says that a file is gone, and leaves no marker that would say it was used", async () => {
    const storage = createMemoryStorage()
    await expect(claim(storage, claims)).rejects.toMatchObject({ code: "token_gone" })
    expect(await presenceOf(storage, claims)).toBe("gone")
  })

  it("does not make a file look used that was discarded while it was being claimed", async () => {
    const storage = await stagedIn(createMemoryStorage())
    const write = storage.write.bind(storage)
    // Between the look and the marker: the one moment that cannot be met from outside.
    storage.write = async (key, source) => {
      await storage.remove(stagedKey(claims))
      return write(key, source)
    }
    await expect(claim(storage, claims)).rejects.toMatchObject({ code: "token_gone" })
    expect(await presenceOf(storage, claims)).toBe("gone")
  })

  it("gives the file back when the storage fails in its middle: it was held for as long as the process lived", async () => {
    const storage = await stagedIn(createMemoryStorage())
    const { stat, write } = storage
    const broken = new Error("the storage broke")
    storage.write = async (key, source) => {
      storage.stat = () => Promise.reject(broken)
      return write(key, source)
    }
    await expect(claim(storage, claims)).rejects.toBe(broken)
    Object.assign(storage, { stat, write })
    await (await claim(storage, claims)).release()
  })

  it("says used, for ever, once the file went while its lease was kept", async () => {
    const storage = await stagedIn(createMemoryStorage())
    const lease = await claim(storage, claims)
    await storage.remove(stagedKey(claims))
    lease.keep()
    await expect(claim(storage, claims)).rejects.toMatchObject({ code: "token_used" })
  })
})
