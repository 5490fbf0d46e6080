import * as z from "sticky-uploads/zod"

export const submission = z.object({
  title: z.string().min(1, "Give it a title."),
  upload: z.stickyFile({ maxBytes: 5_000_000, accept: ["image/*", ".pdf"] }),
})
