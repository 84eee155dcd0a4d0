/** Profiles and machines with labels, which the PCE's API gives and every API heeds. */
import { PROFILE_NUMBER } from '../../src/dialects/illumio/edge/constants.ts'
import { formatProfileId } from '../../src/http/words/wire.ts'
import { APPROVED_BY_AUTOMATION, makeWaiting } from './approval.ts'
import { newClaim } from './native-client.ts'
import { ask, type Organization } from './organization.ts'
import { API, expectStatus, type Json, makeProfile } from './pairing.ts'
import { makeSlot } from './slot.ts'

export type Labelled = {
  /** As the native API names them. */
  readonly profile: string
  readonly key: string
  readonly code: string
  /** Of the key. */
  readonly slot: string
  readonly agent: string
  /** Of a claim that waits for it. */
  readonly approval: string
}

/** Labels by their hrefs. */
type Hrefs = readonly string[]

const refs = (hrefs: Hrefs) => hrefs.map((href) => ({ href }))

/** A profile with these labels, a key of it, and a machine that it made, which has them too. */
export async function makeLabelled(organization: Organization, labels: Hrefs): Promise<Labelled> {
  const profile = await makeLabelledProfile(organization, labels)
  const made = await makeEnrolled(organization, profile)
  const slot = await makeSlotOf(organization, made.key)
  return { profile, ...made, slot, approval: await makeApproval(organization, profile) }
}

export async function makeLabelledProfile(organization: Organization, labels: Hrefs): Promise<string> {
  const href = await makeProfile(organization, { labels: refs(labels) })
  return formatProfileId({ ledger: Number(href.split('/').at(-1)), n: PROFILE_NUMBER })
}

/** A new key of the profile, and the machine that it made. */
export async function makeEnrolled(
  organization: Organization,
  profile: string,
): Promise<Pick<Labelled, 'key' | 'code' | 'agent'>> {
  const made = await organization.owner.post('/v1/keys', { profile_id: profile })
  const { id: key, code } = expectStatus(made, 201)
  return { key, code, agent: await enrollWith(code) }
}

/** Of that key. */
export function makeSlotOf({ owner }: Organization, key: string): Promise<string> {
  return makeSlot((method, path, body) => owner.ask(method, path, { ...(body && { body }) }), key)
}

/** Of a claim of a new key of the profile. */
export async function makeApproval(organization: Organization, profile: string): Promise<string> {
  const body = { profile_id: profile, ...APPROVED_BY_AUTOMATION }
  return makeWaiting(expectStatus(await organization.owner.post('/v1/keys', body), 201))
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
