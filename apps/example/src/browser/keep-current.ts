import type { StickyUploader } from "sticky-uploads/client"

/** Brings the file that the page came with back when the change of it is taken back, as it is without JavaScript. */
export function keepCurrent(uploader: StickyUploader): void {
  const { input } = uploader
  if (!input.closest(".sticky-field")?.querySelector(".sticky-current")) return
  input.addEventListener("sticky:change", () => {
    if (uploader.parts.length === 0) uploader.reset()
  })
}
