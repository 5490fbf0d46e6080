import { parseArgs } from "node:util"
import { askNewPassword } from "./accounts/ask-password.js"
import { AccountError, checkNewName, createUser } from "./accounts/users.js"
import { openDatabase } from "./database/database.js"
import { readSettings } from "./settings.js"

const usage = "Usage: createuser NAME [--admin]"

/** Creates an account in the example's database and gives the exit code. */
async function main(args: string[]): Promise<number> {
  let name: string
  let isAdmin: boolean
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { admin: { type: "boolean", default: false } },
    })
    if (positionals.length !== 1 || positionals[0] === undefined) throw new TypeError("Give one name.")
    name = positionals[0]
    isAdmin = values.admin
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`)
    return 2
  }

  const database = await openDatabase(readSettings(process.env).dataDir)
  try {
    // Told before a password is typed for nothing.
    await checkNewName(database, name)
    const user = await createUser(database, { name, password: await askNewPassword(), isAdmin })
    console.log(`Created the ${user.isAdmin ? "admin " : ""}account ${user.name}.`)
    return 0
  } catch (error) {
    if (!(error instanceof AccountError)) throw error
    console.error(error.message)
    return 1
  } finally {
    database.close()
  }
}

process.exitCode = await main(process.argv.slice(2))
