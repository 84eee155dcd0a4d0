/** A claim that waits for approval, and may be decided on by a program. */
import { formatApprovalId } from '../../src/core/enrollment/approvals/approval-id.ts'
import { hashClaim } from '../../src/core/enrollment/codes/code.ts'
import { parseId } from '../../src/core/kernel/ids.ts'
import { anyone, type Json, newClaim, ring } from './native-client.ts'

/** What a new key says whose claims wait. */
export const APPROVED_BY_AUTOMATION = { approval: { approve_by: 'automation' } } as const

/** The id of the approval that a new claim of the key waits for. */
export async function makeWaiting(key: Json): Promise<string> {
  const claim = newClaim()
  const asked = await anyone('POST', '/v1/enroll', { code: key.code, claim })
  if (asked.status !== 202) throw new Error(`the claim does not wait: ${asked.text}`)
  const id = parseId(key.id.replace('key_', ''))
  if (!id) throw new Error(`${key.id} is no id of a key`)
  const keyring = await ring()
  const hash = await hashClaim(keyring, keyring.current, { ledger: id.ledger, key: id.n }, claim)
  return `apr_${formatApprovalId(id, hash)}`
}
