import { untilAnswers } from "./answers.js"
import { need } from "./debian.js"
import { newDirectory } from "./directory.js"
import { freePort } from "./free-port.js"
import { type Program, startProgram } from "./program.js"

export interface WebKit {
  /** Where its WebDriver listens, which starts a browser for each session. */
  endpoint: string
  stop(): Promise<void>
}

/** Starts a screen that nobody sees, on any number that is free, and says which. */
function startScreen(path: string): Promise<{ screen: Program; display: string }> {
  return new Promise((resolve, reject) => {
    const args = ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    const onLine = (line: string) => /^\d+$/.test(line) && resolve({ screen, display: `:${line}` })
    const screen = startProgram(path, args, { onLine })
    screen.ended.catch(reject)
  })
}

/** Starts the driver of a real WebKitGTK, on a screen of its own. Its browsers end with that. */
export async function startWebKit(): Promise<WebKit> {
  const programs = need({ WebKitWebDriver: "webkit2gtk-driver", Xvfb: "xvfb" })
  const directory = newDirectory("webkit")
  const running: Program[] = []
  const stop = async () => {
    // The screen first: a browser that is left holds on to what the driver writes to.
    for (const program of running) await program.end()
    directory.remove()
  }
  try {
    const { screen, display } = await startScreen(programs.Xvfb)
    running.push(screen)
    const port = await freePort()
    const env = { DISPLAY: display, HOME: directory.path, GDK_BACKEND: "x11" }
    const driver = startProgram(programs.WebKitWebDriver, [`--port=${port}`], { env })
    running.push(driver)
    await untilAnswers(driver, port)
    return { endpoint: `http://127.0.0.1:${port}`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
