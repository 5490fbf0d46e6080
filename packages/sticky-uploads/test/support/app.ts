import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { initTRPC } from "@trpc/server"
import { type CreateExpressContextOptions, createExpressMiddleware } from "@trpc/server/adapters/express"
import express from "express"
import type { StickyToken, UploadAnswer } from "sticky-uploads"
import { stickyEndpoint } from "sticky-uploads/express"
import { createDiskStorage, createSticky, createTempStorage, type StickyOptions } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"

export interface Context {
  user: string | undefined
}

export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
)

/** Who asks is what the header says: the tests' own stand-in for a session. */
const createContext = ({ req }: CreateExpressContextOptions): Context => ({ user: req.header("x-user") })

/** The server's half of an app, over real directories, with everything a test wants to look at. */
export function createParts(options: Partial<StickyOptions<Context>> = {}) {
  const root = mkdtempSync(join(tmpdir(), "sticky-app-"))
  const stagedDirectory = join(root, "staged")
  const uploadsDirectory = join(root, "uploads")
  const storage = createTempStorage({ directory: stagedDirectory })
  const errors: unknown[] = []
  const sticky = createSticky<Context>({
    secrets: ["a secret of more than thirty-two bytes"],
    storage,
    authorize: ({ ctx }) => Boolean(ctx.user),
    subject: ({ ctx }) => ctx.user,
    sweepEverySeconds: false,
    onError: (error) => errors.push(error),
    ...options,
  })
  const t = initTRPC.context<Context>().create()
  const list = (directory: string) => {
    try {
      return readdirSync(directory).sort()
    } catch {
      return []
    }
  }
  return {
    sticky,
    storage,
    errors,
    uploadsDirectory,
    stagedDirectory,
    uploads: createDiskStorage({ directory: uploadsDirectory }),
    router: t.router,
    procedure: t.procedure.use(stickyMiddleware(sticky)),
    staged: () => list(stagedDirectory),
    stored: () => list(uploadsDirectory),
    remove: () => {
      sticky.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Serves a router with its endpoint on a free port of 127.0.0.1. */
export async function serve(
  sticky: ReturnType<typeof createParts>["sticky"],
  router: Parameters<typeof createExpressMiddleware>[0]["router"],
) {
  const app = express()
  app.use("/sticky", stickyEndpoint({ sticky, router, createContext }))
  app.use("/trpc", createExpressMiddleware({ router, createContext }))
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, "127.0.0.1", () => resolve(listening))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    app,
    close: () => new Promise((resolve) => server.close(resolve)),
    async post(target: string, file: File, user = "ann"): Promise<{ status: number; body: UploadAnswer }> {
      const form = new FormData()
      form.append("upload", file)
      const response = await fetch(`${url}/sticky/${target}`, {
        method: "POST",
        body: form,
        headers: { "x-user": user },
      })
      return { status: response.status, body: (await response.json()) as UploadAnswer }
    },
    async upload(target: string, file: File = new File([png], "a.png"), user = "ann"): Promise<StickyToken> {
      const { body } = await this.post(target, file, user)
      if (!body.is_valid) throw new Error(`${body.code}: ${body.errors.upload[0]}`)
      return body.stored
    },
  }
}
