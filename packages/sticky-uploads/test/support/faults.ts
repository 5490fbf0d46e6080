import axe from "axe-core"
import type { Page } from "playwright-core"

// Every level that axe knows but AAA; none of their rules is switched off.
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

// What may differ from one colour scheme to the other.
const ofColours = ["color-contrast", "link-in-text-block"]

/** What axe finds wrong with a page as it is now, or cannot judge, in light colours and in dark ones. */
export async function faultsOf(page: Page): Promise<string[]> {
  // By the debugger, as the page's own policy lets no foreign script in.
  await page.evaluate(axe.source)
  const faults: string[] = []
  for (const colorScheme of ["light", "dark"] as const) {
    // Colours on their way to others would be judged as they are in between.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
    const runOnly: axe.RunOnly =
      colorScheme === "light" ? { type: "tag", values: tags } : { type: "rule", values: ofColours }
    const { violations, incomplete } = await page.evaluate((only) => window.axe.run({ runOnly: only }), runOnly)
    for (const { id, help, nodes } of [...violations, ...incomplete])
      faults.push(`${id}, ${colorScheme}: ${help}: ${nodes.map(({ target }) => target).join(" and ")}`)
  }
  return faults
}

declare global {
  interface Window {
    axe: typeof axe
  }
}
