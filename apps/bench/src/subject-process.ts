import { serveSubject } from "./serve-subject.js"
import { type SubjectName, subjects } from "./subjects.js"

const [, , name, directory = ""] = process.argv
const serve = await subjects[name as SubjectName].load()
await serveSubject(serve(directory))
