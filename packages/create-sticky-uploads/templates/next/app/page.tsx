import { connection } from "next/server"
import { app, saved } from "../server/app"
import { SubmissionForm } from "./form"

export default async function Page() {
  await connection()
  return (
    <>
      <h1>Submissions</h1>
      {/* With each one that was saved begins a form of its own. */}
      <SubmissionForm key={saved.length} limits={app().sticky.limits("submission.create/upload")} />
      <ul>
        {saved.map(({ key, title, name }) => (
          <li key={key}>
            {title}: {name}
          </li>
        ))}
      </ul>
    </>
  )
}
