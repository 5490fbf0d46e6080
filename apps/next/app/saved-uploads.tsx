import { formatBytes } from "sticky-uploads"
import type { Stored } from "sticky-uploads/server"
import type { Submission } from "../server/submissions"

function FileLink({ href, file: { name, size } }: { href: string; file: Stored }) {
  return (
    <li>
      <a href={href} download>
        <bdi>{name}</bdi>
      </a>{" "}
      <span className="hint">{formatBytes(size)}</span>
    </li>
  )
}

/** What this visitor has saved. */
export function SavedUploads({ submissions }: { submissions: Submission[] }) {
  return (
    <section aria-labelledby="saved">
      <h2 id="saved">Saved</h2>
      {submissions.length === 0 && <p className="hint">Nothing yet.</p>}
      {submissions.map(({ id, title, upload, attachments }) => (
        <article className="card" key={id}>
          <h3>{title}</h3>
          <ul>
            {[upload, ...attachments].map((file, at) => (
              <FileLink key={file.key} href={`/uploads/${id}/${at}`} file={file} />
            ))}
          </ul>
        </article>
      ))}
    </section>
  )
}
