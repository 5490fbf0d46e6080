import { randomUUID } from "node:crypto"
import { join } from "node:path"

export const newPath = (directory: string): string => join(directory, randomUUID())
