import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { need } from "./debian.js"
import { newDirectory } from "./directory.js"
import { freePort } from "./free-port.js"
import { startProgramSaying } from "./program.js"

export interface Firefox {
  /** Where it listens to WebDriver BiDi. */
  endpoint: string
  stop(): Promise<void>
}

// Without these it asks the network for updates, lists and its own news.
const preferences = {
  "app.update.disabledForTesting": true,
  "app.normandy.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "remote.prefs.recommended": true,
  "services.settings.server": "data:,",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
}

/** Starts a real Firefox that shows nothing, with a profile of its own. */
export async function startFirefox(): Promise<Firefox> {
  const programs = need({ "firefox-esr": "firefox-esr" })
  const directory = newDirectory("firefox")
  const port = await freePort()
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`)
  await writeFile(join(directory.path, "user.js"), lines.join(""))
  try {
    const args = ["--headless", "--no-remote", "--profile", directory.path, "--remote-debugging-port", `${port}`]
    // Its processes of pages would outlive one that is killed.
    const options = { last: "SIGTERM", env: { HOME: directory.path } } as const
    const browser = await startProgramSaying("WebDriver BiDi listening", programs["firefox-esr"], args, options)
    return {
      endpoint: `ws://127.0.0.1:${port}/session`,
      async stop() {
        await browser.end()
        directory.remove()
      },
    }
  } catch (error) {
    directory.remove()
    throw error
  }
}
