import { createTRPCClient, httpBatchLink } from "@trpc/client"
import { createStickyClient } from "sticky-uploads/client"
import { stickyLink } from "sticky-uploads/link"
import type { AppRouter } from "./server.js"

export const client = createStickyClient<AppRouter>({ url: "/sticky", submit: "wait" })

export const trpc = createTRPCClient<AppRouter>({
  links: [stickyLink({ client }), httpBatchLink({ url: "/trpc" })],
})
