import { expect, test } from 'vitest'
import { importSecret, sign, signedMessage } from '../../src/core/devices/key-pairs/signature.ts'
import { utf8 } from '../../src/core/kernel/encoding.ts'
import { signedForms } from '../../src/dialects/datonis/devices/signed-body.ts'
import { asciiJson, readPayload, sealInstruction } from '../../src/dialects/datonis/mqtt/mqtt-payload.ts'

/** The pair that the SDKs themselves publish as a placeholder. */
const ACCESS_KEY = '1d2fb5c369863fd54afafde654c26dtd51122t8e'
const SECRET_KEY = 'f4e31122629etaeaa48d9c8c72b8cctfc9d63acc'

/** Contract §5.2, A to J: what each client sends, byte for byte, and its signature. */
const EXAMPLES = {
  'A Python event':
    '{"data": {"pressure": 42, "temperature": 7.5}, "thing_key": "614a5ed34c", "timestamp": 1446448242000} e86a268175ceea5754ae1b20265c7e796b75276960851042b4b5990262d69d90',
  'B compact':
    '{"data":{"pressure":42,"temperature":7.5},"thing_key":"614a5ed34c","timestamp":1446448242000} 2c934e9dcbd399dec640e34bcfce1b50b88cf3b28e4409ab672c56e4dc61e21c',
  'C Python heartbeat':
    '{"thing_key": "614a5ed34c", "timestamp": 1446448242000} 3b71a54d0d9a46189fb28a576fdbc58cf516105998016d0c55c9fb0a0abfe8fd',
  'D Ruby register':
    '{"timestamp":1446448242000,"thing_key":"385728d6cf","name":"Compressor","description":"An example compressor thing","bi_directional":false} 4cc0d81562fd976ca37759eb8db57d25effdaa288c44bcef2dcd247865576063',
  'E Ruby heartbeat':
    '{"timestamp":1446448242000,"thing_key":"385728d6cf"} aee365ac556414d0e0f8151e35b50ee466948dfe1cb7075fa8eaa935b559ca03',
  'F Ruby event':
    '{"timestamp":1446448242000,"thing_key":"385728d6cf","data":{"temperature":41,"pressure":3}} 2378be5034386a03b50afe7e8fa5dea51c83a2b7e88dff031f3014d81541163b',
  'G Java event':
    '{"data":{"temperature":21,"humidity":55.5},"thing_key":"614a5ed34c","timestamp":1446448242000} 1673e6d84eb7b977327b2f7eefc206ac72d034a352e3da99d67223c0c0ea26ea',
  'H Python, not ASCII':
    '{"data": {"note": "temp\\u00e9rature \\u00b0C"}, "thing_key": "614a5ed34c", "timestamp": 1446448242000} ca8613e13de0808fe55075a8427d17ebe5b3a96f0950f0ae6340a550c6328c7b',
  'I empty body': ' 4ff70cafb59e57424745bc6efc4b9458e28c7de96867da8d48e7d8211bdea44a',
  'J MQTT password': `${ACCESS_KEY} 992b9deca4a38fb8c4e4d6102cdbabfcd4ac3149d54df43d300b2d98a077d808`,
}

const split = (example: string) => {
  const at = example.lastIndexOf(' ')
  return { body: utf8(example.slice(0, at)), signature: example.slice(at + 1) }
}

test.each(Object.entries(EXAMPLES))('%s: its signature is good, in either case', async (_, example) => {
  const { body, signature } = split(example)
  const key = await importSecret(SECRET_KEY)
  expect(await sign(key, body)).toBe(signature)
  expect(await signedMessage(key, [body], signature)).toBe(body)
  expect(await signedMessage(key, [body], signature.toUpperCase())).toBe(body)
})

test.each(Object.entries(EXAMPLES))(
  '%s: another secret, another body, another signature are not',
  async (_, example) => {
    const { body, signature } = split(example)
    const other = await importSecret(SECRET_KEY.replace('f', '1'))
    expect(await signedMessage(other, [body], signature)).toBeNull()
    const key = await importSecret(SECRET_KEY)
    expect(await signedMessage(key, [utf8(`${new TextDecoder().decode(body)} `)], signature)).toBeNull()
    for (const wrong of [
      '',
      'x',
      signature.slice(1),
      `${signature}0`,
      signature.replace(/^./, 'g'),
      `${signature}\n`,
    ]) {
      expect(await signedMessage(key, [body], wrong)).toBeNull()
    }
  },
)

test('the lengths of the examples are those of the contract: 101 and 93 bytes', () => {
  expect(split(EXAMPLES['A Python event']).body).toHaveLength(101)
  expect(split(EXAMPLES['B compact']).body).toHaveLength(93)
})

test('other pairs of the contract: the Go SDK’s own vector, and a pair of the vendor’s page over B', async () => {
  const go = await importSecret('12345')
  expect(await sign(go, utf8('This is a test'))).toBe(
    'ab06a3c89db83e9e14eae39d28d96b447d07946efbfb478463afec5d367d2812',
  )
  const page = await importSecret('2118ca66886e74fe3atbf7e4f3t8554f8t9eft82')
  expect(await sign(page, split(EXAMPLES['B compact']).body)).toBe(
    'e3225f6782121a61162690399731eec8fe3cbff3c8b5479a2589bcb8fb36c06c',
  )
})

