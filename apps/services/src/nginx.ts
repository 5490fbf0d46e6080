import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { need } from "./debian.js"
import { newDirectory } from "./directory.js"
import { freePort } from "./free-port.js"
import { startProgramSaying } from "./program.js"

export interface Nginx {
  port: number
  stop(): Promise<void>
}

export interface NginxConfiguration {
  /** What stands in the `server` block, which listens already. */
  server: string
  /** What stands before it: upstreams. */
  http?: string
}

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]

const configurationOf = (directory: string, port: number, { server, http = "" }: NginxConfiguration) => `
daemon off;
${process.getuid?.() === 0 ? "user root;" : ""}
worker_processes 1;
pid ${directory}/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${temporary.map((each) => `${each}_temp_path ${directory}/${each};`).join("\n  ")}
  ${http}
  server {
    listen 127.0.0.1:${port};
    ${server}
  }
}
`

/** Starts a real nginx on a free port of 127.0.0.1. */
export async function startNginx(configuration: NginxConfiguration): Promise<Nginx> {
  const programs = need({ nginx: "nginx-light" })
  const directory = newDirectory("nginx")
  const port = await freePort()
  const file = join(directory.path, "nginx.conf")
  await writeFile(file, configurationOf(directory.path, port, configuration))
  try {
    const args = ["-c", file, "-p", directory.path, "-e", "stderr"]
    // Its workers would outlive a master that is killed.
    const server = await startProgramSaying("start worker process ", programs.nginx, args, { last: "SIGTERM" })
    return {
      port,
      async stop() {
        await server.end()
        directory.remove()
      },
    }
  } catch (error) {
    directory.remove()
    throw error
  }
}

/** As one puts nginx before an upload endpoint: nothing of a body is kept in front of the app, nor counted there. */
export const uploadLocation = (upstream: string): string => `
    client_max_body_size 0;
    location / {
      proxy_pass http://${upstream};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
      proxy_next_upstream off;
    }`
