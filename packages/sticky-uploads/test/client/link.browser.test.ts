import { describe, expect, it } from "vitest"
import { field, form, open, type PageWorld, page, pick, trpc, uploads, useStandIn } from "../support/stand-in.js"

declare const window: Window & PageWorld

useStandIn()

describe("stickyLink", () => {
  const link = `
    client.bind()
    window.trpc = door.createTRPCClient({ links: [door.stickyLink({ client }), door.httpBatchLink({ url: "/trpc" })] })`

  it("waits for the upload that runs already, in a batch, and sends the file once", async () => {
    await open(form(field), link, "link")
    await pick("a.txt")
    const upload = await uploads.take()
    const answers = page.evaluate(() => {
      const upload = window.input.files?.[0] as File
      return Promise.all(
        ["one", "two"].map((title) => window.trpc.submission.create.mutate({ title, upload })),
      ) as Promise<unknown>
    })
    await upload.accept("abc")
    expect(await answers).toEqual([
      { title: "one", upload: "abc" },
      { title: "two", upload: "abc" },
    ])
    expect([trpc.batches, uploads.size]).toEqual([1, 0])
  })

  it("finds Files in arrays, and leaves the caller's input as it was", async () => {
    await open("", link, "link")
    const answer = page.evaluate(async () => {
      const input = { items: [{ photo: new File(["a"], "a") }, { photo: new File(["b"], "b") }] }
      return [await window.trpc.submission.album.mutate(input), input.items.every(({ photo }) => photo instanceof File)]
    })
    for (const upload of [await uploads.take(), await uploads.take()]) {
      expect(upload.target).toBe("submission.album/items.*.photo")
      await upload.accept((await upload.part()).filename)
    }
    expect(await answer).toEqual([{ items: [{ photo: "a" }, { photo: "b" }] }, true])
  })

  it("has three uploads on their way at most", async () => {
    await open("", link, "link")
    const answer = page.evaluate(() => {
      const items = Array.from({ length: 5 }, (_, at) => ({ photo: new File(["x"], `${at}`) }))
      return window.trpc.submission.album.mutate({ items }) as Promise<unknown>
    })
    const first = [await uploads.take(), await uploads.take(), await uploads.take()]
    for (const upload of first) await upload.part()
    expect(uploads.size).toBe(0)
    for (const upload of first) await upload.accept()
    for (const upload of [await uploads.take(), await uploads.take()]) await upload.accept()
    expect(await answer).toHaveProperty("items.length", 5)
  })

  it("ends the call as the server would when a file is refused: BAD_REQUEST at the field's path", async () => {
    await open("", link, "link")
    const caught = page.evaluate(() => {
      const items = [{ photo: "token" as never }, { photo: new File(["x"], "x") }]
      return window.trpc.submission.album.mutate({ items }).catch((error) => ({
        name: error.name,
        data: error.data,
        issues: JSON.parse(error.message),
        cause: { code: error.cause.code, path: error.cause.path },
      }))
    })
    const body = { is_valid: false, errors: { upload: ["Empty."] }, code: "file_empty", details: { name: "x" } }
    await (await uploads.take()).answer(200, "application/json", JSON.stringify(body))
    const path = ["items", 1, "photo"]
    expect(await caught).toEqual({
      name: "TRPCClientError",
      data: { code: "BAD_REQUEST", httpStatus: 400, path: "submission.album" },
      issues: [{ code: "custom", path, message: "Empty.", params: { code: "file_empty", details: { name: "x" } } }],
      cause: { code: "file_empty", path },
    })
    expect(trpc.batches).toBe(0)
  })

  it("ends its uploads on the wire when the call is aborted", async () => {
    await open("", link, "link")
    const caught = page.evaluate(() => {
      const controller = new AbortController()
      Object.assign(window, { controller })
      const input = { title: "x", upload: new File(["x"], "x") }
      return window.trpc.submission.create.mutate(input, { signal: controller.signal }).catch((error) => error.name)
    })
    const upload = await uploads.take()
    await page.evaluate("controller.abort()")
    await upload.aborted
    expect(await caught).toBe("TRPCClientError")
  })

  it("keeps the token of a call that failed, but not of one that refused it, nor of one that used it", async () => {
    await open("", `${link}; window.file = new File(["x"], "x")`, "link")
    const call = () =>
      page.evaluate(() => {
        const { file: upload } = window as unknown as { file: File }
        return window.trpc.submission.create.mutate({ title: "x", upload }).then(
          (answer) => (answer as { upload: string }).upload,
          () => "failed",
        )
      })
    trpc.fails = "database"
    const first = call()
    await (await uploads.take()).accept("1")
    expect(await first).toBe("failed")

    trpc.fails = JSON.stringify([{ code: "custom", path: ["upload"], params: { code: "token_expired" }, message: "" }])
    expect(await call()).toBe("failed")
    expect(uploads.size).toBe(0)

    trpc.fails = undefined
    const third = call()
    await (await uploads.take()).accept("2")
    expect(await third).toBe("2")

    const fourth = call()
    await (await uploads.take()).accept("3")
    expect(await fourth).toBe("3")
  })

  it("lets FormData and inputs without files through untouched", async () => {
    await open("", link, "link")
    const answer = page.evaluate(() => window.trpc.submission.create.mutate({ title: "x", upload: "abc" as never }))
    expect(await answer).toEqual({ title: "x", upload: "abc" })
    expect(uploads.size).toBe(0)
  })
})
