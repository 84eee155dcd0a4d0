import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBundleCurrent } from '../../scripts/lib/cli/bundle.ts'
import { temporaryData } from '../support/server.ts'

test('a bundle is current while all of its sources are older than its build, and none has gone', () => {
  const folder = temporaryData()
  const [stamp, source, lock] = ['built', 'src', 'package-lock.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const [inner, file, other] = [
    join(source, 'core'),
    join(source, 'core/key.ts'),
    join(source, 'core/old.ts'),
  ]
  mkdirSync(inner, { recursive: true })
  for (const path of [file, other, lock]) writeFileSync(path, '')
  const at = (path: string, seconds: number) => utimesSync(path, seconds, seconds)
  const isCurrent = () => isBundleCurrent([source, lock], stamp)
  expect(isCurrent(), 'nothing was built').toBe(false)

  writeFileSync(stamp, '')
  for (const path of [file, other, inner, source, lock]) at(path, 1_000)
  at(stamp, 2_000)
  expect(isCurrent()).toBe(true)
  for (const changed of [file, lock]) {
    at(changed, 3_000)
    expect(isCurrent(), changed).toBe(false)
    at(changed, 1_000)
  }
  rmSync(other)
  expect(isCurrent(), 'a file has gone').toBe(false)
})
