/** What browsers send for pages of other sites: a page may read public documents, and do nothing else. */
import { expect, test } from 'vitest'
import { datonis } from '../../src/dialects/datonis/dialect.ts'
import { illumio } from '../../src/dialects/illumio/dialect.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { zpa } from '../../src/dialects/zpa/dialect.ts'
import { ask, makeOrganization } from '../support/organization.ts'

const PUBLIC: Readonly<Record<string, unknown>> = {
  Native: 'anyone',
  'Illumio PCE': 'public',
  'Zscaler ZPA': 'public',
  Datonis: 'public',
}
const CROSS_SITE = { 'Sec-Fetch-Site': 'cross-site' }

const routes = [createNative([]).chapter, illumio.chapter, zpa.chapter, datonis.chapter].flatMap(
  ({ tag, routes }) =>
    routes.map((route) => ({
      name: `${route.method.toUpperCase()} ${route.path}`,
      method: route.method.toUpperCase(),
      path: route.path.replaceAll(/:version(\{[^}]*\})?/g, 'v2').replaceAll(/:[a-z_]+(\{[^}]*\})?/g, '1'),
      isPublic: (route as { access: unknown }).access === PUBLIC[tag],
    })),
)
const isDocument = ({ method, isPublic }: (typeof routes)[number]) => method === 'GET' && isPublic

test('every dialect has routes of both sorts', () => {
  expect(routes.filter(isDocument).length).toBeGreaterThan(4)
  expect(routes.filter(({ isPublic }) => !isPublic).length).toBeGreaterThan(150)
})

test.each(routes.filter(isDocument).map((route) => [route.name, route] as const))(
  '%s is open to them',
  async (_, { method, path }) => {
    expect((await ask(method, path, { headers: CROSS_SITE })).status).not.toBe(403)
  },
)

test.each(routes.filter((route) => !isDocument(route)).map((route) => [route.name, route] as const))(
  '%s is not, and asks for no credential',
  async (_, { method, path }) => {
    const refused = await ask(method, path, { headers: CROSS_SITE })
    expect(refused.status).toBe(403)
    expect(refused.headers.get('WWW-Authenticate')).toBeNull()
    expect(refused.headers.get('Content-Type')).toMatch(/^application\/(problem\+)?json/)
    expect(refused.text).toContain('A page of another site may not do this')
  },
)

test('a form of another site changes nothing, also with a credential; one’s own page and a client do', async () => {
  const { id, owner } = await makeOrganization()
  const path = `/api/v2/orgs/${id}/labels`
  const post = (value: string, headers: Readonly<Record<string, string>>) =>
    owner.ask('POST', path, {
      raw: JSON.stringify({ key: 'role', value }),
      headers: { 'Content-Type': 'text/plain', ...headers },
    })
  expect((await post('A', CROSS_SITE)).json).toEqual([
    { token: 'authorization_error', message: 'A page of another site may not do this' },
  ])
  for (const site of ['same-origin', 'same-site', 'none']) {
    expect((await post(site, { 'Sec-Fetch-Site': site })).status).toBe(201)
  }
  expect((await post('client', {})).status).toBe(201)
  const labels = (await owner.get(`${path}?key=role`)).json as readonly { readonly value: string }[]
  expect(labels.map(({ value }) => value).toSorted()).toEqual(['client', 'none', 'same-origin', 'same-site'])
})
