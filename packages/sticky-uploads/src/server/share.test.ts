import { describe, expect, it } from "vitest"
import { createShares } from "./share.js"

describe("createShares", () => {
  it("gives few uploads a mebibyte each, and many no more than eight together", () => {
    const take = createShares()
    const first = take()
    expect(first.bytes()).toBe(1_048_576)
    const others = Array.from({ length: 63 }, take)
    expect(first.bytes()).toBe(131_072)
    for (const other of others) other.giveBack()
    expect(first.bytes()).toBe(1_048_576)
  })

  it("leaves each a chunk of the socket, however many there are", () => {
    const take = createShares()
    const all = Array.from({ length: 5000 }, take)
    expect(all[0]?.bytes()).toBe(65_536)
  })

  it("counts a share that is given back twice once", () => {
    const take = createShares()
    const all = Array.from({ length: 64 }, take)
    for (let turn = 0; turn < 2; turn += 1) all[0]?.giveBack()
    expect(all[1]?.bytes()).toBe(Math.floor(8_388_608 / 63))
  })
})
