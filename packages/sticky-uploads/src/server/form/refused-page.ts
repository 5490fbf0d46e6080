import type { StickyErrorCode } from "../../core/errors.js"
import { escapeHtml } from "../../core/escape-html.js"

/** A request that was refused before it was a form: too large, from another site, not allowed. */
export interface RefusedForm {
  status: number
  code: StickyErrorCode
  /** For people; escape it. */
  message: string
}

/** The plainest page that says what happened and how to go on; an app gives its own. */
export function refusedPage({ message }: RefusedForm): string {
  const said = escapeHtml(message)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${said}</title>
<h1>${said}</h1>
<p>Go back to the form, mend it and send it again.</p>
</html>
`
}
