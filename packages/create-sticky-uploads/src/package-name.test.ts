import { describe, expect, it } from "vitest"
import { packageNameOf } from "./package-name.js"

describe("packageNameOf", () => {
  it.each([
    ["my-app", "my-app"],
    ["My App", "my-app"],
    ["Über Größe", "uber-gro-e"],
    ["..hidden_", "hidden"],
    ["a.b~c_d", "a.b~c_d"],
    ["x".repeat(300), "x".repeat(214)],
    ["日本", "sticky-app"],
    ["node_modules", "sticky-app"],
    ["", "sticky-app"],
  ])("makes of the folder %j the name %j, which npm takes", (folder, name) => {
    expect(packageNameOf(folder)).toBe(name)
  })
})
