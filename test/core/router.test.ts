import { TrieRouter } from 'hono/router/trie-router'
import { expect, test } from 'vitest'
import { RememberingRouter } from '../../src/http/router.ts'

const ROUTES = [
  ['ALL', '*'],
  ['GET', '/things/own'],
  ['GET', '/things/:thing'],
  ['POST', '/things/:thing'],
  ['ALL', '/things/own'],
  ['GET', '/:kind/list.json'],
  ['GET', '/a.b'],
] as const

test('it finds what the trie finds, also the second time and after another route was added', () => {
  const trie = new TrieRouter<string>()
  const remembering = new RememberingRouter<string>()
  for (const [method, path] of ROUTES) {
    for (const router of [trie, remembering]) router.add(method, path, `${method} ${path}`)
    for (const asked of ['/things/own', '/things/other', '/a.b', '/aXb', '/things/list.json', '/']) {
      for (const by of ['GET', 'POST', 'GET']) {
        expect(remembering.match(by, asked), `${by} ${asked}`).toEqual(trie.match(by, asked))
      }
    }
  }
})
