import { describe, expect, it } from "vitest"
import { clearName, hiddenName, uploadPart } from "./protocol.js"

describe("the names on the wire", () => {
  it("are those that forms and scripts of others count on", () => {
    expect([uploadPart, hiddenName("items[0].photo"), clearName("photo")]).toEqual([
      "upload",
      "_items[0].photo",
      "photo-clear",
    ])
  })
})
