import { describe, expect, it } from "vitest"
import { html, trusted } from "./html.js"

describe("html", () => {
  it("escapes what could end a text or an attribute", () => {
    const evil = `"><script>alert('&')</script>`
    expect(html`<p title="${evil}">${evil}</p>`.toString()).toBe(
      `<p title="&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;">` +
        "&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;</p>",
    )
  })

  it("keeps markup, joins lists and leaves out nothing and false", () => {
    const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`)
    expect(html`<ul>${items}${false}${null}${undefined}</ul>${0}${trusted("<hr>")}`.toString()).toBe(
      "<ul><li>a</li><li>&#60;b&#62;</li></ul>0<hr>",
    )
  })

  it("does not trust an object that only looks like markup", () => {
    const fake = { markup: "<b>", toString: () => "<b>" } as unknown as string
    expect(() => html`${fake}`.toString()).toThrow(TypeError)
  })
})
