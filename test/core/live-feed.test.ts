import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = resolve(import.meta.dirname, '../../src')

test('itty-durable is for the live feed and nothing else: it loses writes, and keeps what a failed call changed', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  )
  const users = files.filter((name) =>
    /itty-/.test(readFileSync(join(SOURCE, name), 'utf8').replaceAll(/\/\/.*|\/?\*.*/g, '')),
  )
  expect(users.map((name) => relative('.', name))).toEqual(['stores/durable/feed.ts'])
})
