import type { RequestListener } from "node:http"
import type { AttackAnswer, AttackOptions, Taken } from "sticky-uploads/testing"

/** Makes an app that keeps its files in the directory, which is the system's temporary one for its process, too. */
export type Serve = (directory: string) => RequestListener

interface Subject {
  path: string
  load: () => Promise<Serve>
  /** How large a file may be: what its own limit is. */
  maxBytes: number
  isBehindNginx?: true
  read?: AttackOptions["read"]
}

const sticky = {
  path: "/sticky/attack/upload",
  load: async () => (await import("./subjects/sticky.js")).serveSticky,
  maxBytes: 12_000_000,
}

/** Reads an answer of JSON, where there is one. */
const reading =
  <Answer>(fileOf: (answer: Answer) => Taken | undefined) =>
  ({ status, body }: AttackAnswer): Taken | undefined =>
    status < 300 ? fileOf(JSON.parse(body) as Answer) : undefined

interface FormidableAnswer {
  files: { upload?: { originalFilename: string | null; mimetype: string | null; size: number }[] }
}

interface MulterAnswer {
  file?: { originalname: string; mimetype: string; size: number }
}

/** Who is attacked, by name. */
export const subjects: Readonly<Record<string, Subject>> = {
  "sticky-uploads": sticky,
  "sticky-uploads behind nginx": { ...sticky, isBehindNginx: true },
  formidable: {
    path: "/upload",
    load: async () => (await import("./subjects/formidable.js")).serveFormidable,
    maxBytes: 200 * 1_048_576,
    read: reading<FormidableAnswer>(({ files: { upload: [file] = [] } }) => {
      return file && { name: file.originalFilename ?? undefined, type: file.mimetype ?? undefined, size: file.size }
    }),
  },
  multer: {
    path: "/upload",
    load: async () => (await import("./subjects/multer.js")).serveMulter,
    // It has no limit of its own; this is formidable's.
    maxBytes: 200 * 1_048_576,
    read: reading<MulterAnswer>(({ file }) => {
      return file && { name: file.originalname, type: file.mimetype, size: file.size }
    }),
  },
}
