import { join, resolve } from "node:path"
import { describe, expect, it } from "vitest"
import { readSettings } from "./settings.js"

describe("readSettings", () => {
  it("takes port 3000 and the app's own folder where nothing is said", () => {
    const folder = join(import.meta.dirname, "..", ".data")
    expect(readSettings({})).toEqual({ port: 3000, dataDir: folder })
    expect(readSettings({ PORT: "", DATA_DIR: "" })).toEqual({ port: 3000, dataDir: folder })
  })

  it("takes what is said, also port 0", () => {
    expect(readSettings({ PORT: "0", DATA_DIR: "somewhere" })).toEqual({ port: 0, dataDir: resolve("somewhere") })
  })

  it.each(["http", "-1", "65536", "1e3", " 80"])("refuses the port %j by name", (PORT) => {
    expect(() => readSettings({ PORT })).toThrow(`PORT must be a number from 0 to 65535, not "${PORT}"`)
  })
})
