import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isStickyError } from "../core/errors.js"
import { newId } from "./id.js"
import { checkedKey } from "./key.js"

const isInvalid = (error: unknown) => isStickyError(error, "key_invalid") && error.status === 400

describe("checkedKey", () => {
  it("passes every key of the grammar as it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/), (key) => {
        expect(checkedKey(key)).toBe(key)
      }),
    )
  })

  it("passes the ids that we make", () => {
    for (let count = 0; count < 100; count += 1) expect(checkedKey(newId())).toHaveLength(24)
  })

  it("refuses every text that could lead out of a directory, whatever stands around", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("/", "\\", "\0", "\n", ":", " ", "é"), fc.string(), (a, bad, b) => {
        expect(() => checkedKey(a + bad + b)).toThrow("key")
      }),
    )
  })

  it.each(["", ".", "..", ".hidden", "../a", "a/b", "a\n", "\na", "a b", "x".repeat(201), undefined, 5, ["a"], null])(
    "refuses %j",
    (key) => {
      let thrown: unknown
      try {
        checkedKey(key as string)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toSatisfy(isInvalid)
    },
  )
})
