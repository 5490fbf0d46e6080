/** Makes the one kind of list that an input takes. */
export function listOf(files: Iterable<File>): FileList {
  const choice = new DataTransfer()
  for (const file of files) choice.items.add(file)
  return choice.files
}
