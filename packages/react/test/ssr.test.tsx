import { StickyField } from "@sticky-uploads/react"
import { renderToString } from "react-dom/server"
import { createStickyClient } from "sticky-uploads/client"
import { describe, expect, it } from "vitest"

const client = createStickyClient({ url: "/sticky" })
const field = <StickyField client={client} target="submission.create/upload" label="Your file" />

describe("a server that renders <StickyField>", () => {
  it("needs nothing of a browser's", () => {
    const { File, Blob } = globalThis
    try {
      Object.assign(globalThis, { File: undefined, Blob: undefined })
      expect(renderToString(field)).toContain(`name="_upload"`)
    } finally {
      Object.assign(globalThis, { File, Blob })
    }
  })

  it("gives fields of one name ids of their own, that any selector takes", () => {
    const html = renderToString([<div key="1">{field}</div>, <div key="2">{field}</div>])
    const ids = [...html.matchAll(/type="file"[^>]* id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^[a-z][\w-]*$/i)
  })

  it.each([
    ["submission.create/upload", "upload"],
    ["company.update/address.photo", "address.photo"],
    ["album.add/photos.*", "photos"],
  ])("names the field of %s %s", (target, name) => {
    const html = renderToString(<StickyField client={client} target={target} label="A file" />)
    expect(html).toContain(`name="${name}"`)
  })

  it("writes what a person's page says as text", () => {
    const evil = `"><script>alert(1)</script>`
    const file = { token: evil, name: evil, size: 1 }
    const html = renderToString(
      <StickyField client={client} target="a/b" label="A file" defaultFile={file} errors={[evil]} />,
    )
    expect(html).not.toContain("<script")
  })
})
