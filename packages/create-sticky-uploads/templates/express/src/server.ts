import { createExpressMiddleware } from "@trpc/server/adapters/express"
import express from "express"
import { stickyEndpoint, stickyForm } from "sticky-uploads/express"
import { page } from "./page"
import { router, sticky } from "./router"

const createContext = () => ({}) // who asks: what your session says
const app = express()

app.use(express.static("dist/public"))
app.get("/", (_req, res) => {
  res.send(page())
})
app.use("/sticky", stickyEndpoint({ sticky, router, createContext })) // takes each picked file
app.use("/trpc", createExpressMiddleware({ router, createContext }))
app.post(
  "/submissions", // takes the form, with JavaScript or without
  stickyForm({
    sticky,
    router,
    createContext,
    procedure: "submission.create",
    success: ({ res }) => res.redirect(303, "/"),
    invalid: ({ res, form }) => res.status(422).send(page(form)),
  }),
)

const port = Number(process.env.PORT ?? 3000)
app.listen(port, (error) => {
  if (error) throw error
  console.log(`http://localhost:${port}`)
})
