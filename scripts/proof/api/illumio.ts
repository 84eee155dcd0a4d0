import { randomBytes } from 'node:crypto'
import { must } from './ask.ts'
import type { DialectTable } from './dialect.ts'

const NO_NUMBER = '999999999'

export const illumio: DialectTable = {
  tag: 'Illumio PCE',
  async furnish(client, { id, authorizations }, secrets) {
    const authorization = authorizations.api_key ?? ''
    const api = `/api/v2/orgs/${id}`
    const ask = (path: string, json: unknown) => must(client, { method: 'POST', path, authorization, json })
    const label = await ask(`${api}/labels`, { key: 'role', value: `Web ${randomBytes(6).toString('hex')}` })
    const profile = await ask(`${api}/pairing_profiles`, {
      enabled: true,
      name: 'proof',
      labels: [{ href: label.href }],
    })
    const { activation_code: code } = await ask(`/api/v2${profile.href}/pairing_key`, {})
    const claim = randomBytes(24).toString('base64url')
    secrets.add(claim, 'a claim')
    const paired = await ask('/api/v2/agents/activate', { activation_code: code, claim, hostname: 'web-01' })
    // Brings D1 what the redemption left for it.
    await ask(`/api/v2${profile.href}/pairing_key`, {})
    const last = (href: string) => href.split('/').at(-1) ?? ''
    return {
      names: {
        org: String(id),
        label: last(label.href),
        profile: last(profile.href),
        uuid: last(paired.ven.href),
        label_href: label.href,
        ven_href: paired.ven.href,
        code,
        claim,
        version: 'v2',
      },
    }
  },
  strangers(own, other) {
    const uuid = (other.uuid ?? '').replace(/^.{8}/, '3fffffff')
    const href = (org: string | undefined, what: string, id: string | undefined) =>
      `/orgs/${org}/${what}/${id}`
    // As it is, which names another organization; and as if it were of one's own.
    const hrefs = [other.org, own.org].flatMap((org) => [
      {
        kind: 'label_href',
        others: href(org, 'labels', other.label),
        nobodys: href(org === own.org ? org : NO_NUMBER, 'labels', NO_NUMBER),
      },
      {
        kind: 'ven_href',
        others: href(org, 'vens', other.uuid),
        nobodys: href(org === own.org ? org : NO_NUMBER, 'vens', uuid),
      },
    ])
    return [
      { kind: 'org', others: other.org ?? '', nobodys: NO_NUMBER },
      { kind: 'label', others: other.label ?? '', nobodys: NO_NUMBER },
      { kind: 'profile', others: other.profile ?? '', nobodys: NO_NUMBER },
      { kind: 'uuid', others: other.uuid ?? '', nobodys: uuid },
      ...hrefs,
    ]
  },
  samples: {
    labels_post: { json: { key: 'app', value: 'Shop' } },
    labels_put: { json: { value: 'Website' } },
    pairing_profiles_post: { json: { enabled: true, labels: [{ href: '{label_href}' }] } },
    pairing_profiles_put: { json: { name: 'changed', labels: [{ href: '{label_href}' }] } },
    pairing_profiles_pairing_key_post: { json: {} },
    vens_unpair_put: { json: { vens: [{ href: '{ven_href}' }] } },
    agents_activate_post: { json: { activation_code: '{code}', claim: '{claim}' } },
    workloads_get: { query: 'labels=[["{label_href}"]]' },
    vens_get: { query: 'labels=[["{label_href}"]]' },
    pairing_profiles_get: { query: 'labels=[["{label_href}"]]' },
    software_ven_image_get: { query: 'pair_script=pair.sh&profile_id={profile}' },
  },
  clocks: ['generated_at'],
  secretMembers: ['activation_code', 'access_token', 'refresh_token', 'claim', 'secret', 'password'],
}
