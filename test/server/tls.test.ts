import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { certificatePath, keepSelfSigned } from '../../scripts/lib/server/certificate.ts'
import { startTestServer, temporaryData } from '../support/server.ts'

const NAMES = ['localhost', '127.0.0.1', '::1']
const DAY_MS = 86_400_000

describe('LATCHKEY_TLS', () => {
  test('self-signed: serves https that verifies against the kept certificate, and survives a restart with it', async () => {
    const first = await startTestServer({ LATCHKEY_TLS: 'self-signed' })
    expect(first.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(first.credentials.url).toBe(first.url)
    const ca = readFileSync(certificatePath(first.data), 'utf8')
    expect(await httpsStatus(first.url, ca)).toBe(200)
    expect(await httpsStatus(first.url.replace('127.0.0.1', 'localhost'), ca)).toBe(200)
    await expect(httpsStatus(first.url, undefined)).rejects.toThrow(/self-signed/)
    expect(await first.stop()).toBe(0)

    const second = await startTestServer({ LATCHKEY_TLS: 'self-signed', LATCHKEY_DATA: first.data })
    expect(await httpsStatus(second.url, ca)).toBe(200)
    await second.stop()
  })

  test('certificate,key: serves the given pair', async () => {
    const folder = temporaryData()
    const { certificate } = await keepSelfSigned(folder, NAMES, new Date())
    const pair = `${certificatePath(folder)},${join(folder, 'tls', 'key.pem')}`
    const server = await startTestServer({ LATCHKEY_TLS: pair })
    expect(await httpsStatus(server.url, certificate)).toBe(200)
    await server.stop()
  })
})

describe('the self-signed certificate', () => {
  test('is an ECDSA P-256 server certificate for this machine, with a key that only its owner reads', async () => {
    const folder = temporaryData()
    const { certificate } = await keepSelfSigned(folder, [...NAMES, 'keys.example'], new Date())
    const parsed = new X509Certificate(certificate)
    expect(parsed.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
    expect(parsed.ca).toBe(false)
    expect(parsed.checkHost('keys.example')).toBe('keys.example')
    expect(parsed.checkIP('::1')).toBeDefined()
    expect(statSync(join(folder, 'tls', 'key.pem')).mode & 0o777).toBe(0o600)
  })

  test('is kept, and replaced a month before it ends or when a name is missing', async () => {
    const folder = temporaryData()
    const now = Date.parse('2030-01-01T00:00:00Z')
    const keep = async (days: number, names = NAMES) =>
      (await keepSelfSigned(folder, names, new Date(now + days * DAY_MS))).certificate
    const made = await keep(0)
    expect(await keep(365)).toBe(made)
    const renewed = await keep(367)
    expect(renewed).not.toBe(made)
    expect(await keep(368, [...NAMES, 'keys.example'])).not.toBe(renewed)
  })
})

function httpsStatus(url: string, ca: string | undefined): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/healthz`, ca === undefined ? {} : { ca }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    call.once('error', reject).end()
  })
}
