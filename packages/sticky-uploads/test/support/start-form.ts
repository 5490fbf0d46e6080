import { png } from "./multipart.js"
import { type OpenPage, picked } from "./open-page.js"
import { type PageOptions, type PageServed, servePage, uploadUrl } from "./serve-page.js"

/** A file input as a page writes it by hand: `items[0].file` uploads to the target `items.*.file`. */
export function fileInput(name: string, attributes = ""): string {
  const target = name.replace(/\[\d+\]/g, ".*") + (/\bmultiple\b/.test(attributes) ? ".*" : "")
  return `<input type="file" name="${name}" ${attributes} data-upload-url="${uploadUrl(target)}">`
}

/** The form around its fields: it has a title already, and two buttons. */
export const form = (fields: string) => `
  <form id="form" method="post" action="/submissions" enctype="multipart/form-data">
    <input name="title" value="a title" required>
    ${fields}
    <button name="button" value="save">Save</button>
    <button name="button" value="other">Other</button>
  </form>`

/** Hooks that write what they are told into `window.log`. */
export const hooks = `{
  before(file) { log.push(["before", file.name]) },
  success(answer) { log.push(["success", answer.is_valid]) },
  failure(failure) { log.push(["failure", failure.status]) },
}`

/** A script that binds the page's inputs. */
export const bound = (options = hooks, client = "") => `
  import { createStickyClient } from "sticky-uploads/client"
  window.log = []
  window.client = createStickyClient({ url: "/uploads", ${client} })
  client.bind(document, ${options})`

/** A page that is open in Chromium, and the app behind it. */
export type Started = OpenPage & { app: PageServed }

/** Starts the app and opens its page, as `open` does it. */
export const startForm =
  (open: (url: string) => Promise<OpenPage>) =>
  async (options: Partial<PageOptions> = {}): Promise<Started> => {
    const app = await servePage({ page: () => form(fileInput("upload")), script: bound(), ...options })
    return { app, ...(await open(app.url)) }
  }

/** A picture. */
export const picture = (name = "a.png") => picked(name, Buffer.from(png()), "image/png")
