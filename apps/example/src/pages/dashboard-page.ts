import type { User } from "../accounts/users.js"
import type { Figures } from "../figures.js"
import { minute, size } from "./format.js"
import { type Html, html } from "./html.js"
import { layout } from "./layout.js"

/** What an admin sees of the process that answers. */
export function dashboardPage(user: User, figures: Figures): string {
  const { since, inFlight, uploads, staged, waiting, promoted, swept, lastSweep, refusals, failures } = figures
  const ends = [
    ["Taken", uploads.ok],
    ["Refused", uploads.refused],
    ["Failed by our fault", uploads.failed],
  ] as const
  const over = ends.reduce((sum, [, times]) => sum + times, 0)
  return layout({
    title: "Dashboard",
    user,
    path: "/admin/dashboard",
    body: html`
    <div class="heading">
      <h1>Dashboard</h1>
      <a class="button" href="/admin/dashboard">Refresh</a>
    </div>
    <p class="lead">What this one process has seen since ${time(since)}. It is kept in memory, and forgotten with the process.</p>
    <div class="figures">
      ${table(
        "Now",
        ["Uploads", "Number"],
        [
          ["In flight", inFlight],
          ["Over", over],
          ["Seconds each, on average", over === 0 ? "–" : (figures.uploadSeconds / over).toFixed(2)],
          ["Faults of ours", failures],
        ],
      )}
      ${table(
        "Files",
        ["Files", "Number", "Size"],
        [
          ["Staged", staged.files, size(staged.bytes)],
          ["Still waiting", waiting, ""],
          ["Promoted", promoted.files, size(promoted.bytes)],
          ["Swept", swept, ""],
        ],
      )}
      ${shares("How uploads ended", ["Upload", "Times"], ends)}
      ${
        refusals.length === 0
          ? html`<section class="card"><h2>Refusals</h2><p class="meta">Nothing has been refused.</p></section>`
          : shares("Refusals", ["Code", "Times"], refusals)
      }
    </div>
    <p class="meta after">Last sweep: ${lastSweep ? time(lastSweep) : "none yet"}. A file that was taken out of a form again is
    “still waiting” until it expires. Forms without JavaScript count as one upload each; their files are staged only
    where the form is shown again.</p>`,
  })
}

const time = (at: Date): Html => html`<time datetime="${at.toISOString()}">${minute(at)}</time>`

function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly [string, ...(string | number | Html)[]])[],
): Html {
  const id = title.toLowerCase().replaceAll(" ", "-")
  return html`<section class="card">
        <h2 id="${id}">${title}</h2>
        <table aria-labelledby="${id}">
          <thead><tr>${head.map((label) => html`<th scope="col">${label}</th>`)}</tr></thead>
          <tbody>${rows.map(
            ([label, ...values]) => html`
            <tr><th scope="row">${label}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>`,
          )}
          </tbody>
        </table>
      </section>`
}

/** A table whose numbers are drawn beside them, each as its share of all. */
function shares(title: string, head: readonly [string, string], rows: readonly (readonly [string, number])[]): Html {
  const all = rows.reduce((sum, [, times]) => sum + times, 0)
  return table(
    title,
    head,
    rows.map(([label, times]) => [label, html`${times}${bar(all === 0 ? 0 : times / all)}`]),
  )
}

/** Says nothing that the number beside it does not. */
function bar(share: number): Html {
  return html`<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="${(share * 100).toFixed(1)}" height="6"/></svg>`
}
