import { app } from "../server/app"
import { createContext } from "../server/context"
import { listSubmissions } from "../server/submissions"
import { SavedNotice } from "./saved-notice"
import { SavedUploads } from "./saved-uploads"
import { SubmissionForm } from "./submission-form"

export default async function Page({ searchParams }: PageProps<"/">) {
  const { saved } = await searchParams
  const { visitor } = await createContext()
  const submissions = visitor ? await listSubmissions(visitor) : []
  const { sticky } = app()
  const limits = {
    upload: sticky.limits("submission.create/upload"),
    attachments: sticky.limits("submission.create/attachments.*"),
  }
  return (
    <>
      <h1 id="new">New upload</h1>
      <p className="lead">A file you picked stays picked: when something else has to be mended, it is already here.</p>
      {saved && <SavedNotice key={String(saved)} />}
      {/* With each one that was saved begins a form of its own. */}
      <SubmissionForm key={String(saved)} limits={limits} />
      <SavedUploads submissions={submissions} />
    </>
  )
}
