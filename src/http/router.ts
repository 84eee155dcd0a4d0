import type { Result, Router } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

/** Characters of a path that is one route's alone: it has no parameter, no wildcard and no pattern. */
const SPELLED_OUT = /^[\w/.-]*$/

/**
 * Hono's trie, which walks from the root at every request, with a memory: a path that is spelled out in a route has
 * the same handlers every time. Other paths are the client's own words, and are not remembered.
 */
export class RememberingRouter<T> implements Router<T> {
  readonly name = 'RememberingRouter'
  readonly #trie = new TrieRouter<T>()
  readonly #spelledOut = new Set<string>()
  /** By method and path. */
  readonly #known = new Map<string, Result<T>>()

  add(method: string, path: string, handler: T): void {
    this.#trie.add(method, path, handler)
    if (SPELLED_OUT.test(path)) this.#spelledOut.add(path)
    this.#known.clear()
  }

  match(method: string, path: string): Result<T> {
    if (!this.#spelledOut.has(path)) return this.#trie.match(method, path)
    const name = `${method} ${path}`
    const known = this.#known.get(name)
    if (known) return known
    const found = this.#trie.match(method, path)
    this.#known.set(name, found)
    return found
  }
}
