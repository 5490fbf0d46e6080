import { isBuiltin } from "node:module"
import { posix } from "node:path"
import ts from "typescript"

/** Who may enter a room: the rooms themselves, and single files of others, by their path under `src`. */
const rooms: Record<string, RegExp> = {
  core: /^core\//,
  zod: /^(core|zod)\//,
  client: /^(core|client)\//,
  server: /^((core|server)\/|zod\/targets(\/|\.|-))/,
  // Tables of other languages, written against doors as a stranger's would be.
  locales: /^(locales\/|(index|client|html)\.ts$)/,
  // No door leads here: the ready-made script, written against doors as a stranger's would be.
  script: /^(script\/|(client|view|locales)\.ts$)/,
  // No door leads here: the program that npx runs, written against doors as a stranger's would be.
  command: /^(command\/|(index|server)\.ts$)/,
  // Behind the doors of these names, and written against doors as a stranger's would be.
  fetch: /^(fetch\/|(index|server)\.ts$)/,
  testing: /^(testing\/|(index|zod|client|server)\.ts$)/,
}

/** The room a door opens. The other doors are written against the public ones alone, as a stranger's would be. */
const doors: Record<string, RegExp> = {
  "index.ts": /^core\//,
  "zod.ts": /^(core|zod)\//,
  "client.ts": /^(core|client)\//,
  "view.ts": /^client\//,
  "server.ts": /^(core|server)\//,
  "locales.ts": /^locales\//,
  "fetch.ts": /^(fetch\/|server\.ts$)/,
  "testing.ts": /^testing\//,
}
const publicDoors = /^(index|zod|client|server)\.ts$/

/** The one place where each third party's name stands. */
const thirdParties: Record<string, RegExp> = {
  formidable: /^server\/receive\//,
  "rate-limiter-flexible": /^server\/counter\.ts$/,
  "file-type": /^server\/sniff\.ts$/,
  "zod-form-data": /^server\/form/,
  zod: /^zod(\/|\.ts$)/,
  express: /^express\.ts$/,
  "express-serve-static-core": /^express\.ts$/,
  "@trpc/server": /^(trpc|link)\.ts$/,
  "@trpc/client": /^link\.ts$/,
  "@opentelemetry/api": /^opentelemetry\.ts$/,
}
const nodeWorld = /^((command|fetch|server|testing)\/|clamav\.ts$)/
const worldReaders = /^(core|zod)\//

/** What a file imports: static, dynamic, type-only, re-exported and augmented modules, and reference directives. */
export function importsOf(source: string): string[] {
  const { importedFiles, referencedFiles, typeReferenceDirectives, ambientExternalModules } = ts.preProcessFile(source)
  return [
    ...importedFiles.map(({ fileName }) => fileName),
    ...(ambientExternalModules ?? []),
    ...[...referencedFiles, ...typeReferenceDirectives].map(({ fileName }) => `/// ${fileName}`),
  ]
}

const packageOf = (specifier: string) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier

function allows(file: string, specifier: string): boolean {
  if (specifier === "#world") return worldReaders.test(file)
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(file), specifier).replace(/\.js$/, ".ts")
    const room = /^(\w+)\//.exec(file)?.[1]
    if (room !== undefined) return rooms[room]?.test(target) ?? false
    return (doors[file] ?? publicDoors).test(target)
  }
  if (isBuiltin(specifier)) return specifier.startsWith("node:") && nodeWorld.test(file)
  return thirdParties[packageOf(specifier)]?.test(file) ?? false
}

/** The arrows of DESIGN.md "Rooms" that one file of `sticky-uploads` breaks; `file` is its path under `src`. */
export function brokenArrows(file: string, source: string): string[] {
  const broken = importsOf(source)
    .filter((specifier) => !allows(file, specifier))
    .map((specifier) => `${file} may not import ${specifier}`)
  if (/\/index\.ts$/.test(file)) broken.push(`${file} is a barrel inside a room`)
  if (file !== "zod.ts" && /^export \* from "\./m.test(source)) broken.push(`${file} does not name what it exports`)
  return broken
}

/** The imports by which another package or app goes around the public doors; `file` is its path under the repository. */
export function sideEntrances(file: string, source: string, exportKeys: readonly string[]): string[] {
  const [, home = ""] = /^((?:packages|apps)\/[^/]+\/)/.exec(file) ?? []
  const isTest = file.startsWith(`${home}test/`)
  return importsOf(source)
    .filter((specifier) => {
      if (packageOf(specifier) === "sticky-uploads")
        return !exportKeys.includes(specifier.replace("sticky-uploads", "."))
      if (!specifier.startsWith(".")) return false
      const target = posix.join(posix.dirname(file), specifier)
      return !target.startsWith(home) && !(isTest && target.startsWith("packages/sticky-uploads/test/support/"))
    })
    .map((specifier) => `${file} may not import ${specifier}`)
}
