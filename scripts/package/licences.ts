/** The licences of what is inside the bundles, whose texts have to go with them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../lib/cli/refusal.ts'

/** All of them allow shipping in a program under another licence, with their text. */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  // As htmx spells 0BSD.
  'BSD-0-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
])

type Licence = {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly text: string
}

/** @param folders of packages @throws Refusal when one has another licence, or none */
export function licencesOf(folders: Iterable<string>): string {
  const found = [...new Set(folders)].map(readLicence).sort((a, b) => (a.name < b.name ? -1 : 1))
  const chapters = found.map(
    ({ name, version, licence, text }) => `## ${name} ${version} (${licence})\n\n${text}`,
  )
  return `# Licences of what is bundled\n\nOf the packages that npm installs beside this one, the licences are in their folders.\n\n${chapters.join('\n\n')}\n`
}

function readLicence(folder: string): Licence {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!ALLOWED.has(license))
    throw new Refusal(`${name} ${version} has the licence ${license}: look whether it may be shipped`)
  const file = readdirSync(folder).find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file))
  // Some name the licence in package.json only.
  const text =
    file === undefined
      ? `${license}, as its package.json says.`
      : readFileSync(join(folder, file), 'utf8').trim()
  return { name, version, licence: license, text }
}
