/** What enrollment issues, judged by others: openssl, and TLS servers that require a certificate. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { Json } from '../../scripts/lib/http/answer.ts'
import { bearer } from '../../scripts/lib/http/credential.ts'
import { openFetch } from '../../scripts/lib/http/fetch-client.ts'
import { eventually, type Served, sharedServer } from '../support/server.ts'

const run = promisify(execFile)

async function openCustomer({ url, credentials }: Served) {
  const { customer_id, client_id, client_secret } = credentials.zpa
  const client = openFetch(url)
  const form = new URLSearchParams({ client_id, client_secret })
  const { access_token } = await client.must('POST', '/signin', form)
  return (method: string, path: string, body?: object): Promise<Json> =>
    client.must(
      method,
      `/zpa/mgmtconfig/v1/admin/customers/${customer_id}/${path}`,
      body,
      bearer(access_token),
    )
}

async function newKey(ask: Awaited<ReturnType<typeof openCustomer>>): Promise<string> {
  const place = { latitude: '1', longitude: '1', location: 'here' }
  const { id: zcomponentId } = await ask('POST', 'appConnectorGroup', { name: 'g', ...place })
  const { list } = await ask('GET', `enrollmentCert?search=${encodeURIComponent('name EQ Connector')}`)
  const body = { name: 'k', maxUsage: 9, zcomponentId, enrollmentCertId: list[0].id }
  const made = await ask('POST', 'associationType/CONNECTOR_GRP/provisioningKey', body)
  return made.provisioningKey
}

test('openssl verifies every certificate, and servers let it in until it is revoked', async () => {
  const server = sharedServer()
  const ask = await openCustomer(server)
  const provisioningKey = await newKey(ask)
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-certificates-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string) => join(folder, name)
  const kinds = {
    'P-256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    'P-384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    RSA: ['-newkey', 'rsa:2048'],
    Ed25519: ['-newkey', 'ed25519'],
  }
  let connector = { id: '', enrollmentCertId: '' }
  for (const [kind, options] of Object.entries(kinds)) {
    const [key, csr] = [file(`${kind}.key`), file(`${kind}.csr`)]
    await run('openssl', [
      'req',
      '-new',
      '-nodes',
      ...options,
      '-subj',
      '/CN=anybody',
      '-keyout',
      key,
      '-out',
      csr,
    ])
    const reply = await fetch(`${server.url}/enroll`, {
      method: 'POST',
      body: JSON.stringify({
        provisioningKey,
        fingerprint: `${kind} ${'x'.repeat(32)}`,
        csr: readFileSync(csr, 'utf8'),
      }),
    })
    const enrolled = (await reply.json()) as Json
    expect([kind, reply.status]).toEqual([kind, 201])
    writeFileSync(file(`${kind}.pem`), enrolled.certificate)
    writeFileSync(file('issuer.pem'), enrolled.chain[0])
    writeFileSync(file('root.pem'), enrolled.chain[1])
    const verify = ['verify', '-purpose', 'sslclient', '-x509_strict', '-CAfile', file('root.pem')]
    const { stdout } = await run('openssl', [
      ...verify,
      '-untrusted',
      file('issuer.pem'),
      file(`${kind}.pem`),
    ])
    expect(stdout.trim()).toBe(`${file(`${kind}.pem`)}: OK`)
    connector = enrolled
  }

  const serving = [
    'req',
    '-x509',
    '-nodes',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-days',
    '2',
  ]
  await run('openssl', [
    ...serving,
    '-subj',
    '/CN=localhost',
    '-keyout',
    file('s.key'),
    '-out',
    file('s.pem'),
  ])
  writeFileSync(
    file('chain.pem'),
    readFileSync(file('P-256.pem'), 'utf8') + readFileSync(file('issuer.pem'), 'utf8'),
  )

  // A server of openssl's own.
  const accept = ['s_server', '-accept', '127.0.0.1:0', '-key', file('s.key'), '-cert', file('s.pem')]
  const strict = ['-CAfile', file('root.pem'), '-Verify', '3', '-verify_return_error', '-www']
  const openssl = spawn('openssl', [...accept, ...strict])
  onTestFinished(() => void openssl.kill('SIGKILL'))
  let printed = ''
  openssl.stdout.on('data', (data) => {
    printed += data
  })
  const portOf = () => /ACCEPT [^\n]*:(\d+)/.exec(printed)?.[1]
  await eventually(() => portOf() !== undefined)
  const client = { cert: readFileSync(file('chain.pem')), key: readFileSync(file('P-256.key')) }
  expect(await greeting(Number(portOf()), client)).toContain('s_server')
  await expect(greeting(Number(portOf()), {})).rejects.toThrow()

  // A server of Node's.
  const node = createServer(
    {
      key: readFileSync(file('s.key')),
      cert: readFileSync(file('s.pem')),
      ca: readFileSync(file('root.pem')),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (socket: TLSSocket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n${socket.getPeerCertificate().subject.CN}`),
  )
  onTestFinished(() => void node.close())
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))
  const { port } = node.address() as { port: number }
  expect(await greeting(port, client)).toMatch(/[0-9]{18}\.[0-9]{18}\.zpa-customer\.com$/)

  // Revoked: openssl reads the list, and it names the certificate.
  await ask('DELETE', `connector/${connector.id}`)
  const list = await fetch(`${server.url}/crl/${connector.enrollmentCertId}.crl`)
  writeFileSync(file('list.der'), Buffer.from(await list.arrayBuffer()))
  const crl = ['crl', '-inform', 'DER', '-in', file('list.der')]
  execFileSync('openssl', [...crl, '-CAfile', file('issuer.pem'), '-noout'], { stdio: 'pipe' })
  execFileSync('openssl', [...crl, '-out', file('list.pem')], { stdio: 'pipe' })
  const check = ['verify', '-crl_check', '-CRLfile', file('list.pem'), '-CAfile', file('root.pem')]
  const against = (name: string) => run('openssl', [...check, '-untrusted', file('issuer.pem'), file(name)])
  await against('P-256.pem')
  await expect(against('Ed25519.pem')).rejects.toThrow(/certificate revoked/)
})

/** What a TLS server answers to a plain request. */
function greeting(port: number, client: { cert?: Buffer; key?: Buffer }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...client })
    let answer = ''
    socket.on('secureConnect', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', reject)
    socket.on('close', () => (answer === '' ? reject(new Error('nothing was answered')) : resolve(answer)))
  })
}
