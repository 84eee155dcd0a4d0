import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readProject } from '../../scripts/package/manifest.ts'
import { releasedVersions, releaseFaults } from '../../scripts/package/release.ts'

const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n## [0.1.0] - 2026-11-01\n'
const READY = { version: '0.2.0', changelog: CHANGELOG, tags: ['v0.2.0'], isDirty: false }

test('a version is released when the changelog, the tag and the work tree agree with it', () => {
  expect(releaseFaults(READY)).toEqual([])
  expect(releaseFaults({ ...READY, version: '0.3.0' })).toEqual([
    'CHANGELOG.md has no ## [0.3.0] as its newest version',
    'the commit has no tag v0.3.0',
  ])
  expect(releaseFaults({ ...READY, version: '0.1.0' })).toHaveLength(2)
  expect(releaseFaults({ ...READY, tags: [''], isDirty: true })).toEqual([
    'the commit has no tag v0.2.0',
    'the work tree has changes that are not committed',
  ])
})

test('the changelog of this tree names no version that is newer than its own', () => {
  const changelog = readFileSync(join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8')
  const [newest] = releasedVersions(changelog)
  expect([undefined, readProject().version]).toContain(newest)
  expect(changelog).toContain('## [Unreleased]')
})
