import { describe, expect, it } from "vitest"
import { escapeHtml } from "./escape-html.js"

describe("escapeHtml", () => {
  it("leaves no sign that ends a text, an element or a quoted attribute, however often it stands there", () => {
    expect(escapeHtml(`<b title="a" class='b'>a && b</b>`)).toBe(
      "&lt;b title=&quot;a&quot; class=&#39;b&#39;&gt;a &amp;&amp; b&lt;/b&gt;",
    )
  })

  it("leaves all else as it is", () => {
    expect(escapeHtml("naïve 日本語 \n\\ `/=")).toBe("naïve 日本語 \n\\ `/=")
  })
})
