import { createStickyClient } from "sticky-uploads/client"

export const client = createStickyClient({ url: "/uploads" })
