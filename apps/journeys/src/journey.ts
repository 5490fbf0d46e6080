import assert from "node:assert/strict"
import { basename } from "node:path"
import { inspect } from "node:util"
import type { Driver } from "./drivers/driver.js"
import type { Seen } from "./drivers/look.js"
import type { Files } from "./files.js"

/** What a page calls its parts, and what its server alone refuses. */
export interface Words {
  readonly file: string
  /** A title that the server refuses, and what it says of it. */
  readonly badTitle: string
  readonly complaint: string
  /** A title with which the server refuses the file, and what it says there: where its schema knows of one. */
  readonly unlike?: { readonly title: string; readonly complaint: string }
  /** A box that has to be ticked. */
  readonly box?: string
}

/**
 * A page that a journey goes through. Its form has a text field "Title", which the server wants filled, a required file field
 * (a picture or a PDF, 5 MB) and a button "Send". What is wrong with a field describes it (`aria-describedby`). After a submit
 * that passed, a link of the file's name leads to the saved bytes, and the form beside it is empty.
 */
export interface Site {
  readonly url: string
  readonly words: Words
  /** Whether its page has a script: then files go up when they are picked, and without one with the form. */
  readonly hasScript: boolean
  /** Whether a button "Remove portrait.png" leaves no file. A required field that the server wrote again keeps one. */
  readonly canRemove: boolean
  /** How often the bytes of a picture came over the wire, and were answered. */
  readonly sent: () => number
  stop(): Promise<void>
}

export interface Journey {
  readonly site: Site
  readonly driver: Driver
  readonly files: Files
}

interface Traveller extends Journey {
  /** Resolves to the page once it is seen to be so. */
  sees(what: string, isSo: (page: Page) => boolean): Promise<Page>
}

/** The page, with the fields of the form. */
type Page = Seen & Record<"title" | "file", Seen["controls"][string]>

const patienceMs = 20_000

const holds = ({ file }: Page, path: string) => file?.files.includes(basename(path)) === true
const shows = (page: Page, path: string) => page.text.includes(basename(path)) || holds(page, path)
const complains = (control: Page["title"]) => control?.isInvalid === true && control.description !== ""
const isEmpty = ({ title, file, text }: Page) =>
  title?.value === "" && file?.files.length === 0 && !/\.(png|txt)/.test(text)

/** Picks a file and, where a script runs, waits until it is up; elsewhere it goes with the next form. */
async function pickAndWait({ driver, site, sees }: Traveller, path: string): Promise<void> {
  const before = site.sent()
  await driver.pick(site.words.file, path)
  await sees(`${basename(path)} at the field`, (page) => holds(page, path))
  if (!site.hasScript) return
  await sees(`${basename(path)} uploaded`, ({ file }) => site.sent() === before + 1 && !complains(file))
}

const steps: Readonly<Record<string, (traveller: Traveller) => Promise<void>>> = {
  async "opens the form"({ driver, site, sees }) {
    await driver.open(site.url)
    await sees("an empty form", isEmpty)
  },

  async "picks a file, which stays"(traveller) {
    await pickAndWait(traveller, traveller.files.portrait)
  },

  async "forgets the title, and loses nothing"({ driver, site, files, sees }) {
    await driver.press("Send")
    const says = ({ title }: Page) => complains(title) && title?.description === "Give it a title."
    await sees("the schema's word at the title, and the file", (page) => says(page) && shows(page, files.portrait))
    await sees("nothing wrong with the file", ({ file }) => !complains(file))
    assert.equal(site.sent(), 1, "the file was sent once")
  },

  async "picks what the field refuses"({ driver, site, files, sees }) {
    await driver.pick(site.words.file, files.notes)
    if (!site.hasScript) await driver.press("Send")
    await sees("a refusal at the file", ({ file }) => complains(file))
    await sees("the form as it was", ({ title }) => complains(title))
  },

  async "replaces it"(traveller) {
    const { driver, site, files, sees } = traveller
    await pickAndWait(traveller, files.landscape)
    if (site.hasScript) return
    await driver.press("Send")
    await sees("the new file, kept", (page) => !holds(page, files.landscape) && shows(page, files.landscape))
    assert.equal(site.sent(), 2, "the new file was sent once")
  },

  async "removes it, and is asked for a file"({ driver, site, files, sees }) {
    if (!site.canRemove) return
    await driver.press(`Remove ${basename(files.landscape)}`)
    await sees("no file, and the focus", (page) => !shows(page, files.landscape) && page.isFocused)
    await driver.press("Send")
    await sees("the file asked for", ({ file }) => complains(file))
  },

  async "picks again"(traveller) {
    await pickAndWait(traveller, traveller.files.portrait)
  },

  async "gives a title that only the server refuses, and loses nothing"({ driver, site, files, sees }) {
    const { badTitle, complaint } = site.words
    await driver.fill("Title", badTitle)
    await driver.press("Send")
    await sees("the server's word at the title", ({ title }) => title?.description === complaint)
    await sees("the file", (page) => shows(page, files.portrait) && !complains(page.file))
  },

  async "gives a title that is not the file's, and reads so at the file, which stays"({ driver, site, files, sees }) {
    const { unlike } = site.words
    if (!unlike) return
    await driver.fill("Title", unlike.title)
    await driver.press("Send")
    await sees("the server's word at the file", ({ file }) => complains(file) && file?.description === unlike.complaint)
    await sees(
      "the file, and nothing wrong with the title",
      (page) => shows(page, files.portrait) && !complains(page.title),
    )
  },

  async "gives another title, and finds the very same bytes saved"({ driver, site, files, sees }) {
    await driver.fill("Title", "A portrait")
    if (site.words.box) await driver.tick(site.words.box)
    await driver.press("Send")
    const name = basename(files.portrait)
    const { links } = await sees("the saved file", ({ links }) => links[name] !== undefined)
    const answer = await fetch(links[name] as string, { headers: { Cookie: await driver.cookies() } })
    const saved = Buffer.from(await answer.arrayBuffer())
    assert.ok(saved.equals(files.portraitBytes), "the saved bytes are those picked")
    assert.equal(site.sent(), 3, "each choice was sent once")
  },

  async "comes back to an empty form"({ driver, sees }) {
    await driver.reload()
    await sees("an empty form", isEmpty)
  },
}

/**
 * Takes a person through a form, the same steps whatever it is made of and whoever drives the browser.
 * @throws Error with the step that failed, and what the page looked like then.
 */
export async function takeJourney(journey: Journey): Promise<void> {
  const { driver, site } = journey
  const sees: Traveller["sees"] = async (what, isSo) => {
    const until = Date.now() + patienceMs
    for (;;) {
      // While a page gives way to the next one there is nothing to look at.
      const seen = await driver.look().catch((error: Error) => error)
      if (!(seen instanceof Error)) {
        const page = { ...seen, title: seen.controls.Title, file: seen.controls[site.words.file] }
        if (isSo(page)) return page
      }
      if (Date.now() > until) throw new Error(`never saw ${what}; the page is ${inspect(seen, { depth: 3 })}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step({ ...journey, sees })
    } catch (cause) {
      throw new Error(`${name}: ${(cause as Error).message}`, { cause })
    }
  }
}
