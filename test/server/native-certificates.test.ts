/** A native agent's certificate, by the command line, judged by others: openssl, and a TLS server that wants one. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { hashRequest } from '../../src/core/issuers/request.ts'
import { sharedServer } from '../support/server.ts'

const LATCHKEY = resolve(import.meta.dirname, '../../scripts/latchkey.ts')
const server = sharedServer()
const home = mkdtempSync(join(tmpdir(), 'latchkey-native-certificates-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const run = promisify(execFile)
const file = (name: string) => join(home, name)
const text = (name: string) => readFileSync(file(name), 'utf8')
const openssl = async (...args: string[]) => (await run('openssl', args)).stdout.trim()

async function latchkey(line: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', XDG_CONFIG_HOME: file('config') }
  return (await run(process.execPath, [LATCHKEY, ...line.split(' ')], { env })).stdout.trim()
}

async function fetchTo(name: string, url: string): Promise<void> {
  const reply = await fetch(url)
  expect([url, reply.status]).toEqual([url, 200])
  writeFileSync(file(name), Buffer.from(await reply.arrayBuffer()))
}

test('openssl and a TLS server take a native agent’s certificate until its list says that it is revoked', async () => {
  await latchkey(`login --data ${server.data}`)
  const profile = await latchkey('profiles create mutual-tls --trust-domain fleet.example -q')
  writeFileSync(file('code'), await latchkey(`keys create -p ${profile} -n mutual-tls -u 9 -q`))
  const machine = (name: string) =>
    `enroll ${server.url} --code-file ${file('code')} --state ${file(name)} --hostname ${name} -q --cert-out ${file(`${name}.pem`)}`
  // With a key that the command makes, and with a request of one’s own.
  const kept = await latchkey(`${machine('kept')} --key ${file('kept.key')}`)
  expect(statSync(file('kept.key')).mode & 0o077).toBe(0)
  const request = ['req', '-new', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=anybody']
  await openssl(...request, '-keyout', file('lost.key'), '-out', file('lost.csr'))
  await latchkey(`${machine('lost')} --csr ${file('lost.csr')}`)
  const der = await run('openssl', ['req', '-in', file('lost.csr'), '-outform', 'DER'], {
    encoding: 'buffer',
  })
  expect(await hashRequest(text('lost.csr'))).toBe(createHash('sha256').update(der.stdout).digest('hex'))

  const shown = await openssl('x509', '-in', file('kept.pem'), '-noout', '-text')
  expect(shown).toContain(`URI:spiffe://fleet.example/agent/${kept}`)
  const [, issuerUrl = ''] = /CA Issuers - URI:(\S+)/.exec(shown) ?? []
  const [, listUrl = ''] = /URI:(\S+\.crl)/.exec(shown) ?? []
  await fetchTo('issuer.der', issuerUrl)
  await openssl('x509', '-inform', 'DER', '-in', file('issuer.der'), '-out', file('issuer.pem'))
  await fetchTo('chain.pem', issuerUrl.replace('.cer', '.pem'))
  const above = await openssl('x509', '-in', file('issuer.pem'), '-noout', '-text')
  await fetchTo('root.der', /URI:(\S+\.crl)/.exec(above)?.[1] ?? '')
  await openssl('crl', '-inform', 'DER', '-in', file('root.der'), '-out', file('root.crl'))
  // The root is the last one of the chain.
  writeFileSync(file('root.pem'), text('chain.pem').replace(text('issuer.pem'), ''))

  const verify = async (name: string, ...more: string[]) => {
    const chain = ['-CAfile', file('root.pem'), '-untrusted', file('issuer.pem')]
    return openssl('verify', '-x509_strict', ...more, ...chain, file(name))
  }
  for (const name of ['kept.pem', 'lost.pem']) {
    expect(await verify(name, '-purpose', 'sslclient')).toMatch(/: OK$/)
    expect(await verify(name, '-purpose', 'sslserver')).toMatch(/: OK$/)
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
  await openssl(...serving, '-subj', '/CN=localhost', '-keyout', file('s.key'), '-out', file('s.pem'))
  const list = async (name: string) => {
    await fetchTo(`${name}.der`, listUrl)
    await openssl('crl', '-inform', 'DER', '-in', file(`${name}.der`), '-out', file(`${name}.crl`))
  }
  await list('before')
  const visit = async (client: string | null, crl: string) => {
    const port = await serve(crl)
    const own = client === null ? {} : { cert: text(`${client}.pem`), key: text(`${client}.key`) }
    return greeting(port, own)
  }
  expect(await visit('kept', 'before')).toContain(`URI:spiffe://fleet.example/agent/${kept}`)
  expect(await visit('lost', 'before')).toContain('URI:spiffe://')
  await expect(visit(null, 'before')).rejects.toThrow()

  // A further one, for the same key.
  const old = text('kept.pem')
  await latchkey(
    `certificate --state ${file('kept')} --key ${file('kept.key')} --cert-out ${file('kept.pem')}`,
  )
  expect(text('kept.pem')).not.toBe(old)
  expect((await latchkey('agents certificates kept -q')).split('\n')).toHaveLength(2)

  await latchkey('agents revoke lost --keep-key')
  await list('after')
  const check = ['-crl_check', '-CRLfile', file('after.crl')]
  expect(await verify('kept.pem', ...check)).toMatch(/: OK$/)
  await expect(verify('lost.pem', ...check)).rejects.toThrow(/certificate revoked/)
  const checkAll = ['-crl_check_all', '-CRLfile', file('root.crl'), ...check]
  expect(await verify('kept.pem', ...checkAll)).toMatch(/: OK$/)
  expect(await visit('kept', 'after')).toContain('URI:spiffe://')
  await expect(visit('lost', 'after')).rejects.toThrow()

  // The private key got out: all that it had ends, and a new key takes its place.
  await latchkey('agents certificates kept --revoke')
  await list('later')
  await expect(verify('kept.pem', '-crl_check', '-CRLfile', file('later.crl'))).rejects.toThrow(/revoked/)
  expect(await latchkey(`${machine('kept')} --key ${file('new.key')}`)).toBe(kept)
  expect(await verify('kept.pem', '-crl_check', '-CRLfile', file('later.crl'))).toMatch(/: OK$/)
})

test('the command says what is missing, and leaves no file behind', async () => {
  const wrong = `enroll ${server.url} --code-file ${file('code')} --state ${file('none')}`
  for (const more of [`--csr ${file('lost.csr')}`, `--cert-out ${file('x.pem')}`, `--key ${file('x.key')}`]) {
    await expect(latchkey(`${wrong} ${more}`)).rejects.toMatchObject({ code: 2 })
  }
  await expect(
    latchkey(`${wrong} --key ${file('lost.key')} --cert-out ${file('x.pem')}`),
  ).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/no P-256 key/) })
  expect(existsSync(file('x.key')) || existsSync(file('x.pem'))).toBe(false)
})

/** A server of Node's that wants a certificate, and reads that list; its port. */
async function serve(crl: string): Promise<number> {
  const options = {
    key: text('s.key'),
    cert: text('s.pem'),
    ca: [text('root.pem'), text('issuer.pem')],
    // Node checks the whole chain.
    crl: [text(`${crl}.crl`), text('root.crl')],
    requestCert: true,
    rejectUnauthorized: true,
  }
  const node = createServer(options, (socket: TLSSocket) =>
    socket.end(`HTTP/1.0 200 OK\r\n\r\n${socket.getPeerCertificate().subjectaltname}`),
  )
  onTestFinished(() => void node.close())
  await new Promise<void>((done) => node.listen(0, '127.0.0.1', done))
  return (node.address() as { port: number }).port
}

function greeting(port: number, client: { cert?: string; key?: string }): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...client })
    let answer = ''
    socket.on('secureConnect', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', failed)
    socket.on('close', () => (answer === '' ? failed(new Error('nothing was answered')) : done(answer)))
  })
}
