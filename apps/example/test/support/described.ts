import type { Page } from "playwright-core"

/** What the browser tells assistive technology of an element. */
export async function describedBy(page: Page, id: string): Promise<{ description: unknown; invalid: unknown }> {
  const session = await page.context().newCDPSession(page)
  const { result } = await session.send("Runtime.evaluate", { expression: `document.getElementById("${id}")` })
  const { nodes } = await session.send("Accessibility.getPartialAXTree", {
    objectId: result.objectId as string,
    fetchRelatives: false,
  })
  await session.detach()
  const invalid = nodes[0]?.properties?.find(({ name }) => name === "invalid")
  return { description: nodes[0]?.description?.value, invalid: invalid?.value.value }
}
