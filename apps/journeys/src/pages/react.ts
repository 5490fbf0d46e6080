import { fileURLToPath } from "node:url"
import { bundle } from "../bundle.js"
import type { Page } from "./page.js"

const react18 = fileURLToPath(new URL("../../../react-18/node_modules/", import.meta.url))
const as18 = { react: `${react18}react`, "react-dom": `${react18}react-dom` }

/** The form as a component of a folder here, which the browser makes. */
export async function reactPage(folder: string, version: 18 | 19 = 19): Promise<Page> {
  const script = await bundle(
    `import { mount } from "./react/mount.js"
     import { SubmissionForm } from "./${folder}/submission-form.js"
     mount(SubmissionForm)`,
    version === 18 ? as18 : {},
  )
  return { script, body: () => '<div id="root"></div>' }
}
