import { createStickyClient } from "sticky-uploads/client"
import { checkLimits, retries, showFiles } from "sticky-uploads/view"
import type { AppRouter } from "./router"

const client = createStickyClient<AppRouter>({ url: "/sticky", submit: "wait", retry: retries() })
checkLimits() // refuses files by the schema's limits before a byte is sent
showFiles() // lists the picked files, with progress and buttons
client.bind()
