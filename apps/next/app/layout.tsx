import type { Metadata, Viewport } from "next"
import type { ReactNode } from "react"
import "./style.css"

export const metadata: Metadata = { title: "Sticky uploads in Next.js" }
export const viewport: Viewport = { colorScheme: "light dark" }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <main>{children}</main>
        <footer>
          <code>sticky-uploads</code> in the App Router. It works without JavaScript, too.
        </footer>
      </body>
    </html>
  )
}
