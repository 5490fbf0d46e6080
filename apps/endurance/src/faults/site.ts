import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { initTRPC, TRPCError } from "@trpc/server"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express from "express"
import { isStickyError } from "sticky-uploads"
import { stickyEndpoint } from "sticky-uploads/express"
import { createSticky } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import type { Storages } from "../forms/ground.js"
import type { Row, Rows } from "../forms/rows.js"
import { codesOf } from "../site/codes.js"

export interface Site {
  url: string
  /** What the app knows of the files that it accepted. */
  rows: Rows
  close(): Promise<void>
}

/** What titles begin with whose call fails after its promote. */
export const refusedTitle = "refused"

/**
 * Serves an app whose files wait and stay in the storages of the ground.
 * @param onError is told what went wrong beside the storage.
 */
export async function serveSite({ staged, uploads }: Storages, onError: (error: unknown) => void): Promise<Site> {
  const rows = rowsInMemory()
  const sticky = createSticky<object>({
    secrets: ["the endurance app's own, of 32 bytes or more"],
    storage: staged,
    authorize: () => true,
    checksum: "sha256",
    sweepEverySeconds: false,
    quotas: { uploadsPerMinute: false, waitingBytes: false, uploadsAtOnce: false },
    onError: (error) => isStickyError(error, "storage_failed") || onError(error),
  })
  const t = initTRPC.create({
    errorFormatter: ({ shape, error: { cause } }) => {
      const codes = isStickyError(cause) ? [cause.code] : codesOf(cause)
      return { ...shape, data: { ...shape.data, codes } }
    },
  })
  const router = t.router({
    create: t.procedure
      .use(stickyMiddleware(sticky))
      .input(z.object({ title: z.string().min(1), upload: z.stickyFile({ maxBytes: 20_000_000 }) }))
      .mutation(async ({ input: { title, upload } }): Promise<Row> => {
        const id = upload.id as string
        const known = await rows.find(id)
        if (known) return known
        const stored = await upload.promote(uploads)
        if (title.startsWith(refusedTitle)) throw new TRPCError({ code: "CONFLICT" })
        return rows.insert({ title, id, ...stored })
      }),
  })
  const createContext = () => ({})
  const app = express()
  app.use("/sticky", stickyEndpoint({ sticky, router, createContext }))
  app.use("/trpc", createExpressMiddleware({ router, createContext }))
  const server = createServer(app).listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows,
    async close() {
      sticky.close()
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

function rowsInMemory(): Rows {
  const rows = new Map<string, Row>()
  return {
    find: async (id) => rows.get(id),
    async insert(row) {
      if (rows.has(row.id)) throw new Error(`${row.id} has a row`)
      rows.set(row.id, row)
      return row
    },
    all: async () => [...rows.values()],
  }
}
