import { execFile } from "node:child_process"
import { promisify } from "node:util"

// Inside `npm test` these would point every npm started here back at the workspace.
export const outside = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_ENV$|^VITEST/.test(name)),
)

/** Runs a program as a person would outside of this repository; gives what it says. */
export async function run(command: string, args: string[], cwd: string): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd, env: outside })).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}\n${stdout}${stderr}`, { cause: error })
  }
}
