/**
 * A stand-in for the browser script of django-sticky-uploads 1.0.0. It was written from the description of that script's
 * behaviour that this project works from (rows B1–B8, and the faults D1–D9 and D11, which it has on purpose; D10 lies in a
 * recipe that the original only documents), never from its code. It is for one test: a page that has the original script
 * today must work with our endpoint and our form as it stands, so nothing in here may know of us.
 */
;(() => {
  const csrf = () => /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? ""

  class Uploader {
    constructor(input) {
      this.input = input
      this.processing = false
      this.form = input.closest("form")
      this.hidden = this.form.querySelector(`input[name=_${input.name}]`)
      this.label = document.createElement("span")
      this.label.className = "original-label"
      input.after(this.label)
      this.options = { before: () => true, success: () => {}, failure: () => {}, submit: this.onSubmit }
      input.addEventListener("change", () => this.change())
      this.form.addEventListener("submit", (event) => {
        this.options.submit.call(this, event)
        if (this.hidden.value) input.disabled = true
      })
    }

    enabled() {
      return "FormData" in window && "upload" in new XMLHttpRequest()
    }

    onSubmit() {
      this.abort()
    }

    abort() {
      if (this.processing) this.xhr.abort()
    }

    change() {
      const file = this.input.files[0]
      if (!file || !this.enabled() || !this.options.before.call(this, file)) return
      this.abort()
      const body = new FormData()
      body.append("upload", file)
      const xhr = new XMLHttpRequest()
      this.xhr = xhr
      xhr.upload.onprogress = ({ loaded, total }) => {
        this.label.textContent = `${Math.round((100 * loaded) / total)}%`
      }
      xhr.onreadystatechange = () => {
        if (xhr.readyState === 4) this.answered(xhr.status, JSON.parse(xhr.responseText))
      }
      xhr.open("POST", this.input.dataset.uploadUrl)
      xhr.setRequestHeader("X-CSRFToken", csrf())
      xhr.send(body)
      this.label.textContent = "Uploading…"
    }

    answered(status, response) {
      const isSuccess = status >= 200 && status < 300
      this.label.textContent = ""
      this.hidden.value = isSuccess && response.is_valid ? response.stored : ""
      this.options[isSuccess ? "success" : "failure"].call(this, response)
    }
  }

  const bind = () => {
    for (const input of document.querySelectorAll("input[type=file][data-upload-url]")) {
      input.djangoUploader = new Uploader(input)
    }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", bind)
  else bind()
})()
