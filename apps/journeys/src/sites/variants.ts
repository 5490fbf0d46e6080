import { bundle } from "../bundle.js"
import type { Site, Words } from "../journey.js"
import { conformPage } from "../pages/conform.js"
import { htmlPage } from "../pages/html.js"
import { reactPage } from "../pages/react.js"
import { serveByExpress } from "./express.js"
import { serveByFastify } from "./fastify.js"
import { serveByHono } from "./hono.js"
import type { Served } from "./listen.js"
import { serveByNext } from "./next.js"
import { watchWire } from "./wire.js"

/** One way to make the form, and to serve it. */
export interface Variant {
  readonly name: string
  /** Whether its page has a script that runs. */
  readonly hasScript: boolean
  readonly canRemove: boolean
  readonly words: Words
  serve(): Promise<Served>
}

const words: Words = {
  file: "File",
  badTitle: "Taken",
  complaint: "There is one of this title.",
  unlike: { title: "A landscape", complaint: "This is no landscape." },
}
const wordsOfNext: Words = {
  file: "Picture or PDF",
  badTitle: "long".repeat(51),
  complaint: "Keep the title under 200 characters.",
  box: "I accept the terms",
}

const vanilla = async () => htmlPage(await bundle(`import "./vanilla/main.js"`))

const variant = (name: string, hasScript: boolean, serve: () => Promise<Served>): Variant =>
  // Without a script a required field can be given another file, but not none.
  ({ name, hasScript, serve, words, canRemove: hasScript })

export const variants: readonly Variant[] = [
  variant("plain HTML", false, () => serveByExpress(htmlPage())),
  variant("the vanilla client", true, async () => serveByExpress(await vanilla())),
  variant("React 18", true, async () => serveByExpress(await reactPage("react", 18))),
  variant("React 19", true, async () => serveByExpress(await reactPage("react"))),
  variant("React Hook Form", true, async () => serveByExpress(await reactPage("react-hook-form"))),
  variant("TanStack Form", true, async () => serveByExpress(await reactPage("tanstack-form"))),
  variant("Conform", true, async () => serveByExpress(await conformPage(true))),
  variant("Conform without JavaScript", false, async () => serveByExpress(await conformPage(false))),
  variant("Hono", true, async () => serveByHono(await vanilla())),
  variant("Hono without JavaScript", false, () => serveByHono(htmlPage())),
  variant("Fastify", true, async () => serveByFastify(await vanilla())),
  variant("Fastify without JavaScript", false, () => serveByFastify(htmlPage())),
]

/** The app in Next.js, which is built first. Its page has its script in it: without one it needs a browser that can be told so. */
export const variantsOfNext: readonly Variant[] = [true, false].map((hasScript) => ({
  name: hasScript ? "Next.js" : "Next.js without JavaScript",
  hasScript,
  serve: serveByNext,
  words: wordsOfNext,
  // Its server writes each form again that failed.
  canRemove: false,
}))

/** Starts what a variant needs, and what counts on its wire. */
export async function startSite({ serve, ...variant }: Variant): Promise<Site> {
  const served = await serve()
  const wire = await watchWire(served.port)
  return {
    ...variant,
    url: wire.url,
    sent: wire.sent,
    async stop() {
      await wire.stop()
      await served.stop()
    },
  }
}
