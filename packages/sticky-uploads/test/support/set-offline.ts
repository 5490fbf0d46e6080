import type { Page } from "playwright-core"

/** Takes a page's network away, or gives it back, and resolves once the page has heard and its requests feel it: each may be first. */
export async function setOffline(page: Page, isOffline: boolean): Promise<void> {
  await page.context().setOffline(isOffline)
  await page.waitForFunction(async (isOffline) => {
    const isCarried = await fetch("/", { method: "HEAD", cache: "no-store" }).then(
      () => true,
      () => false,
    )
    return navigator.onLine === isCarried && isCarried !== isOffline
  }, isOffline)
}
