/** The vendor's page on provisioning keys: each request as it stands, each answer member by member. */
import { describe, expect, test } from 'vitest'
import {
  ADDED,
  CREATED,
  DIFFERENCES,
  type ExampleKey,
  PAYLOAD,
  READS,
} from '../../conformance/zpa/examples.ts'
import { eventually, type Json } from '../../support/native-client.ts'
import { type Customer, enroll, KEYS, must, newCustomer, newGroup, newKey } from '../../support/zpa.ts'

describe.each(READS)('GET: $caption', ({ path, page, keys }) => {
  test('the answer has the page’s members and values, but for the listed differences', async () => {
    const customer = await newCustomer()
    const made: Json[] = []
    for (const key of keys) made.push(await make(customer, key))
    // Another one, which the search leaves out.
    if (path.includes('search')) await newKey(customer, { maxUsage: 3 })
    const base = `/mgmtconfig/v1/admin/customers/${customer.id}`
    const ask = async () => must(await customer.ask('GET', base + path.replace('{id}', made[0].id)), 200)
    const answer = await eventually(async () => {
      const reply = await ask()
      const shown: Json[] = page ? reply.list : [reply]
      return shown.every(({ name, usageCount }) => usageCount === used(keys, name)) ? reply : undefined
    })
    if (!page) return compare(answer, keys[0] ?? {})
    const { list, ...about } = answer
    // In the order of ids, whichever the page's example has.
    expect(list.map(({ name }: Json) => name)).toEqual(keys.map(({ name }) => name))
    for (const [i, key] of keys.entries()) compare(list[i], key)
    // The page's first two are cut out of many.
    expect(about).toEqual({ totalPages: '1', totalCount: String(keys.length) })
    expect(Object.keys(about)).toEqual(expect.arrayContaining(Object.keys(page)))
  })
})

test('POST, PUT and DELETE: the payload as it stands, and the statuses that the page names', async () => {
  const customer = await newCustomer()
  const group = await newGroup(customer)
  const certificate = await issuer(customer, 'test1')
  const payload = { ...PAYLOAD, enrollmentCertId: certificate, zcomponentId: group.id }
  const made = must(await customer.ask('POST', KEYS, payload), 201)
  compare(made, CREATED)
  const changed = { ...payload, name: 'another', maxUsage: '301' }
  expect(must(await customer.ask('PUT', `${KEYS}/${made.id}`, changed), 204)).toBeUndefined()
  const { list } = must(await customer.ask('GET', 'auditLog'), 200)
  expect(list[0].auditOperationType).toBe('Nonce MaxUsage Increment')
  expect(must(await customer.ask('DELETE', `${KEYS}/${made.id}`), 204)).toBeUndefined()
  must(await customer.ask('GET', `${KEYS}/${made.id}`), 404)
})

/** Makes a key as an example has it, and uses it as often. */
async function make(
  customer: Customer,
  { name, maxUsage, zcomponentName, ...more }: ExampleKey,
): Promise<Json> {
  const group = await newGroup(customer, { name: zcomponentName })
  const enrollmentCertId = await issuer(customer, String(more.enrollmentCertName))
  const key = await newKey(customer, { name, maxUsage, zcomponentId: group.id, enrollmentCertId })
  for (let use = 0; use < Number(more.usageCount); use++) must(await enroll(key.provisioningKey), 201)
  return key
}

async function issuer({ ask }: Customer, name: string): Promise<string> {
  const search = encodeURIComponent(`name EQ ${name}`)
  const [known] = must(await ask('GET', `enrollmentCert?search=${search}`), 200).list
  return known?.id ?? must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name }), 201).id
}

function used(keys: readonly ExampleKey[], name: string): unknown {
  return keys.find((key) => key.name === name)?.usageCount
}

function compare(answer: Json, example: ExampleKey): void {
  for (const [name, value] of Object.entries(example)) {
    const difference = DIFFERENCES[name]
    if (difference?.here === 'absent') expect(answer).not.toHaveProperty(name)
    else if (difference?.here === 'boolean') expect([name, answer[name]]).toEqual([name, value === 'true'])
    else if (difference?.here === 'own') {
      expect(value).toMatch(difference.form)
      expect(answer[name]).toMatch(difference.form)
    } else expect([name, answer[name]]).toEqual([name, value])
  }
  const more = Object.keys(answer).filter((name) => !(name in example))
  expect(ADDED).toEqual(expect.arrayContaining(more))
}
