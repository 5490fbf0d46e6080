import { fetchRequestHandler } from "@trpc/server/adapters/fetch"
import { app } from "../../../server/app"
import { createContext } from "../../../server/context"

const handle = (req: Request) => fetchRequestHandler({ endpoint: "/trpc", req, router: app().router, createContext })

export { handle as GET, handle as POST }
