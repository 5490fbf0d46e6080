import * as z from "sticky-uploads/zod"

/** The form: what its inputs allow, what the upload endpoint refuses and what a submit checks all follow from here. */
export const submission = z.object({
  title: z.string().trim().min(1, "Give it a title.").max(200, "Keep the title under 200 characters."),
  upload: z.stickyFile({ maxBytes: 5_000_000, accept: ["image/*", ".pdf"] }),
  attachments: z.array(z.stickyFile()).max(3, "Up to three attachments.").optional(),
  // Its absence makes the form fail, so that the file is seen to stick.
  accept: z.literal("on", "Please tick this box."),
})
