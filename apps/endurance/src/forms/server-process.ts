// Runs as a process of its own: one of several that are one app, to be killed at any moment and started again.
import { once } from "node:events"
import { rmSync } from "node:fs"
import { initTRPC } from "@trpc/server"
import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express, { type Request } from "express"
import { Redis } from "ioredis"
import { stickyEndpoint, stickyForm } from "sticky-uploads/express"
import { createSticky } from "sticky-uploads/server"
import { stickyMiddleware } from "sticky-uploads/trpc"
import * as z from "sticky-uploads/zod"
import { countSteps } from "../kills/steps.js"
import { codesOf } from "../site/codes.js"
import { rowsOf, storagesOf } from "./ground.js"
import { openRows, type Row } from "./rows.js"
import { byHeader, errorMark, heldTitle, lifeSeconds, type ServerOptions, uploadsPerMinute } from "./server.js"

interface Person {
  user: string | undefined
}

// Sound: server.ts writes it.
const {
  name,
  socket,
  secrets,
  ground,
  killAt = 0,
  redis: redisPath,
} = JSON.parse(process.argv[2] as string) as ServerOptions
const say = (text: string) => void process.send?.(text)
const steps = countSteps(killAt)
const storages = await storagesOf(ground)
const uploads = steps.storage(storages.uploads)
const rows = await openRows(rowsOf(ground))
const redis = redisPath === undefined ? undefined : new Redis({ path: redisPath, retryStrategy: () => 50 })
redis?.on("error", () => undefined)

// A form that is shown again has messages: here they are the codes.
const said = ["token_used", "token_busy", "token_gone", "token_expired", "token_tampered"] as const

const sticky = createSticky<Person>({
  secrets,
  storage: steps.storage(storages.staged),
  authorize: () => true,
  subject: ({ ctx }) => ctx.user,
  checksum: "sha256",
  expiresInSeconds: lifeSeconds,
  sweepEverySeconds: 5,
  messages: Object.fromEntries(said.map((code) => [code, () => code])),
  quotas: redis ? { uploadsPerMinute, redis } : {},
  onError: (error) => say(`${errorMark}${error}`),
})

const t = initTRPC.context<Person>().create({
  errorFormatter: ({ shape, error }) => ({ ...shape, data: { ...shape.data, codes: codesOf(error.cause) } }),
})
const router = t.router({
  create: t.procedure
    .use(stickyMiddleware(sticky))
    .input(z.object({ title: z.string().min(1, "too_small"), upload: z.stickyFile({ maxBytes: 20_000_000 }) }))
    .mutation(async ({ input: { title, upload } }): Promise<Row> => {
      const id = upload.id as string
      const known = await rows.find(id)
      if (known) return known
      const stored = await upload.promote(uploads)
      if (title === heldTitle) {
        say(heldTitle)
        await new Promise(() => undefined)
      }
      return steps.around(() => rows.insert({ title, id, ...stored }))
    }),
})

const createContext = ({ req }: { req: Request }): Person => ({ user: req.header("x-user") })
const app = express()
app.set("trust proxy", 1)
app.use((req, res, next) => {
  say(`${req.method} ${req.url}`)
  res.setHeader(byHeader, name)
  next()
})
app.use("/sticky", stickyEndpoint({ sticky, router, createContext }))
app.use("/trpc", createExpressMiddleware({ router, createContext }))
app.post(
  "/forms",
  stickyForm({
    sticky,
    router,
    createContext,
    procedure: "create",
    success: ({ res, result }) => res.json(result),
    invalid: ({ res, form }) => res.status(422).json(form),
  }),
)

process.on("disconnect", () => process.exit())
// Of one that was killed its socket is still there.
rmSync(socket, { force: true })
if (redis?.status === "connecting") await once(redis, "ready")
app.listen(socket, () => say("listening"))
