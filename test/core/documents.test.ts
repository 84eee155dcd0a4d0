import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** The comments of a TypeScript source: blocks that begin a line, and what follows `//` after a space. */
function commentsOf(source: string): string[] {
  return source.match(/^[ \t]*\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm) ?? []
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const lines = textOf(page)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .split('\n')
  return lines.flatMap((line) => {
    const heading = /^#{1,6} (.+)$/.exec(line)?.[1]
    return heading === undefined ? [] : [anchorOf(heading)]
  })
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

const pages = filesBelow('docs', '.md')
const anchors = new Map(pages.map((page) => [page, anchorsOf(page)]))
const sources = filesBelow('src', '.ts')

/** A page elsewhere than in docs/ only has to exist. */
function isBroken({ page, anchor }: { readonly page: string; readonly anchor: string | null }): boolean {
  const known = anchors.get(page)
  if (known === undefined) return page.startsWith('docs/') || !existsSync(join(ROOT, page))
  return anchor !== null && !known.includes(anchor)
}

describe('The pages of docs/', () => {
  test('have no two headings of one anchor', () => {
    for (const [page, all] of anchors) expect([page, ...new Set(all)]).toEqual([page, ...all])
  })

  test('have every heading that the source names', () => {
    const named = sources.flatMap((file) => {
      const links = textOf(file).matchAll(/\b(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g)
      return [...links].map(([, page = '', anchor = null]) => ({ from: file, page, anchor }))
    })
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(isBroken)).toEqual([])
  })

  test('have every heading that one of them names', () => {
    const named = pages.flatMap((from) => {
      const links = textOf(from).matchAll(/\]\(([\w./-]+\.md)?(?:#([\w-]+))?\)/g)
      return [...links].map(([, path, anchor = null]) => {
        const page = path === undefined ? from : relative(ROOT, resolve(ROOT, dirname(from), path))
        return { from, page, anchor }
      })
    })
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(isBroken)).toEqual([])
  })
})

describe('A comment of the source', () => {
  test('cites pages of docs/ for rules, and sections of RFCs in words', () => {
    const unclear = sources.flatMap((file) =>
      commentsOf(textOf(file))
        .filter((comment) => /§|\bcontracts?\b|\bA\d+\b/i.test(comment))
        .map((comment) => `${file}: ${comment.trim()}`),
    )
    expect(unclear).toEqual([])
  })
})
