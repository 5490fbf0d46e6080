import { createMemoryStorage, createSticky, type Storage } from "sticky-uploads/server"
import * as z from "sticky-uploads/zod"
import type { Inside } from "../inner-process.js"
import { median } from "../statistics.js"
import { claimsFor, openKeyring, secret } from "./keyring.js"
import { perCpuSecond } from "./per-cpu-second.js"

const plain = {
  title: z.string().min(1).max(200),
  description: z.string().max(2000),
  email: z.email(),
  city: z.string(),
  country: z.enum(["DE", "FR", "IT"]),
  amount: z.number().positive(),
  quantity: z.number().int().min(1),
  isGift: z.boolean(),
  accepted: z.literal(true),
}
const form = z.object({ ...plain, upload: z.stickyFile({ maxBytes: 5_000_000 }) })
const tokenless = z.object({ ...plain, upload: z.string() })

const typed = {
  title: "Summer",
  description: "What we saw on the way",
  email: "ann@example.org",
  city: "Grenoble",
  country: "FR",
  amount: 12.5,
  quantity: 2,
  isGift: false,
  accepted: true,
}

const formsInList = 20

/** Every file is there: what a storage takes to say so is its own. */
function everPresent(): Storage {
  return { ...createMemoryStorage(), stat: async (key) => ({ key, size: 4_815_162, modifiedAt: 0 }) }
}

/** Parses a form of ten fields, one of them a token that is verified each time, alone and in a list. */
export const parse: Inside = async ({ amounts: { rounds, loopSeconds } }) => {
  const sticky = createSticky<null>({
    secrets: [secret],
    storage: everPresent(),
    authorize: () => true,
    subject: () => "user-4711",
    sweepEverySeconds: false,
  })
  const list = z.array(form)
  sticky.register({ form, list })
  const keyring = await openKeyring(secret)
  const filled = (target: string) => ({ ...typed, upload: keyring.sign(claimsFor(target)) })
  const one = filled("form/upload")
  const many = Array.from({ length: formsInList }, () => filled("list/*.upload"))

  const ways = [
    {
      subject: "sticky",
      forms: 1,
      act: () => sticky.parse(form, one, { ctx: null, procedure: "form" }),
    },
    {
      subject: `sticky, ${formsInList} forms a call`,
      forms: formsInList,
      act: () => sticky.parse(list, many, { ctx: null, procedure: "list" }),
    },
    { subject: "Zod alone", forms: 1, act: () => tokenless.parse(one) },
  ].map((way) => ({ ...way, measured: [] as number[] }))

  for (let round = 0; round < rounds; round += 1) {
    for (const { act, forms, measured } of ways) measured.push(forms * (await perCpuSecond(loopSeconds, act)))
  }
  return ways.map(({ subject, measured }) => ({ scenario: "parse", subject, parsedPerSecond: median(measured) }))
}
