import { text } from "node:stream/consumers"
import type { ReadStream } from "node:tty"
import { AccountError } from "./users.js"

/** Asks for a new password, twice and unseen on a terminal; from a pipe it is the first line, repeated or not. */
export async function askNewPassword(): Promise<string> {
  const { stdin } = process
  const [password = "", repeated = password] = stdin.isTTY ? await askTwice(stdin) : await readLines()
  if (password === "") throw new AccountError("The password must not be empty.")
  if (password !== repeated) throw new AccountError("The two passwords are not the same.")
  return password
}

async function readLines(): Promise<string[]> {
  const lines = (await text(process.stdin)).split(/\r?\n/)
  // The end of the last line is not a line of its own.
  if (lines.at(-1) === "") lines.pop()
  return lines.slice(0, 2)
}

async function askTwice(stdin: ReadStream): Promise<string[]> {
  stdin.setEncoding("utf8")
  return [await askHidden(stdin, "Password: "), await askHidden(stdin, "Password again: ")]
}

/** Reads one line without an echo; Control-C ends the process as it would anywhere else. */
function askHidden(stdin: ReadStream, question: string): Promise<string> {
  process.stderr.write(question)
  stdin.setRawMode(true).resume()
  return new Promise((resolve, reject) => {
    let typed = ""
    const end = () => {
      stdin.off("data", onData).setRawMode(false).pause()
      process.stderr.write("\n")
    }
    const onData = (data: string) => {
      for (const [index, sign] of [...data].entries()) {
        if (sign === "\r" || sign === "\n") {
          end()
          // What was typed or pasted after the line belongs to the next question.
          const rest = [...data].slice(index + 1).join("")
          if (rest !== "") stdin.unshift(rest)
          return resolve(typed)
        }
        if (sign === "\u0003" || sign === "\u0004") {
          end()
          return reject(new AccountError("No account was created."))
        }
        typed = sign === "\u007f" || sign === "\b" ? [...typed].slice(0, -1).join("") : typed + sign
      }
    }
    stdin.on("data", onData)
  })
}
