/**
 * Lets this process answer its parent's questions, and end when the parent is gone. Ctrl-C is the parent's to handle:
 * a terminal sends it to all of them.
 */
export function serveParent<Question>(answer: (question: Question) => unknown): void {
  process.on("SIGINT", () => undefined)
  process.on("disconnect", () => process.exit())
  process.on("message", async (question) => {
    try {
      process.send?.({ answer: await answer(question as Question) })
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
}
