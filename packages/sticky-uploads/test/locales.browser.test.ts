import { describe, expect, it } from "vitest"
import { chromiumPages, picked } from "./support/open-page.js"
import { bound, fileInput, form, startForm } from "./support/start-form.js"

const start = startForm(chromiumPages())

const german = `
  ${bound("{}", "messages: germanClient")}
  import { germanClient } from "sticky-uploads/locales"
  import { checkLimits, showFiles } from "sticky-uploads/view"
  checkLimits()
  showFiles()`

describe("germanClient", () => {
  it("speaks at the input and in the list of files", async () => {
    const limits = `data-max-bytes="5000" accept="image/*" data-accept-pattern="^image/"`
    const { page, picker, says } = await start({ page: () => form(fileInput("photo", limits)), script: german })
    await picker.setInputFiles(picked("groß.png", "x".repeat(7200), "image/png"))
    await says("Die Datei ist 7,2\u00a0kB groß; die Obergrenze liegt bei 5\u00a0kB: groß.png")
    const line = page.getByRole("list", { name: "Ausgewählte Dateien" }).getByRole("listitem")
    expect(await line.textContent()).toContain("groß.png7,2\u00a0kB")
    await line.getByRole("button", { name: "Entfernen groß.png" }).waitFor()
  })
})
