// Runs as a process of its own: an app with one procedure, to be killed at any moment and started again on its directory.
import type { AddressInfo } from "node:net"
import { initTRPC, TRPCError } from "@trpc/server"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express from "express"
import { stickyEndpoint, stickyForm } from "sticky-uploads/express"
import { createDiskStorage, createSticky, createTempStorage, sweepPromoted } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import { openJournal, type Row, rowsIn } from "./journal.js"
import { journalOf, refusedNote, type ServerOptions, type Swept, stagedOf, uploadsOf } from "./server.js"
import { countSteps } from "./steps.js"

// Sound: server.ts writes it.
const { directory, killAt } = JSON.parse(process.argv[2] as string) as ServerOptions
const steps = countSteps(killAt)
const uploads = steps.storage(createDiskStorage({ directory: uploadsOf(directory), name: "uploads" }))
const journal = await openJournal(journalOf(directory))

const sticky = createSticky<object>({
  secrets: ["the endurance app's own, of 32 bytes or more"],
  storage: steps.storage(createTempStorage({ directory: stagedOf(directory) })),
  authorize: () => true,
  checksum: "sha256",
  sweepEverySeconds: false,
  quotas: { uploadsPerMinute: false, waitingBytes: false, uploadsAtOnce: false },
})

const t = initTRPC.create()
const input = z.object({ note: z.string().min(1), upload: z.stickyFile({ maxBytes: 4_000_000 }) })
const router = t.router({
  create: t.procedure
    .use(stickyMiddleware(sticky))
    .input(input)
    .mutation(async ({ input: { note, upload } }): Promise<Row> => {
      const { id } = upload
      const known = journal.rowOf(id)
      if (known) return known
      const stored = await upload.promote(uploads)
      if (note.startsWith(refusedNote)) throw new TRPCError({ code: "CONFLICT" })
      const row = { note, id, ...stored }
      await steps.around(() => journal.append(row))
      return row
    }),
})

async function sweep(): Promise<Swept> {
  const owned = new Set((await rowsIn(journalOf(directory))).map(({ key }) => key))
  return {
    staged: await sticky.sweep(),
    promoted: await sweepPromoted(uploads, { isOwned: ({ key }) => owned.has(key) }),
  }
}

const createContext = () => ({})
const app = express()
app.use("/sticky", stickyEndpoint({ sticky, router, createContext }))
app.use("/trpc", createExpressMiddleware({ router, createContext }))
app.post(
  "/notes",
  stickyForm({
    sticky,
    router,
    createContext,
    procedure: "create",
    success: ({ res, result }) => res.json(result),
    invalid: ({ res, form }) => res.status(422).json(form),
  }),
)

process.on("message", async () => process.send?.(await sweep()))
process.on("disconnect", () => process.exit())
const server = app.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
