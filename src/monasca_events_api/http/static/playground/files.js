/** Files of the reader's disk. They are read here and go nowhere but into a preview. */

const LARGEST = 10 * 1024 * 1024; // bytes, as the service takes it

/** Return the text of *file*. Throws an Error that says what is wrong with it. */
export async function textOf(file) {
  if (file.size > LARGEST) throw new Error(`${file.name} has more than 10 MiB, which no preview takes.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch (error) {
    const reason = error instanceof TypeError ? "is no text in UTF-8" : "cannot be read";
    throw new Error(`${file.name} ${reason}.`, { cause: error });
  }
}
