import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pathOf } from '../../src/http/path.ts'

test.each([
  ['http://a/b/c?d=/e#/f', '/b/c'],
  ['http://a b/c', '/c'],
  ['http://[::/c', '/c'],
  ['http:///c', '/c'],
  ['http://a//b', '//b'],
  ['http://a/%2f%00%', '/%2f%00%'],
  ['http://a', '/'],
  ['http://a?b', '/'],
  ['a', '/'],
  ['', '/'],
])('the path of %s is %s', (url, path) => {
  expect(pathOf(url)).toBe(path)
})

test('of a good URL it is the one that parsing finds', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      const { href, pathname } = new URL(url)
      expect(pathOf(href)).toBe(pathname)
    }),
  )
})
