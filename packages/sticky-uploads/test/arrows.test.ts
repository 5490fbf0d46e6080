import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import manifest from "../package.json" with { type: "json" }
import { brokenArrows, importsOf, sideEntrances } from "./support/arrows.js"

const repository = fileURLToPath(new URL("../../..", import.meta.url))
const src = join(repository, "packages/sticky-uploads/src")
const exportKeys = Object.keys(manifest.exports)

const filesUnder = (directory: string) =>
  readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist|\.next)\//.test(file),
  )
const sources = filesUnder(src).filter((file) => !/\.test(-d)?\.ts$/.test(file))
const neighbours = ["packages", "apps"].flatMap((group) =>
  filesUnder(join(repository, group))
    .map((file) => `${group}/${file}`)
    .filter((file) => !file.startsWith("packages/sticky-uploads/")),
)

describe("the arrows between rooms", () => {
  it("lead from every file of the package only where its room may go", () => {
    expect(sources.flatMap((file) => brokenArrows(file, readFileSync(join(src, file), "utf8")))).toEqual([])
  })

  it("lead from every other package and app through public doors", () => {
    expect(
      neighbours.flatMap((file) => sideEntrances(file, readFileSync(join(repository, file), "utf8"), exportKeys)),
    ).toEqual([])
  })

  it("has one door file at the top of src for each key of exports, and no other file there", () => {
    const keys = exportKeys.filter((key) => !/\.js(on)?$/.test(key))
    const doors = keys.map((key) => (key === "." ? "index.ts" : `${key.slice(2)}.ts`))
    expect(sources.filter((file) => !file.includes("/")).sort()).toEqual(doors.sort())
  })
})

describe("brokenArrows", () => {
  it.each([
    ["core/token.ts", `import { createHmac } from "node:crypto"`],
    ["core/limits.ts", `import type { ZodType } from "zod"`],
    ["core/scope.ts", `import { guard } from "../server/endpoint.js"`],
    ["zod/sticky-file.ts", `export { sign } from "../server/keyring.js"`],
    ["client/uploader.ts", `type Router = import("@trpc/server").AnyRouter`],
    ["client/uploader.ts", `import { inServer } from "#world"`],
    ["client/uploader.ts", `/// <reference types="node" />`],
    ["server/endpoint.ts", `import { stickyFile } from "../zod/sticky-file.js"`],
    ["server/endpoint.ts", `const { default: formidable } = await import("formidable")`],
    ["server/receive/parts.ts", `import * as z from "zod/v4/core"`],
    ["server/receive/parts.ts", `import { readFile } from "fs/promises"`],
    ["server/staging.ts", `import { fileTypeFromBuffer } from "file-type"`],
    ["script/run.ts", `import { createUploader } from "../client/uploader.js"`],
    ["locales/german.ts", `import { fileEnglish } from "../core/file-messages.js"`],
    ["locales.ts", `import type { Words } from "./client.js"`],
    ["express.ts", `import { receive } from "./server/receive/receive.js"`],
    ["express.ts", `import { IncomingMessage } from "node:http"`],
    ["trpc.ts", `import { stickyForm } from "./express.js"`],
    ["html.ts", `import express = require("express")`],
    ["server/storages/index.ts", ``],
    ["server/storage.ts", `export * from "./storages/disk.js"`],
  ])("reports in %s: %s", (file, source) => {
    expect(brokenArrows(file, source)).toHaveLength(1)
  })

  it.each([
    ["zod.ts", `export * from "./zod/external.js"`],
    ["zod/sticky-file.ts", `import { $ZodType } from "zod/v4/core"\nimport { inBrowser } from "#world"`],
    ["server/form.ts", `import { zfd } from "zod-form-data"\nimport { walk } from "../zod/targets.js"`],
    [
      "server/receive/receive.ts",
      `import formidable from "formidable"\nimport { finished } from "node:stream/promises"`,
    ],
    ["script/run.ts", `import { createStickyClient } from "../client.js"\nimport { runScript } from "./run.js"`],
    ["locales/sizes.ts", `import { formatBytes } from "../index.js"`],
    ["link.ts", `import type { TRPCLink } from "@trpc/client"\nimport { createStickyClient } from "./client.js"`],
  ])("lets %s import its own: %s", (file, source) => {
    expect(importsOf(source)).not.toEqual([])
    expect(brokenArrows(file, source)).toEqual([])
  })
})

describe("sideEntrances", () => {
  it.each([
    ["packages/s3/src/storage.ts", `import { StickyError } from "sticky-uploads/core/errors"`],
    ["packages/s3/src/storage.ts", `import { StickyError } from "../../sticky-uploads/src/core/errors.js"`],
    [
      "apps/example/src/server.ts",
      `import { launch } from "../../../packages/sticky-uploads/test/support/chromium.js"`,
    ],
    [
      "apps/example/test/journey.test.ts",
      `import { sign } from "../../../packages/sticky-uploads/src/server/keyring.js"`,
    ],
  ])("reports in %s: %s", (file, source) => {
    expect(sideEntrances(file, source, exportKeys)).toHaveLength(1)
  })

  it.each([
    ["apps/example/src/server.ts", `import { createSticky } from "sticky-uploads/server"\nimport { x } from "./x.js"`],
    ["apps/example/src/server.ts", `import { StickyError } from "sticky-uploads"`],
    [
      "apps/example/test/journey.test.ts",
      `import { launch } from "../../../packages/sticky-uploads/test/support/chromium.js"`,
    ],
  ])("lets %s import its own: %s", (file, source) => {
    expect(sideEntrances(file, source, exportKeys)).toEqual([])
  })
})
