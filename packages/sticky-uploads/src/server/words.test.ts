import { describe, expect, it } from "vitest"
import { refuse } from "../core/errors.js"
import { createWords, type MessagesOption } from "./words.js"

const empty = refuse("file_empty", { name: "a.png" })
const required = refuse("file_required", {})

function wordsOf(messages?: MessagesOption<string>) {
  const errors: unknown[] = []
  return { errors, wordsFor: createWords<string>(messages, (error) => errors.push(error)) }
}
const ann = { ctx: "ann", req: undefined }

describe("createWords", () => {
  it("speaks English where the app says nothing", () => {
    expect(wordsOf().wordsFor(ann)(empty)).toBe("File is empty: a.png")
  })

  it("asks a function once a request, and only when there is something to say", () => {
    const asked: unknown[] = []
    const { wordsFor } = wordsOf((request) => {
      asked.push(request)
      return { file_required: () => "fehlt" }
    })
    const say = wordsFor(ann)
    expect(asked).toEqual([])
    expect([say(required), say(empty), say(required)]).toEqual(["fehlt", "File is empty: a.png", "fehlt"])
    expect(asked).toEqual([ann])
  })

  it("falls back to English when the function throws, and tells it once a request", () => {
    const { wordsFor, errors } = wordsOf(() => {
      throw new Error("no dictionary")
    })
    const say = wordsFor(ann)
    expect([say(empty), say(required)]).toEqual(["File is empty: a.png", "Please pick a file."])
    expect(errors).toMatchObject([{ message: "no dictionary" }])
  })

  it("falls back to English when the function has no table for a request", () => {
    const { wordsFor, errors } = wordsOf(() => undefined)
    expect(wordsFor(ann)(required)).toBe("Please pick a file.")
    expect(errors).toEqual([])
  })
})
