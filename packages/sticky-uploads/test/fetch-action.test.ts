import { type StickyActionOptions, stickyAction } from "sticky-uploads/fetch"
import { describe, expect, it } from "vitest"
import { png } from "./support/multipart.js"
import { expectNoStrayErrors } from "./support/process-health.js"
import type { Person } from "./support/serve.js"
import { type FetchOptions, fetchApp } from "./support/serve-fetch.js"

expectNoStrayErrors()

async function actionApp({
  user = "ann",
  action,
  ...options
}: FetchOptions & { user?: string | null; action?: Partial<StickyActionOptions<Person>> } = {}) {
  const app = await fetchApp(options)
  const act = stickyAction({
    sticky: app.sticky,
    router: app.router,
    procedure: "submission.create",
    createContext: () => ({ user }),
    ...action,
  })
  return { ...app, act }
}

function formOf(entries: Record<string, string | File>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(entries)) form.append(name, value)
  return form
}

const cat = (bytes = "meow", name = "cat.txt") => new File([bytes], name)

describe("stickyAction", () => {
  it("calls the procedure with the files of a form that a framework has read", async () => {
    const { act, left } = await actionApp()
    expect(await act(formOf({ $ACTION_ID_4f2a: "", title: "Cat", upload: cat() }))).toEqual({
      ok: true,
      result: { title: "Cat", name: "cat.txt", size: 4 },
    })
    expect(await left()).toEqual([])
  })

  it("shows a form again with its file, as plain JSON, and takes the token when it is mended", async () => {
    const { act, left } = await actionApp()
    const first = await act(formOf({ title: "", upload: cat() }))
    expect(first).toEqual({
      ok: false,
      form: {
        values: { title: "" },
        errors: { title: ["Give it a title."] },
        files: { upload: [{ token: expect.any(String), name: "cat.txt", size: 4, type: "text/plain" }] },
      },
    })
    expect(JSON.parse(JSON.stringify(first))).toEqual(first)
    expect(await left()).toHaveLength(1)
    if (first.ok) throw new Error("it passed")
    const token = first.form.files.upload?.[0]?.token as string
    const again = formOf({ title: "Cat", _upload: token, upload: new File([], "") })
    expect(await act(again)).toMatchObject({ ok: true, result: { name: "cat.txt" } })
    expect(await left()).toEqual([])
  })

  it.each(["", "undefined"])("takes an untouched input for none, by whatever name it comes: %j", async (name) => {
    const { act } = await actionApp()
    const outcome = await act(formOf({ title: "x", upload: cat(), cover: new File([], name) }))
    expect(outcome).toMatchObject({ ok: true })
  })

  it("refuses a file at its field, and keeps the others", async () => {
    const { act, left } = await actionApp()
    const cover = new File([new Uint8Array(png(6000))], "big.png")
    expect(await act(formOf({ title: "Cat", upload: cat(), cover }))).toMatchObject({
      ok: false,
      form: { errors: { cover: [expect.stringContaining("5 kB")] }, files: { upload: [{ name: "cat.txt" }] } },
    })
    expect(await left()).toHaveLength(1)
  })

  it("P6: leaves nothing when the procedure throws, and throws the same", async () => {
    const { act, left } = await actionApp({
      mutate: () => {
        throw new Error("the database is down")
      },
    })
    await expect(act(formOf({ title: "Cat", upload: cat() }))).rejects.toThrow("the database is down")
    expect(await left()).toEqual([])
  })

  it.each<[string, Parameters<typeof actionApp>[0], FormData, string]>([
    [
      "who may not upload",
      { user: null },
      formOf({ title: "Cat", upload: cat() }),
      "You are not allowed to upload here.",
    ],
    [
      "who has uploaded enough",
      { quotas: { waitingBytes: 1000 } },
      formOf({ title: "Cat", upload: cat("x".repeat(2_000_000)) }),
      "More than 1 kB of your files would wait to be submitted. Please submit or remove some first.",
    ],
    [
      "another site, where the headers are known",
      { action: { headers: async () => new Headers({ "sec-fetch-site": "cross-site" }) } },
      formOf({ title: "Cat", upload: cat() }),
      "Uploads from another site are not allowed.",
    ],
    [
      "a name that no form of ours has",
      {},
      formOf({ title: "Cat", "__proto__.x": "y", upload: cat() }),
      "The form has a field whose name is not allowed.",
    ],
    [
      "more files than one form may have",
      { action: { maxFiles: 1 } },
      formOf({ title: "Cat", upload: cat(), cover: new File([new Uint8Array(png())], "a.png") }),
      "At most 1 file is taken at once.",
    ],
  ])("refuses %s, says so for the whole form, and loses nothing that was typed", async (_, options, form, message) => {
    const { act, left, refused } = await actionApp(options)
    expect(await act(form)).toEqual({
      ok: false,
      form: { values: { title: "Cat" }, errors: { "": [message] }, files: {} },
    })
    expect(await left()).toEqual([])
    expect(await refused.take()).toMatchObject({ form: "submission.create" })
  })

  it("P7: refuses a flood of fields before it does anything with them", async () => {
    const { act } = await actionApp()
    const form = formOf({ title: "Cat" })
    for (let count = 0; count < 20_000; count += 1) form.append("tag", "x")
    const outcome = await act(form)
    expect(outcome).toMatchObject({
      ok: false,
      form: { errors: { "": [expect.stringContaining("more parts than the 1000")] } },
    })
  })

  it("asks authorize with the headers, and counts by the address in them", async () => {
    const asked: unknown[] = []
    const { act } = await actionApp({
      authorize: ({ req }) => asked.push([req.method, req.headers.cookie]) > 0,
      subject: () => undefined,
      quotas: { uploadsPerMinute: 1 },
      action: {
        headers: () => new Headers({ cookie: "a=1", "x-real-ip": `203.0.113.${asked.length}` }),
        address: (headers) => headers.get("x-real-ip") ?? undefined,
      },
    })
    for (let count = 0; count < 2; count += 1)
      expect(await act(formOf({ title: "Cat", upload: cat() }))).toMatchObject({ ok: true })
    expect(asked[0]).toEqual(["POST", "a=1"])
  })

  it("says at once that there is no such procedure", async () => {
    await expect(actionApp({ action: { procedure: "submission.delete" } })).rejects.toThrow(
      /no procedure "submission.delete"/,
    )
  })
})