test('a body in Latin-1 whose UTF-8 form was signed, as the Java SDK does: found only where Latin-1 was declared', async () => {
  const text = '{"data":{"note":"température °C"},"thing_key":"614a5ed34c","timestamp":1446448242000}'
  const latin = Uint8Array.from(text, (character) => character.charCodeAt(0))
  const key = await importSecret(SECRET_KEY)
  const signature = await sign(key, utf8(text))
  const found = await signedMessage(key, signedForms(latin, 'text/plain; charset=ISO-8859-1'), signature)
  expect(new TextDecoder().decode(found ?? new Uint8Array())).toBe(text)
  expect(signedForms(latin, 'text/plain; charset=UTF-8')).toEqual([latin])
  expect(signedForms(latin, null)).toEqual([latin])
  expect(signedForms(utf8('{}'), 'text/plain; charset=ISO-8859-1')).toEqual([utf8('{}')])
})

test('each of the bytes 0x80 to 0xff is its own character in Latin-1', () => {
  const bytes = Uint8Array.from({ length: 128 }, (_, i) => 0x80 + i)
  const [, utf8Form = new Uint8Array()] = signedForms(bytes, 'text/plain;charset=iso-8859-1')
  expect([...new TextDecoder().decode(utf8Form)].map((c) => c.charCodeAt(0))).toEqual([...bytes])
})

/** Contract §5.5: the hash is of the text without the members that were added to it, which stand anywhere. */
const hashOf = async (text: string) => sign(await importSecret(SECRET_KEY), utf8(text))
const ADDED = (hash: string) => [
  `"hash":"${hash}"`,
  `"access_key":"${ACCESS_KEY}"`,
  '"aliot_protocol_version":2.0',
]

test('the contract’s MQTT payload is good as it stands', async () => {
  const hash = 'eda707b1e44b22893e7d7be78720d63ac68911907ce2528993503d4b4cfc6d31'
  const plain = '{"data":{"pressure":42},"thing_key":"614a5ed34c","timestamp":1446448242000}'
  const payload = `${plain.slice(0, -1)},${ADDED(hash).join()}}`
  expect(readPayload(payload)).toEqual({
    text: plain,
    members: { data: { pressure: 42 }, thing_key: '614a5ed34c', timestamp: 1446448242000 },
    hash,
    accessKey: ACCESS_KEY,
    hasVersion: true,
  })
  expect(await hashOf(plain)).toBe(hash)
})

test.each([
  ['a number that JSON.stringify would shorten', '{"data":{"t":55.0},"timestamp":1}'],
  ['an exponent', '{"data":{"t":1.0E21},"timestamp":1}'],
  ['members that look like integers', '{"data":{"10":1,"9":2},"timestamp":1}'],
  ['escapes', '{"data":{"note":"temp\\u00e9rature \\" } , {"},"timestamp":1}'],
  ['a backslash before a quote', '{"data":{"path":"C:\\\\"},"timestamp":1}'],
  [
    'members of those names further inside',
    '{"data":{"hash":"x","access_key":"y"},"list":[{"hash":1},"},"],"timestamp":1}',
  ],
  ['an instruction’s acknowledgement', '{"alert":{"alert_key":"t1","data":{}},"timestamp":1}'],
])('the text that was hashed is found wherever the others were added: %s', async (_, plain) => {
  const members = plain.slice(1, -1)
  const [hash = '', accessKey = '', version = ''] = ADDED(await hashOf(plain))
  for (const payload of [
    `{${members},${hash},${accessKey},${version}}`,
    `{${version},${hash},${accessKey},${members}}`,
    `{${hash},${members},${accessKey}}`,
    `{${accessKey},${members},${version},${hash}}`,
  ]) {
    const read = readPayload(payload)
    expect(read?.text).toBe(plain)
    expect(read?.hash).toBe(await hashOf(plain))
  }
})

test('members on both sides of what was added are joined again, and a payload without a hash says so', () => {
  expect(readPayload('{"a":1,"hash":"x","b":2}')?.text).toBe('{"a":1,"b":2}')
  expect(readPayload('{"h\\u0061sh":"x","a":1}')).toMatchObject({ text: '{"a":1}', hash: 'x' })
  expect(readPayload(`{"a":1,"access_key":"${ACCESS_KEY}"}`)).toMatchObject({ hash: null, hasVersion: false })
  expect(readPayload('{}')).toMatchObject({ text: '{}', hash: null })
  for (const none of ['', 'null', '[]', '"x"', '{', '{"a":1}}', 'not json'])
    expect(readPayload(none)).toBeNull()
})

test('an instruction ends with access_key and hash, and stays ASCII', async () => {
  const text = asciiJson({
    thing_key: '614a5ed34c',
    instruction_wrapper: { instruction: { say: 'é💧' } },
    timestamp: 1,
  })
  expect(text).toBe(
    '{"thing_key":"614a5ed34c","instruction_wrapper":{"instruction":{"say":"\\u00e9\\ud83d\\udca7"}},"timestamp":1}',
  )
  const hash = await hashOf(text)
  const sealed = sealInstruction(text, ACCESS_KEY, hash)
  expect(sealed).toBe(`${text.slice(0, -1)},"access_key":"${ACCESS_KEY}","hash":"${hash}"}`)
  expect(readPayload(sealed)).toMatchObject({ text, hash, accessKey: ACCESS_KEY })
})
