import type { Page } from "playwright-core"

/** What a page's script may do to post a file and a title somewhere; some of it shows the answer in place of the page. */
type Forge = (url: string) => unknown

// Each stands for itself: it is sent to the browser as text.
const forgeries: Record<string, Forge> = {
  "fetch with cookies": async (url) => {
    const body = new FormData()
    body.append("title", "forged")
    body.append("upload", new File(["forged"], "a.txt"))
    await fetch(url, { method: "POST", credentials: "include", body }).catch(() => undefined)
  },
  "fetch without cookies": async (url) => {
    const body = new FormData()
    body.append("upload", new File(["forged"], "a.txt"))
    await fetch(url, { method: "POST", credentials: "omit", body }).catch(() => undefined)
  },
  "fetch without CORS": async (url) => {
    const body = new FormData()
    body.append("title", "forged")
    body.append("upload", new File(["forged"], "a.txt"))
    await fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body })
  },
  XMLHttpRequest: (url) => {
    const body = new FormData()
    body.append("title", "forged")
    body.append("upload", new File(["forged"], "a.txt"))
    const xhr = new XMLHttpRequest()
    xhr.open("POST", url)
    xhr.withCredentials = true
    xhr.send(body)
  },
  sendBeacon: (url) => {
    const body = new FormData()
    body.append("upload", new File(["forged"], "a.txt"))
    navigator.sendBeacon(url, body)
  },
  form: (url) => {
    document.body.innerHTML = `<form method="post" enctype="multipart/form-data" action="${url}">
      <input name="title" value="forged"><input type="file" name="upload"></form>`
    const files = new DataTransfer()
    files.items.add(new File(["forged"], "a.txt"))
    Object.assign(document.querySelector("input[type=file]") as HTMLInputElement, { files: files.files })
    document.forms[0]?.submit()
  },
  "form in a sandbox, whose origin is null": (url) => {
    const frame = document.createElement("iframe")
    frame.setAttribute("sandbox", "allow-forms allow-scripts")
    frame.srcdoc = `<form method="post" enctype="multipart/form-data" action="${url}"><input name="title" value="forged">
      </form><script>document.forms[0].submit()</script>`
    document.body.append(frame)
  },
}

/** The ways in which a page can send a request that is not its own server's. */
export const waysToForge = Object.keys(forgeries)

/** Sends one from the page that is open; a form takes the page along, to whatever is answered. */
export async function forge(page: Page, way: string, url: string): Promise<void> {
  const arrived = way === "form" ? page.waitForEvent("load") : undefined
  await page.evaluate(forgeries[way] as Forge, url)
  await arrived
}
