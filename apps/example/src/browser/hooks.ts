import type { AttachOptions } from "sticky-uploads/client"
import { markUploaded } from "./mark-uploaded.js"

/** The hooks of an uploader: each tells the console that it was called, and those that end an upload tell the page. */
export const hooks: AttachOptions = {
  before(file) {
    console.log("before:", file.name, `${file.size} bytes`)
    markUploaded(this)
  },
  progress(fraction) {
    console.log("progress:", `${Math.round(fraction * 100)}%`)
  },
  success(answer) {
    console.log("success:", answer)
    markUploaded(this)
  },
  failure(failure) {
    console.log("failure:", failure)
    markUploaded(this)
  },
}
