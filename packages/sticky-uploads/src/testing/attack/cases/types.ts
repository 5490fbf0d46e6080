import { type AttackCase, harmless, unreadable } from "../case.js"
import { post } from "../endpoint.js"
import { body, fileHead, part } from "../multipart.js"

const html = "<!doctype html><title>x</title><script>alert(1)</script>"
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const gifAndScript = "GIF89a/*\x01\x00\x00\x00\x00\x00*/=1;alert(1)//"
const emptyZip = `PK\x05\x06${"\0".repeat(18)}`
const pdfAndZip = `%PDF-1.7\n1 0 obj\n<<>>\nendobj\n${"%".repeat(200)}\n${emptyZip}`
const jpegAndHtml = `\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xfe\x00\x40${html}`
const program = `MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00${"\0".repeat(44)}\x80\x00\x00\x00`
const elf = `\x7fELF\x02\x01\x01${"\0".repeat(9)}\x02\x00\x3e\x00\x01\x00\x00\x00${"\0".repeat(40)}`
const php = '<?php system($_GET["c"]); ?>'

/** The bytes, what the client calls them, what it says of their type, and what they may be taken for. */
const files: [string, string, string, string, RegExp][] = [
  ["HTML called .png", html, "a.png", "image/png", /^(text\/(html|plain)|application\/octet-stream)$/],
  [
    "SVG with a script called .png",
    svg,
    "a.png",
    "image/png",
    /^(image\/svg\+xml|(text|application)\/xml|text\/plain|application\/octet-stream)$/,
  ],
  ["PHP called .jpg", php, "a.jpg", "image/jpeg", /^(text\/(plain|x-php)|application\/(octet-stream|x-httpd-php))$/],
  [
    "a Windows program called .pdf",
    program,
    "a.pdf",
    "application/pdf",
    /^application\/(x-msdownload|x-dosexec|octet-stream|vnd\.microsoft\.portable-executable)$/,
  ],
  ["a Linux program called .txt", elf, "a.txt", "text/plain", /^application\/(x-elf|x-executable|octet-stream)$/],
  [
    "a GIF that is a script, called .js",
    gifAndScript,
    "a.js",
    "text/javascript",
    /^(image\/gif|application\/octet-stream)$/,
  ],
  [
    "a JPEG that is a page, called .html",
    jpegAndHtml,
    "a.html",
    "text/html",
    /^(image\/jpeg|application\/octet-stream)$/,
  ],
  ["a PDF that is an archive, called .zip", pdfAndZip, "a.zip", "application/zip", /^application\/(pdf|octet-stream)$/],
  ["an archive called .docx.png", emptyZip, "a.docx.png", "image/png", /^application\/(zip|octet-stream)$/],
  ["a picture that is called a page", "", "a.html", "text/html", /^image\/|^application\/octet-stream$/],
  ["a type with a header inside", "", "a.png", 'image/png"; evil-file="', /^image\/|^application\/octet-stream$/],
]

/** Files that are not what they are called, or several things at once: what is said of them must come from their bytes. */
export const types: readonly AttackCase[] = [
  ...files.map(
    ([name, bytes, filename, claimed, possible]): AttackCase => ({
      name,
      expected: harmless,
      play: (endpoint) => {
        const content = bytes === "" ? endpoint.good : Buffer.from(bytes, "latin1")
        return post(endpoint, body(part(fileHead(endpoint.part, filename, claimed), content)))
      },
      check: ({ type }) => (type === undefined || possible.test(type) ? undefined : `says its type is ${type}`),
    }),
  ),
  {
    name: "an empty file",
    expected: unreadable,
    play: (endpoint) => post(endpoint, body(part(fileHead(endpoint.part, "a.png", "image/png"), ""))),
  },
  {
    name: "an untouched file input",
    expected: unreadable,
    play: (endpoint) => post(endpoint, body(part(fileHead(endpoint.part, ""), ""))),
  },
]
