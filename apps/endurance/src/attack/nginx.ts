import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"

export interface Nginx {
  port: number
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, "close")
  return port
}

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false))
    socket.once("connect", () => socket.destroy())
  })

/** As one puts it before an upload endpoint: nothing of a body is kept in front of the app, nor counted there. */
function configuration(directory: string, port: number, backendPort: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  return `
daemon off;
${process.getuid?.() === 0 ? "user root;" : ""}
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events {}
http {
  access_log off;
  ${temporary.map((each) => `${each}_temp_path ${directory}/${each};`).join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 0;
    location / {
      proxy_pass http://127.0.0.1:${backendPort};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
      proxy_next_upstream off;
    }
  }
}
`
}

/**
 * Starts nginx on a free port of 127.0.0.1, in front of another one. It goes with this process, however that ends.
 * @throws when there is no nginx.
 */
export async function startNginx(backendPort: number): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), "sticky-nginx-"))
  const port = await freePort()
  const file = join(directory, "nginx.conf")
  writeFileSync(file, configuration(directory, port, backendPort))
  const child = spawn("nginx", ["-c", file, "-p", directory, "-e", join(directory, "error.log")], {
    // Debian has it where only root looks.
    env: { ...process.env, PATH: [process.env.PATH, "/usr/sbin", "/usr/local/sbin"].join(delimiter) },
    stdio: ["ignore", "ignore", "inherit"],
  })
  const remove = () => rmSync(directory, { recursive: true, force: true })
  const leave = () => {
    child.kill("SIGTERM")
    remove()
  }
  process.once("exit", leave)
  let isGone = false
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      isGone = true
      resolve()
    }
    child.once("exit", end).once("error", end)
  })
  while (!isGone && !(await isListening(port))) await pause(20)
  if (isGone) {
    process.off("exit", leave)
    remove()
    throw new Error("nginx did not start (Debian: apt-get install nginx-light)")
  }
  return {
    port,
    async stop() {
      process.off("exit", leave)
      child.kill("SIGTERM")
      await gone
      remove()
    },
  }
}
