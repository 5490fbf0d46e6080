import { basename } from "node:path"
import { buffer } from "node:stream/consumers"
import { fetchRequestHandler } from "@trpc/server/adapters/fetch"
import { stickyEndpoint, stickyForm } from "sticky-uploads/fetch"
import type { Stored } from "sticky-uploads/server"
import { type Page, savedOf, writePage } from "../pages/page.js"
import { createServerSide } from "../server.js"

type Handler = (request: Request) => Response | Promise<Response>

/** What a host of web requests answers with: its routes, by method and path, and what ends it all. */
export interface Handlers {
  readonly routes: readonly (readonly [method: "GET" | "POST", path: string, handler: Handler])[]
  close(): void
}

/** Makes a page and its form for a host that speaks Request and Response. */
export function createHandlers(page: Page): Handlers {
  const side = createServerSide()
  const { sticky, router, createContext, uploads } = side
  const html = (state: Parameters<typeof writePage>[1], status = 200) =>
    new Response(writePage(page, state, side), { status, headers: { "Content-Type": "text/html; charset=utf-8" } })

  const trpc: Handler = (req) => fetchRequestHandler({ endpoint: "/trpc", req, router, createContext })
  const submit = stickyForm({
    sticky,
    router,
    createContext,
    procedure: "submission.create",
    success({ result }) {
      const { key, name } = result as Stored
      return new Response(null, { status: 303, headers: { Location: `/?${new URLSearchParams({ key, name })}` } })
    },
    invalid: ({ form }) => html({ form }, 422),
  })

  return {
    routes: [
      ["GET", "/", ({ url }) => html({ saved: savedOf(new URL(url).searchParams) })],
      ["GET", "/script.js", () => new Response(page.script, { headers: { "Content-Type": "text/javascript" } })],
      ["GET", "/saved/*", async ({ url }) => new Response(await buffer(await uploads.open(basename(url))))],
      ["POST", "/sticky/*", stickyEndpoint({ sticky, router, createContext, prefix: "/sticky" })],
      ["POST", "/trpc/*", trpc],
      ["POST", "/submissions", submit],
    ],
    close: () => sticky.close(),
  }
}
