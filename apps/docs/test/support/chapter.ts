import { readDocument } from "../../../../packages/sticky-uploads/test/support/documents.js"

export const chapter = readDocument("apps/docs/guide/deploying.md")

/** A program that starts the chapter's server and says its port. */
export const serverIn = (environment: Record<string, string>) => `
  import { once } from "node:events"
  Object.assign(process.env, ${JSON.stringify({ HOST: "127.0.0.1", PORT: "0", ...environment })})
  const { server } = await import("./server.js")
  if (!server.listening) await once(server, "listening")
  process.send(server.address().port)`
