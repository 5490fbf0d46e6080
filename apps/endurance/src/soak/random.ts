import { createHash } from "node:crypto"

/** Chance that comes again with its seed. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number
  pick<T>(from: readonly [T, ...T[]]): T
  bytes(count: number): Buffer
}

/** Draws from SHA-256 in counter mode, which is quick enough and the same everywhere. */
export function createRandom(seed: string): Random {
  let block = 0
  let drawn = Buffer.alloc(0)

  function draw(): number {
    if (drawn.length < 4) drawn = createHash("sha256").update(`${seed} ${block++}`).digest()
    const value = drawn.readUInt32BE()
    drawn = drawn.subarray(4)
    return value / 2 ** 32
  }

  const integer = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1))
  return {
    integer,
    pick: <T>(from: readonly [T, ...T[]]) => from[integer(0, from.length - 1)] as T,
    bytes(count) {
      const bytes = Buffer.allocUnsafe(count)
      for (let at = 0; at < count; at += 4096) {
        // A repeated block is as good as any here: what is compared is the whole.
        bytes.fill(createHash("sha256").update(`${seed} ${draw()}`).digest(), at, Math.min(count, at + 4096))
      }
      return bytes
    },
  }
}
