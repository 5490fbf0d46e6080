import { createRequire } from "node:module"
import type { InvalidForm } from "sticky-uploads/express"
import type { OpenPage } from "../../../sticky-uploads/test/support/open-page.js"
import { type PageOptions, type PageServed, servePage } from "../../../sticky-uploads/test/support/serve-page.js"
import type { PageProps } from "../pages/pages.js"
import { bundlePages, type ReactVersion } from "./bundle-pages.js"

/** A page of React's that is open in Chromium, and the app behind it. */
export type StartedReact = OpenPage & { app: PageServed }

interface Options extends Partial<PageOptions> {
  /** Renders the page on the server, too; the browser then takes over what is there. */
  isRendered?: boolean
  /** What the page is given beside what the server says. */
  props?: Partial<PageProps>
  open?: (url: string) => Promise<OpenPage>
}

const said = (form: InvalidForm | undefined): Partial<PageProps> =>
  form
    ? {
        defaultFile: form.files.upload?.[0],
        defaultFiles: form.files.attachments,
        errors: form.errors.upload ?? form.errors.attachments ?? [],
      }
    : {}

async function renderer(version: ReactVersion): Promise<(props: PageProps) => string> {
  const module = { exports: {} as { render: (props: PageProps) => string } }
  const code = await bundlePages(version, "server")
  new Function("module", "require", code)(module, createRequire(import.meta.url))
  return module.exports.render
}

/** Serves the pages of these tests with a version of React, and opens them; React may complain of nothing. */
export function reactPages(version: ReactVersion, openPage: (url: string) => Promise<OpenPage>) {
  const script = bundlePages(version, "browser")
  let rendering: ReturnType<typeof renderer> | undefined

  return async (page: PageProps["page"], given: Options = {}): Promise<StartedReact> => {
    const { isRendered = false, props: own, open = openPage, ...options } = given
    if (isRendered) rendering ??= renderer(version)
    const render = isRendered ? await rendering : undefined
    const write = (form?: InvalidForm) => {
      const props = { page, ...own, ...said(form) }
      const json = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c")
      return `<div id="root">${render?.(props) ?? ""}</div>
        ${form ? `<script id="form" type="application/json">${json(form)}</script>` : ""}
        <script>
          window.props = ${json(props)}
          // What React complains of is an error of the page, which fails the test.
          console.error = (...words) => setTimeout(() => { throw new Error(words.join(" ")) })
        </script>
        <script type="module" src="/react.js"></script>`
    }
    const routes: PageOptions["routes"] = (app) =>
      app.get("/react.js", async (_req, res) => void res.type("text/javascript").send(await script))
    const app = await servePage({ page: write, routes, ...options })
    return { ...(await open(app.url)), app }
  }
}
