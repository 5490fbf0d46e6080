import { describe, expectTypeOf, it } from "vitest"
import type { clientEnglish } from "./client/messages.js"
import type { createStickyClient, FileListMessages } from "./client.js"
import type { fileEnglish } from "./core/file-messages.js"
import type { stickyField } from "./html.js"
import type { ClientLocale, Locale } from "./locales.js"
import type { StickyOptions } from "./server.js"

type ClientMessages = Parameters<typeof createStickyClient>[0]["messages"]

describe("Locale", () => {
  it("goes into everything that speaks, on a server and in a browser", () => {
    expectTypeOf<Locale>().toExtend<StickyOptions<object>["messages"]>()
    expectTypeOf<Locale>().toExtend<Parameters<typeof stickyField>[0]["labels"]>()
    expectTypeOf<Locale>().toExtend<ClientMessages>()
    expectTypeOf<Locale>().toExtend<ClientLocale>()
  })

  it("has in the browser's part all that a browser says by itself", () => {
    expectTypeOf<keyof typeof fileEnglish | keyof typeof clientEnglish>().toExtend<keyof ClientLocale>()
    expectTypeOf<FileListMessages>().toExtend<Pick<ClientLocale, keyof FileListMessages>>()
  })

  it("is complete or no Locale", () => {
    expectTypeOf<Omit<Locale, "token_gone">>().not.toExtend<Locale>()
    expectTypeOf<Omit<Locale, "progress">>().not.toExtend<Locale>()
    expectTypeOf<Omit<Locale, "size">>().not.toExtend<Locale>()
    expectTypeOf<Omit<Locale, "keep">>().not.toExtend<Locale>()
  })
})
