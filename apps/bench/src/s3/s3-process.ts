import { serveSubject } from "../serve-subject.js"
import type { Place } from "./place.js"
import { type S3SubjectName, s3Subjects } from "./subjects.js"

const [, , name, place = ""] = process.argv
await serveSubject(s3Subjects[name as S3SubjectName].serve(JSON.parse(place) as Place))
