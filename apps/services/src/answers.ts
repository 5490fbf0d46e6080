import { once } from "node:events"
import { get } from "node:http"
import { setTimeout as after } from "node:timers/promises"
import type { Program } from "./program.js"

async function answers(port: number): Promise<boolean> {
  const request = get({ host: "127.0.0.1", port, agent: false })
  try {
    const [response] = await once(request, "response")
    response.destroy()
    return true
  } catch {
    return false
  }
}

/** Waits until a program, which does not say when it is ready, answers HTTP. */
export async function untilAnswers(program: Program, port: number): Promise<void> {
  while (!(await Promise.race([answers(port), program.ended]))) await after(20)
}
