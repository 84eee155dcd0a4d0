/** A line of the log, as JSON: `{"level":"error","what":"request failed","request":"…"}`. */
export function errorLine(what: string, about: Readonly<Record<string, string | number>> = {}): string {
  return JSON.stringify({ level: 'error', what, ...about })
}

/** Of an error its class alone: its message may quote a query, what is in it, or what a client sent. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
