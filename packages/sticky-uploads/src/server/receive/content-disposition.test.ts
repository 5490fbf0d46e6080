import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseDisposition } from "./content-disposition.js"

describe("parseDisposition", () => {
  it.each<[string, string, string | undefined]>([
    ['form-data; name="upload"', "upload", undefined],
    ['form-data; name="upload"; filename="a.png"', "upload", "a.png"],
    ['form-data; filename="a.png"; name="upload"', "upload", "a.png"],
    ['Form-Data;NAME="upload";FileName="a.png"', "upload", "a.png"],
    ["form-data; name=upload; filename=a.png", "upload", "a.png"],
    ['form-data ; name = "upload" ;', "upload", undefined],
    ['form-data; name="upload"; filename=""', "upload", ""],
    ['form-data; name=""', "", undefined],
    ['form-data; name="写真"; filename="日本語.png"', "写真", "日本語.png"],
    ['form-data; name="upload"; filename="a\\"b.png"', "upload", 'a"b.png'],
    ['form-data; name="upload"; filename="a%22b.png"', "upload", 'a"b.png'],
    ['form-data; name="upload"; filename="a%0D%0ab"', "upload", "a\r\nb"],
    ['form-data; name="upload"; filename="100%25.png"', "upload", "100%25.png"],
    ['form-data; name="upload"; filename="a\\\\b"', "upload", "a\\b"],
    ['form-data; name="upload"; filename="C:\\dir\\a.png"', "upload", "C:\\dir\\a.png"],
    ['form-data; name="upload"; filename="../../a.png"', "upload", "../../a.png"],
    ['form-data; name="upload"; filename="a\0.png"', "upload", "a\0.png"],
    ['form-data; name="upload"; filename="a; name=evil; b.png"', "upload", "a; name=evil; b.png"],
    ['form-data; filename="a\\"; name=\\"evil.png"; name="upload"', "upload", 'a"; name="evil.png'],
    ['form-data; name="upload"; filename="a.png"; filename*=UTF-8\'\'%E6%97%A5.png', "upload", "日.png"],
    ["form-data; name=\"upload\"; filename*=utf-8'en'a%20b.png", "upload", "a b.png"],
    ["form-data; name=\"upload\"; filename*=iso-8859-1''%e9.png", "upload", "é.png"],
    ['form-data; name="upload"; filename="a.png"; filename*=utf-8\'\'%zz', "upload", "a.png"],
    ['form-data; name="upload"; filename="a.png"; filename*=utf-7\'\'x', "upload", "a.png"],
    ['form-data; name="upload"; filename="a.png"; filename*=xutf-8\'\'b.png', "upload", "a.png"],
    ['form-data; name="upload"; filename="a.png"; filename*="utf-8\'\'b\n.png"', "upload", "a.png"],
    ['form-data; filename="a\\ b"; name="upload"', "upload", "a\\ b"],
    ["form-data; name=upload; filename=a%22b", "upload", "a%22b"],
    ['form-data; name="upload"; size=5; x-foo="bar"', "upload", undefined],
  ])("reads %s", (header, name, filename) => {
    expect(parseDisposition(header)).toEqual({ name, filename })
  })

  it.each([
    "",
    "form-data",
    "form-data;",
    'attachment; name="upload"',
    'form-datax; name="upload"',
    'xform-data; name="upload"',
    'mime-part; as=form-data; name="upload"',
    'form-data name="upload"',
    'form-data; filename="a.png"',
    'form-data; name="upload',
    'form-data; name="up"load"',
    'form-data; name="upload" filename="a.png"',
    'form-data; name="a"; name="b"',
    'form-data; name="a"; NAME="a"',
    'form-data; name="a"; filename="b"; filename="c"',
    'form-data; name="a"; filename="b"; name=c"',
    'form-data; name=a"b',
    'form-data; ="a"; name="b"',
    'form-data; name="a"\nx: y',
    'form-data; ; name="a"',
    'form-data; name=upload; filename="a\\" ; x=y',
    "form-data; name*=utf-8''upload",
  ])("takes nothing of %j", (header) => {
    expect(parseDisposition(header)).toBeUndefined()
  })

  it("reads a file's name that ends with a backslash, as a browser writes it: the whole upload was refused", () => {
    const upload = { name: "upload", filename: "a\\" }
    expect(parseDisposition('form-data; name="upload"; filename="a\\"')).toEqual(upload)
    expect(parseDisposition('form-data; name="upload"; filename="a\\" ; ')).toEqual(upload)
  })

  it("reads back every name as browsers write it", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 30 }).filter((each) => !/\\|%22|%0[ad]/i.test(each))
    const write = (name: string) => `"${name.replace(/["\r\n]/g, (c) => encodeURIComponent(c))}"`
    fc.assert(
      fc.property(text, text, (name, filename) => {
        const header = `form-data; name=${write(name)}; filename=${write(filename)}`
        expect(parseDisposition(header)).toEqual({ name, filename })
      }),
    )
  })

  it("reads back every name as quoted pairs", () => {
    const write = (name: string) => `"${name.replace(/["\\]/g, "\\$&")}"`
    const text = fc.string({ maxLength: 30 }).filter((each) => !/%22|%0[ad]/i.test(each))
    fc.assert(
      fc.property(text, text, (name, filename) => {
        const header = `form-data; filename=${write(filename)}; name=${write(name)}`
        expect(parseDisposition(header)).toEqual({ name, filename })
      }),
    )
  })

  it.each([
    `form-data${";".repeat(16_000)}x`,
    `form-data${" ".repeat(16_000)}x`,
    `form-data; name="${"\\".repeat(16_000)}`,
    `form-data; name="${"a".repeat(16_000)}`,
    `form-data${'; a="'.repeat(4000)}`,
    `form-data; name=a${" ; ".repeat(5000)}x`,
  ])("answers a hostile long header before the test's time is over: %.40j", (header) => {
    expect(parseDisposition(header)).toBeUndefined()
  })
})
