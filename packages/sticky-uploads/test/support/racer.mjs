// One of several processes that race with one token. Runs the built package, as a deployed server would.
import { createDiskStorage, createSticky, createTempStorage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"

const { token, secret, staged, uploads } = JSON.parse(process.argv[2])
const schema = z.object({ photo: z.stickyFile() })
const sticky = createSticky({
  secrets: [secret],
  storage: createTempStorage({ directory: staged }),
  authorize: () => true,
  sweepEverySeconds: false,
})
sticky.register({ album: schema })
const storage = createDiskStorage({ directory: uploads })

process.once("message", async () => {
  const input = { photo: token }
  try {
    await sticky.run({ ctx: undefined, procedure: "album", input }, () => schema.parse(input).photo.promote(storage))
    process.send("won")
  } catch (error) {
    process.send(error.code ?? error.issues?.[0].params.code ?? String(error))
  }
  process.disconnect()
})
process.send("ready")
