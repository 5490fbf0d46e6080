import type { Browser, Page } from "playwright-core"
import { expect } from "vitest"
import { png } from "../../../sticky-uploads/test/support/multipart.js"

const photo = { name: "über.png", mimeType: "image/png", buffer: png(4000) }

/** Waits until the page carries the token of the picked file. */
const token = (page: Page) =>
  page.locator("input[type=hidden][name=_upload][value]:not([value=''])").waitFor({ state: "attached" })

interface Walk {
  title: string
  javaScriptEnabled: boolean
}

/** Fills in the form as a person would who forgets its title: it fails, keeps the file, and passes without it. */
export async function fillIn(browser: Browser, url: string, { title, javaScriptEnabled }: Walk): Promise<Page> {
  const page = await browser.newPage({ javaScriptEnabled })
  await page.goto(url)
  await page.setInputFiles("input[type=file]", photo)
  if (javaScriptEnabled) await token(page)
  await page.getByRole("button", { name: "Send" }).click()
  await page.getByText("Give it a title.").waitFor()
  await page.locator("form").getByText(photo.name).waitFor()
  expect(await page.inputValue("input[type=file]")).toBe("")
  await page.getByLabel("Title").fill(title)
  await page.getByRole("button", { name: "Send" }).click()
  await page.getByText(title).waitFor()
  return page
}
