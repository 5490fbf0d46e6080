import type { Page } from "playwright-core"

/** Listens to the live regions of a page's form, now and later; what is returned asks what they said. */
export async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    window.announcements = []
    const latest = new Map<Element, string>()
    new MutationObserver((records) => {
      const regions = records.map(({ target }) => (target as Element).closest("output, [role=alert]"))
      for (const region of new Set(regions)) {
        const text = region?.textContent.trim()
        if (!region || latest.get(region) === text) continue
        latest.set(region, text ?? "")
        if (text) window.announcements.push(text)
      }
    }).observe(document.forms.namedItem("submission") as HTMLFormElement, { childList: true, subtree: true })
  })
  return () => page.evaluate(() => window.announcements)
}

declare global {
  interface Window {
    announcements: string[]
  }
}
