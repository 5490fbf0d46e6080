import { describe, expect, it } from "vitest"
import { createShares } from "./share.js"

const KiB = 1024

describe("createShares", () => {
  it("gives few uploads a mebibyte each, and many no more than eight together", () => {
    const take = createShares()
    const first = take()
    expect(first.bytes(500 * KiB)).toBe(1024 * KiB)
    const others = Array.from({ length: 63 }, take)
    for (const other of others) other.bytes(64 * KiB)
    expect(first.bytes(500 * KiB)).toBe(128 * KiB)
    for (const other of others) other.giveBack()
    expect(first.bytes(500 * KiB)).toBe(1024 * KiB)
  })

  it("leaves each a chunk of the socket, however many there are", () => {
    const take = createShares()
    const all = Array.from({ length: 5000 }, take)
    expect(all.map((share) => share.bytes(64 * KiB)).at(-1)).toBe(64 * KiB)
  })

  it("leaves the good upload its mebibyte beside a thousand slow ones: they brought it down to a sixteenth", () => {
    const take = createShares()
    for (let count = 0; count < 1000; count += 1) take().bytes(1)
    expect(take().bytes(500 * KiB)).toBe(1024 * KiB)
  })

  it("counts one no more that has got rid of what it held", () => {
    const take = createShares()
    const all = Array.from({ length: 64 }, take)
    for (const share of all) share.bytes(64 * KiB)
    for (const share of all.slice(8)) share.bytes(0)
    expect(all[0]?.bytes(64 * KiB)).toBe(1024 * KiB)
  })

  it("counts a share that is given back no more, however often and whatever it is asked then", () => {
    const take = createShares()
    const all = Array.from({ length: 64 }, take)
    for (const share of all) share.bytes(64 * KiB)
    for (let turn = 0; turn < 2; turn += 1) all[0]?.giveBack()
    all[0]?.bytes(64 * KiB)
    expect(all[1]?.bytes(64 * KiB)).toBe(Math.floor((8192 * KiB) / 63))
  })
})
