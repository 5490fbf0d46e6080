import { renderToString } from "react-dom/server"
import { bundle } from "../bundle.js"
import { SubmissionForm, type SubmissionFormProps } from "../conform/submission-form.js"
import { type Page, savedLink } from "./page.js"

// In a script nothing of it may end the script.
const inScript = (props: SubmissionFormProps) => JSON.stringify(props).replaceAll("<", "\\u003c")

/** The form as a component that the server writes, and a script, where it runs, takes over. */
export async function conformPage(hasScript: boolean): Promise<Page> {
  const script = await bundle(
    `import { createElement } from "react"
     import { hydrateRoot } from "react-dom/client"
     import { SubmissionForm } from "./conform/submission-form.js"
     hydrateRoot(document.getElementById("root"), createElement(SubmissionForm, props))`,
  )
  return {
    script: hasScript ? script : undefined,
    body({ form, saved }) {
      const props: SubmissionFormProps = form
        ? {
            lastResult: { status: "error", initialValue: form.values, error: form.errors },
            file: form.files.upload?.[0],
          }
        : {}
      return `<div id="root">${renderToString(<SubmissionForm {...props} />)}</div>
<script>var props = ${inScript(props)}</script>
${savedLink(saved)}`
    },
  }
}
