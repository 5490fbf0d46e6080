import type { User } from "../accounts/users.js"
export function formPage(user: User | null, form?: unknown): string {
  return String(user) + String(form)
}
