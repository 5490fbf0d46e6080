// Their `exit` is where processes and directories that were made go again.
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** Runs a command of the terminal: its exit code says whether it passed, and a TypeError is said without its stack. */
export async function runCommand(command: () => Promise<boolean>): Promise<void> {
  for (const [signal, code] of Object.entries(signals)) process.on(signal, () => process.exit(code))
  try {
    if (!(await command())) process.exitCode = 1
  } catch (error) {
    console.error(error instanceof TypeError ? error.message : error)
    process.exitCode = 1
  }
}
