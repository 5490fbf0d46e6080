import { createApp } from "./app.js"
import { listen } from "./listen.js"
import { readSettings } from "./settings.js"

async function start(): Promise<void> {
  const { port, dataDir } = readSettings(process.env)
  const app = await createApp({ dataDir, secret: process.env.STICKY_SECRET })
  const { url, stop } = await listen(app, port)

  for (const name of app.createdUsers) console.log(`Created the account ${name} with the password ${name}.`)
  console.log(`Files and the database are in ${dataDir}`)
  console.log(`sticky-uploads example: ${url}`)

  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop())
}

start().catch((error: NodeJS.ErrnoException) => {
  const isTaken = error.code === "EADDRINUSE"
  console.error(isTaken ? "The port is taken: set PORT to another one, or to 0 for any that is free." : error)
  process.exit(1)
})
