import { createStickyClient } from "sticky-uploads/client"
import { retries } from "sticky-uploads/view"
import type { AppRouter } from "../server/router"

/** Uploads each file when it is picked; a submit waits for those on their way. */
export const client = createStickyClient<AppRouter>({ url: "/sticky", submit: "wait", retry: retries() })
