import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { repository } from "../../sticky-uploads/test/support/documents.js"
import { dependenciesOf, installedVersion, readManifest } from "./support/manifests.js"

const templates = join(repository, "packages/create-sticky-uploads/templates")

describe.each(readdirSync(templates))("the template %s", (name) => {
  const folder = join(templates, name)
  const manifest = readManifest(folder)

  it("has each package in the version that the workspace is tested with", () => {
    const given = dependenciesOf(manifest)
    expect(given).toEqual(Object.fromEntries(Object.keys(given).map((each) => [each, installedVersion(each)])))
  })

  it("has a list of what stays out of a repository, under a name that npm packs", () => {
    expect(existsSync(join(folder, ".gitignore"))).toBe(false)
    expect(readFileSync(join(folder, "gitignore"), "utf8").split("\n")).toEqual(
      expect.arrayContaining(["node_modules/", ".env"]),
    )
  })

  it("has a place for the app's name in its manifest and its README", () => {
    for (const file of ["package.json", "README.md"])
      expect(readFileSync(join(folder, file), "utf8").match(/my-app/g)).toHaveLength(1)
  })
})

it("both templates look the same", () => {
  const [express, next] = ["express/src/style.css", "next/app/style.css"].map((path) =>
    readFileSync(join(templates, path), "utf8"),
  )
  expect(express).toBe(next)
})
