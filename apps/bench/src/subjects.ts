import type { RequestListener } from "node:http"
import type { Wire } from "./bodies/request.js"

/** Makes the server that is measured. Everything it stores is a file of its own in the directory. */
export type Serve = (directory: string) => RequestListener

export interface Subject {
  wire: Wire
  path: string
  load: () => Promise<Serve>
}

const form = { wire: "multipart", path: "/upload" } as const
const plain = { wire: "plain", path: "/upload" } as const
const sticky = { wire: "multipart", path: "/sticky/bench/upload" } as const

/** Who is measured, by name. The first is what all others are compared with. */
export const subjects = {
  raw: { ...plain, load: async () => (await import("./subjects/raw.js")).raw },
  "raw-1mib": { ...plain, load: async () => (await import("./subjects/raw.js")).raw1MiB },
  sticky: { ...sticky, load: async () => (await import("./subjects/sticky.js")).sticky },
  "sticky-sha256": { ...sticky, load: async () => (await import("./subjects/sticky.js")).stickySha256 },
  "sticky-durable": { ...sticky, load: async () => (await import("./subjects/sticky.js")).stickyDurable },
  formidable: { ...form, load: async () => (await import("./subjects/formidable.js")).serveFormidable },
  multer: { ...form, load: async () => (await import("./subjects/multer.js")).serveMulter },
  busboy: { ...form, load: async () => (await import("./subjects/busboy.js")).serveBusboy },
  "@fastify/busboy": { ...form, load: async () => (await import("./subjects/busboy.js")).serveFastifyBusboy },
  "@remix-run/multipart-parser": { ...form, load: async () => (await import("./subjects/remix.js")).serveRemix },
  "trpc-formdata": { ...form, path: "/trpc/upload", load: async () => (await import("./subjects/trpc.js")).serveTrpc },
  "@tus/server": { wire: "tus", path: "/files", load: async () => (await import("./subjects/tus.js")).serveTus },
} satisfies Record<string, Subject>

export type SubjectName = keyof typeof subjects

export const subjectNames = Object.keys(subjects) as SubjectName[]
