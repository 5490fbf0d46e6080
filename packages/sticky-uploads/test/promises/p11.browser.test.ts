import { describe, expect, it } from "vitest"
import { bytesOf, chromiumPages } from "../support/open-page.js"
import { bound, startForm } from "../support/start-form.js"

const start = startForm(chromiumPages())

/** Makes choices as a script does that knows no patience: all in one turn. */
const chooseAllAtOnce = (names: string[]) => `(() => {
  const input = document.querySelector("input[type=file]")
  for (const name of ${JSON.stringify(names)}) {
    const choice = new DataTransfer()
    choice.items.add(new File(["bytes of " + name], name))
    input.files = choice.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }
})()`

describe("P11: in the browser the form carries what was chosen last, and nothing else", () => {
  it("of fifty choices in one turn, at a real endpoint, the last one is saved", async () => {
    const { app, page, save, token } = await start({ quotas: { uploadsPerMinute: false } })
    const names = Array.from({ length: 50 }, (_, at) => `${at}.txt`)
    await page.evaluate(chooseAllAtOnce(names))
    await token()
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("49.txt") } })
  })

  it("an answer that comes after its file was cleared is heard by nobody, and its file waits nowhere", async () => {
    const { app, page, pick, picker, save, hidden } = await start()
    app.front.hold()
    await pick("a.txt")
    const late = await app.front.next()
    await picker.setInputFiles([])
    await late.aborted
    late.release()
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
    expect(await hidden()).toEqual([""])
    await save()
    expect((await app.saved.take()).files).toEqual({})
    expect(await app.left()).toEqual([])
  })

  it("an older upload that is let go after a newer one is done takes nothing back", async () => {
    const { app, pick, save, token } = await start()
    app.front.hold()
    await pick("old.txt")
    const old = await app.front.next()
    await pick("new.txt")
    await old.aborted
    const newer = await app.front.next()
    newer.release()
    const carried = await token()
    old.release()
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("new.txt") } })
    expect(carried).not.toBe("")
  })

  it("a submit that the page prevents while a file is under way leaves an input that still takes another", async () => {
    const { app, page, pick, picker, save } = await start({
      script: `${bound()}
        let prevented = 0
        document.forms[0].addEventListener("submit", (event) => { if (prevented++ < 3) event.preventDefault() })`,
    })
    app.front.hold()
    await pick("first.txt")
    const first = await app.front.next()
    for (let time = 0; time < 3; time += 1) await save()
    expect([await picker.isEnabled(), app.saved.size, page.url()]).toEqual([true, 0, `${app.url}/`])
    await pick("second.txt")
    await first.aborted
    await app.front.next()
    await save()
    expect(await app.saved.take()).toMatchObject({ files: { upload: bytesOf("second.txt") } })
  })
})
