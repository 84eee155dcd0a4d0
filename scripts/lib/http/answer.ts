/** What a server said. */
export type Answer = {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

/** What a script asks of an answer, the answer must have. */
export type Json = ReturnType<JSON['parse']>

/** The body of an answer that must be a good one; null when it is empty. @param what was asked, for the error */
export function good({ status, text }: Answer, what: string): Json {
  if (status < 200 || status > 299) throw new Error(`${what} answered ${status}: ${text.slice(0, 300)}`)
  return text === '' ? null : JSON.parse(text)
}
