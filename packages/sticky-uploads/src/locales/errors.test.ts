import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { de } from "zod/locales"
import * as z from "../zod.js"
import { errorsIn } from "./errors.js"
import { german } from "./german.js"

const submission = z.object({ title: z.string(), upload: z.stickyFile({ maxBytes: 5 }) })
const said = (value: object, schema: z.ZodType = submission) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message)

describe("errorsIn", () => {
  const { customError, localeError } = z.config()
  beforeEach(() => void z.config({ ...de(), customError: errorsIn(german) }))
  afterEach(() => void z.config({ customError, localeError }))

  it("makes a schema speak of its files, beside Zod's own words for the rest", () => {
    const upload = new File(["too many bytes"], "a.png")
    expect(said({ upload })).toEqual([
      "Ungültige Eingabe: erwartet string, erhalten undefined",
      "Die Datei ist 14\u00a0Byte groß; die Obergrenze liegt bei 5\u00a0Byte: a.png",
    ])
    expect(said({ title: "", upload: "" })).toEqual(["Bitte wählen Sie eine Datei aus."])
  })

  it("leaves the issues of an app alone, whatever they carry", () => {
    const issues = [undefined, { code: "clear" }, { code: "nobody knows", details: {} }].map((params) => ({
      code: "custom" as const,
      ...(params && { params }),
    }))
    const schema = z.any().superRefine((input, ctx) => {
      for (const issue of issues) ctx.addIssue({ ...issue, input })
    })
    expect(said({}, schema)).toEqual(Array(3).fill("Ungültige Eingabe"))
  })

  it("gives way to what a schema says itself", () => {
    expect(said({}, z.object({ upload: z.stickyFile({ error: "Ein Foto, bitte." }) }))).toEqual(["Ein Foto, bitte."])
  })
})
