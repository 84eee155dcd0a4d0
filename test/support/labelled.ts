/** Profiles and machines with labels, which the PCE's API gives and every API heeds. */
import { PROFILE_NUMBER } from '../../src/dialects/illumio/edge/constants.ts'
import { formatProfileId } from '../../src/dialects/native/edge/wire.ts'
import { APPROVED_BY_AUTOMATION, makeWaiting } from './approval.ts'
import { newClaim } from './native-client.ts'
import { ask, type Organization } from './organization.ts'
import { API, expectStatus, type Json, makeProfile } from './pairing.ts'

export type Labelled = {
  /** As the native API names them. */
  readonly profile: string
  readonly key: string
  readonly code: string
  readonly agent: string
  /** Of a claim that waits for it. */
  readonly approval: string
}

/** Labels by their hrefs. */
type Hrefs = readonly string[]

const refs = (hrefs: Hrefs) => hrefs.map((href) => ({ href }))

/** A profile with these labels, a key of it, and a machine that it made, which has them too. */
export async function makeLabelled(organization: Organization, labels: Hrefs): Promise<Labelled> {
  const href = await makeProfile(organization, { labels: refs(labels) })
  const profile = formatProfileId({ ledger: Number(href.split('/').at(-1)), n: PROFILE_NUMBER })
  const made = await organization.owner.post('/v1/keys', { profile_id: profile })
  const { id: key, code } = expectStatus(made, 201)
  const agent = await enrollWith(code)
  const waiting = await organization.owner.post('/v1/keys', {
    profile_id: profile,
    ...APPROVED_BY_AUTOMATION,
  })
  return { profile, key, code, agent, approval: await makeWaiting(expectStatus(waiting, 201)) }
}

/** The machine that a code makes. */
export async function enrollWith(code: string): Promise<string> {
  const enrolled: Json = await ask('POST', '/v1/enroll', { body: { code, claim: newClaim() } })
  return expectStatus(enrolled, 201).agent.id
}

/** Gives a machine other labels than its profile has. */
export async function moveAgent(organization: Organization, agent: string, labels: Hrefs): Promise<void> {
  const path = `${API}/orgs/${organization.id}/workloads/${agent}`
  expectStatus(await organization.owner.put(path, { labels: refs(labels) }), 204)
}
