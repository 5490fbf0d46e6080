import * as z from "sticky-uploads/zod"

// What the form takes. The page, the upload, the token and the submit all go by it.
export const submission = z.object({
  title: z.string().min(1, "Give it a title."),
  upload: z.stickyFile({ maxBytes: 5_000_000, accept: ["image/*", ".pdf"] }),
})
