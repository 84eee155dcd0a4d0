import { beforeAll, describe, expect, test } from 'vitest'
import { makeOrganization, type Organization } from '../../support/organization.ts'
import { expectStatus, type Json, makeLabel, makeProfile, orgPath } from '../../support/pairing.ts'

let organization: Organization
const labels: Record<string, string> = {}

beforeAll(async () => {
  organization = await makeOrganization()
  for (const [key, value] of [
    ['role', 'Web'],
    ['app', 'Shop'],
    ['env', 'Prod'],
  ] as const) {
    labels[value] = await makeLabel(organization, key, value)
  }
  const refs = (...values: string[]) => values.map((value) => ({ href: labels[value] }))
  await makeProfile(organization, {
    name: 'Alpha one',
    description: 'Straße 5%',
    labels: refs('Web', 'Shop'),
  })
  await makeProfile(organization, { name: 'Alpha', labels: refs('Web'), external_data_set: 'cmdb' })
  await makeProfile(organization, {
    name: 'ÄRGER_x',
    labels: refs('Prod'),
    external_data_set: 'cmdb',
    external_data_reference: '7',
    agent_software_release: '17.2.0-100',
    ven_type: 'endpoint',
  })
})

async function search(
  query: string,
): Promise<{ names: string[]; total: string | null; matched: string | null }> {
  const answer = await organization.owner.get(orgPath(organization, `/pairing_profiles?${query}`))
  const found = expectStatus(answer, 200) as Json[]
  return {
    names: found.map(({ name }) => name),
    total: answer.headers.get('X-Total-Count'),
    matched: answer.headers.get('X-Matched-Count'),
  }
}

const ALL = ['Default', 'Alpha one', 'Alpha', 'ÄRGER_x']

describe('filters', () => {
  const groups = (...sets: string[][]) =>
    encodeURIComponent(JSON.stringify(sets.map((set) => set.map((value) => labels[value]))))

  test.each<[string, () => string, string[]]>([
    ['nothing: all, by number', () => '', ALL],
    ['a part of a name, in any case; an exact one first', () => 'name=alpha', ['Alpha', 'Alpha one']],
    ['case beyond ASCII', () => `name=${encodeURIComponent('ärger')}`, ['ÄRGER_x']],
    ['wildcards are letters', () => `name=${encodeURIComponent('%')}`, []],
    ['an underscore is a letter', () => 'name=_x', ['ÄRGER_x']],
    ['a part of a description', () => `description=${encodeURIComponent('STRASSE 5%')}`, []],
    [
      'a part of a description as it is',
      () => `description=${encodeURIComponent('straße 5%')}`,
      ['Alpha one'],
    ],
    ['both', () => 'name=alpha&description=5', ['Alpha one']],
    ['a set', () => 'external_data_set=cmdb', ['Alpha', 'ÄRGER_x']],
    ['a part of a set is no match', () => 'external_data_set=cmd', []],
    ['a reference', () => 'external_data_set=cmdb&external_data_reference=7', ['ÄRGER_x']],
    ['a release by its beginning', () => 'agent_software_release=17.2.0', ['ÄRGER_x']],
    [
      'a release as it is shown',
      () => 'agent_software_release=Default%20(21',
      ['Default', 'Alpha one', 'Alpha'],
    ],
    ['a VEN type', () => 'ven_type=endpoint', ['ÄRGER_x']],
    ['one label', () => `labels=${groups(['Web'])}`, ['Alpha one', 'Alpha']],
    ['all of a set of labels', () => `labels=${groups(['Web', 'Shop'])}`, ['Alpha one']],
    ['any of the sets', () => `labels=${groups(['Web', 'Shop'], ['Prod'])}`, ['Alpha one', 'ÄRGER_x']],
    ['labels[] is labels', () => `labels%5B%5D=${groups(['Prod'])}`, ['ÄRGER_x']],
    [
      'a flat list is one set',
      () => `labels=${encodeURIComponent(JSON.stringify([labels.Web, labels.Shop]))}`,
      ['Alpha one'],
    ],
    [
      'items may be objects',
      () => `labels=${encodeURIComponent(JSON.stringify([[{ href: labels.Prod }]]))}`,
      ['ÄRGER_x'],
    ],
    ['an empty list asks for nothing', () => 'labels=[]', ALL],
    ['an unknown label', () => `labels=[["/orgs/${organization.id}/labels/999999999999"]]`, []],
    ['an empty name matches all', () => 'name=', ALL],
  ])('%s', async (_, query, names) => {
    const found = await search(query())
    expect(found).toEqual({ names, total: String(names.length), matched: String(names.length) })
  })
})

describe('max_results', () => {
  test('0 answers [] and the count', async () => {
    expect(await search('max_results=0')).toEqual({ names: [], total: '4', matched: '4' })
    expect(await search('max_results=0&name=alpha')).toMatchObject({ names: [], total: '2' })
  })
  test('1 answers the exact hit', async () => {
    expect(await search('max_results=1&name=Alpha')).toMatchObject({ names: ['Alpha'], total: '2' })
  })
  test('more than there are', async () => {
    expect((await search('max_results=10000')).names).toEqual(ALL)
    expect((await search('max_results=999999999')).names).toEqual(ALL)
  })
})

describe('a filter that makes no sense is refused', () => {
  test.each([
    'max_results=-1',
    'max_results=NaN',
    'max_results=1.5',
    'max_results=',
    'max_results=1e3',
    'labels=x',
    'labels=[1]',
    'labels={}',
    'labels=[["/orgs/99999/labels/1"]]',
    'labels=[["nonsense"]]',
    'ven_type=toaster',
    'foo=bar',
    'name=a&name=b',
    'labels=[]&labels%5B%5D=[]',
    `name=${'n'.repeat(1_025)}`,
  ])('%s', async (query) => {
    const answer = await organization.owner.get(orgPath(organization, `/pairing_profiles?${query}`))
    expect(answer.status).toBe(406)
    expect(answer.headers.get('Content-Type')).toBe('application/json')
  })

  test.each([
    ['17 sets', Array(17).fill(['x']), "'#/labels' had more items than the allowed 16"],
    ['9 labels of a set', [['x'], Array(9).fill('x')], "'#/labels/1' had more items than the allowed 8"],
    ['a flat list of 9', Array(9).fill('x'), "'#/labels/0' had more items than the allowed 8"],
  ])('%s of labels', async (_, sets, reason) => {
    for (const list of ['pairing_profiles', 'workloads', 'vens']) {
      const query = `/${list}?labels=${encodeURIComponent(JSON.stringify(sets))}`
      const answer = await organization.owner.get(orgPath(organization, query))
      expect([answer.status, answer.json]).toEqual([
        406,
        [{ token: 'input_validation_error', message: expect.stringContaining(reason) }],
      ])
    }
  })

  test('a name of 1,024 characters and 16 sets of 8 labels are no trouble', async () => {
    const sets = JSON.stringify(Array.from({ length: 16 }, () => Array(8).fill(labels.Web)))
    expect((await search(`name=${'n'.repeat(1_024)}`)).names).toEqual([])
    expect((await search(`labels=${encodeURIComponent(sets)}`)).names).toEqual(['Alpha one', 'Alpha'])
  })
})
