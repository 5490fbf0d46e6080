import { isAbsolute } from "node:path"
import type { Locator, Page } from "playwright-core"

/** Files of this machine on their way over a page, as a browser gets them from its system. */
export interface Dragged {
  /** Moves them over an element, and tells what the browser would do with them there. */
  over(element: Locator): Promise<void>
  /** Lets go of them over an element. */
  drop(element: Locator): Promise<void>
  /** Moves them out of the page. */
  leave(): Promise<void>
}

/**
 * Drags files and folders of these paths, or else a text, by the browser's own protocol: no script makes the events that the
 * page gets.
 */
export async function drag(page: Page, ...paths: string[]): Promise<Dragged> {
  const session = await page.context().newCDPSession(page)
  const isText = paths.some((path) => !isAbsolute(path))
  const items = isText ? [{ mimeType: "text/plain", data: paths.join(" ") }] : []
  const data = { items, files: isText ? [] : paths, dragOperationsMask: 1 }

  async function send(type: "dragEnter" | "dragOver" | "drop" | "dragCancel", element?: Locator) {
    await element?.scrollIntoViewIfNeeded()
    const { x = 0, y = 0, width = 0, height = 0 } = (await element?.boundingBox()) ?? {}
    await session.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data })
  }
  async function over(element: Locator) {
    await send("dragEnter", element)
    await send("dragOver", element)
  }
  return {
    over,
    async drop(element) {
      await over(element)
      await send("drop", element)
    },
    async leave() {
      await session.send("Input.dispatchDragEvent", { type: "dragOver", x: -10, y: -10, data })
    },
  }
}
