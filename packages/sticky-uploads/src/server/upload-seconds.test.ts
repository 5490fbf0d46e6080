import type { IncomingMessage } from "node:http"
import { describe, expect, it } from "vitest"
import { createUploadSeconds } from "./upload-seconds.js"

const request = (server?: { requestTimeout?: number }) => ({ socket: { server } }) as unknown as IncomingMessage

function seconds(maxUploadSeconds?: number) {
  const errors: unknown[] = []
  return { errors, of: createUploadSeconds(maxUploadSeconds, (error) => errors.push(error)) }
}

describe("createUploadSeconds", () => {
  it("gives an upload as long as the server does, where the app says nothing", () => {
    const { errors, of } = seconds()
    expect(of(request({ requestTimeout: 300_000 }))).toBe(300)
    expect(errors).toEqual([])
  })

  it("gives an hour where the server has no timeout, or none that is known", () => {
    const { of } = seconds()
    expect([{ requestTimeout: 0 }, {}, undefined].map((server) => of(request(server)))).toEqual([3600, 3600, 3600])
  })

  it("gives what the app says, and tells nothing where the server waits as long", () => {
    const { errors, of } = seconds(600)
    for (const requestTimeout of [0, 600_000, 900_000]) expect(of(request({ requestTimeout }))).toBe(600)
    expect(of(request())).toBe(600)
    expect(errors).toEqual([])
  })

  it("tells once of each server that would cut an upload sooner", () => {
    const { errors, of } = seconds(600.5)
    const short = { requestTimeout: 300_000 }
    for (const server of [short, short, { requestTimeout: 1000 }]) expect(of(request(server))).toBe(600.5)
    const message = (cut: number) =>
      `sticky-uploads: maxUploadSeconds is 600.5, but the server ends every request after ${cut} s; ` +
      "set server.requestTimeout = 600500 or more"
    expect(errors).toMatchObject([
      { name: "TypeError", message: message(300) },
      { name: "TypeError", message: message(1) },
    ])
  })
})
