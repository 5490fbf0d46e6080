import type { Page } from "playwright-core"

/** Stops every upload of a page on its way to the server; what is returned lets them go on. */
export async function holdUploads(page: Page): Promise<() => void> {
  let letGo = () => {}
  const isOpen = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route("**/sticky/**", async (route) => {
    await isOpen
    // One that the page has taken back meanwhile goes nowhere.
    await route.continue().catch(() => {})
  })
  return letGo
}
