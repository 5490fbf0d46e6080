// Runs as a process of its own: a server like all others that share its secrets and its directories.
import { createDiskStorage, createTempStorage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import { createParts, serve } from "./app.js"

const { secrets, staged, uploads } = JSON.parse(process.argv[2] ?? "")
const kept = createDiskStorage({ directory: uploads })
const { sticky, procedure, router } = createParts({ secrets, storage: createTempStorage({ directory: staged }) })
const input = z.object({ title: z.string().min(1), photo: z.stickyFile() })
const appRouter = router({ album: procedure.input(input).mutation(({ input: { photo } }) => photo.promote(kept)) })

process.on("disconnect", () => process.exit())
void serve(sticky, appRouter).then(({ url }) => process.send?.(url))
