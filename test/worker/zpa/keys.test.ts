import { expect, test } from 'vitest'
import {
  asking,
  certificateNamed,
  KEYS,
  must,
  newCustomer,
  newGroup,
  newKey,
  signIn,
} from '../../support/zpa.ts'

const customer = await newCustomer()

test('the recorded walk: group, certificate, key, list, get, partial update, delete', async () => {
  const group = await newGroup(customer)
  const certificate = await certificateNamed(customer, 'Connector')
  const made = must(
    await customer.ask('POST', KEYS, {
      enrollmentCertId: certificate.id,
      componentId: group.id,
      name: 'tests-pkacg-vcr0003',
      maxUsage: 2,
      zcomponentId: group.id,
    }),
    201,
  )
  expect(made).toEqual({
    id: expect.stringMatching(/^[0-9]+$/),
    modifiedTime: expect.stringMatching(/^[0-9]{10}$/),
    creationTime: expect.stringMatching(/^[0-9]{10}$/),
    modifiedBy: expect.stringMatching(/^[0-9]{17,18}$/),
    name: 'tests-pkacg-vcr0003',
    usageCount: '0',
    maxUsage: '2',
    zcomponentId: group.id,
    enabled: true,
    exportable: true,
    readOnly: false,
    zscalerManaged: false,
    enrollmentCertId: certificate.id,
    provisioningKey: expect.stringMatching(/^3\|latchkey\.example\|[A-Za-z0-9+/]{384}-[0-9]{18}$/),
  })
  const whole = { ...made, zcomponentName: group.name, enrollmentCertName: 'Connector' }
  const list = must(await customer.ask('GET', KEYS), 200)
  expect(list).toEqual({ totalPages: '1', totalCount: '1', list: [whole] })
  expect(must(await customer.ask('GET', `${KEYS}/${made.id}`), 200)).toEqual(whole)
  must(await customer.ask('PUT', `${KEYS}/${made.id}`, { name: 'tests-pkacg-vcr0003 Updated' }), 204)
  expect(must(await customer.ask('GET', `${KEYS}/${made.id}`), 200)).toMatchObject({
    ...whole,
    name: 'tests-pkacg-vcr0003 Updated',
    modifiedTime: expect.any(String),
  })
  must(await customer.ask('DELETE', `${KEYS}/${made.id}`, {}), 204)
  must(await customer.ask('GET', `${KEYS}/${made.id}`), 404)
  must(await customer.ask('DELETE', `appConnectorGroup/${group.id}`), 204)
})

test('a name is one of its kind in any case, until its key is deleted', async () => {
  const key = await newKey(customer, { name: 'Twice' })
  const again = { ...key, name: 'tWICE', maxUsage: 1 }
  expect(must(await customer.ask('POST', KEYS, again), 400)).toMatchObject({
    id: 'duplicate.resource.name',
    params: ['tWICE'],
  })
  must(await customer.ask('DELETE', `${KEYS}/${key.id}`), 204)
  must(await customer.ask('POST', KEYS, again), 201)
})

test('who may only read keys gets none of their codes, whichever way they are read', async () => {
  const key = await newKey(customer)
  const hidden = await newKey(customer, { exportable: false })
  const reader = must(await customer.ask('POST', 'apiKeys', { name: 'reader', roleId: '2' }), 201)
  const { access_token } = must(await signIn(reader.clientId, reader.clientSecret), 200)
  const read = asking(access_token, customer.id)
  const type = 'associationType/CONNECTOR_GRP'
  const paths = [
    `${KEYS}/${key.id}`,
    `${KEYS}/${hidden.id}`,
    KEYS,
    `${type}/zcomponent/${key.zcomponentId}/provisioningKey`,
    `${type}zcomponent/${key.zcomponentId}/provisioningKey`,
  ]
  for (const path of paths) {
    const [theirs, ours] = [await read('GET', path), await customer.ask('GET', path)].map((one) =>
      must(one, 200),
    )
    expect(JSON.stringify(theirs)).not.toContain('provisioningKey"')
    // But for the code, they see what a writer sees.
    const isHidden = path.endsWith(hidden.id)
    expect(JSON.stringify(ours).includes('"provisioningKey":"3|')).toBe(!isHidden)
    expect(theirs).toEqual(withoutCodes(ours))
  }
})

function withoutCodes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, member) =>
    name === 'provisioningKey' ? undefined : member,
  )
}
