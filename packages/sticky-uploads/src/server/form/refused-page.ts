import type { Refusal } from "../../core/errors.js"
import { escapeHtml } from "../../core/escape-html.js"
import { messageOf } from "../../core/messages.js"

/** A request that was refused before it was a form: too large, from another site, not allowed. */
export type RefusedForm = Refusal & {
  status: number
  /** For people; escape it. */
  message: string
}

/**
 * The plainest page that says what happened and how to go on; an app gives its own. Around a message that the app gave it
 * says nothing more, as it cannot know the language.
 */
export function refusedPage(refusal: RefusedForm): string {
  const said = escapeHtml(refusal.message)
  const isEnglish = refusal.message === messageOf(refusal)
  return `<!doctype html>
<html${isEnglish ? ' lang="en"' : ""}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${said}</title>
<h1>${said}</h1>
${isEnglish ? "<p>Go back to the form, mend it and send it again.</p>\n" : ""}</html>
`
}
