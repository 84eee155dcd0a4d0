import { describe, expect, test } from 'vitest'
import { Refusal } from '../../scripts/lib/cli/refusal.ts'
import { warningsOf } from '../../scripts/lib/cli/warnings.ts'
import { readSettings } from '../../scripts/lib/server/settings.ts'

describe('settings', () => {
  test('nothing set: loopback, port 8787, .latchkey, no TLS, no address header', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      data: expect.stringMatching(/\/\.latchkey$/),
      tls: { kind: 'off' },
      publicUrl: null,
      masterKey: null,
      clientAddress: 'none',
      rateLimits: 'on',
      parallelRequests: 4,
      egress: 'public',
      brokerToken: null,
      metricsToken: null,
    })
  })

  test('a variable that is set to nothing is not set', () => {
    const env = { PORT: '', HOST: ' ', LATCHKEY_TLS: '', LATCHKEY_MASTER_KEY: '', LATCHKEY_PUBLIC_URL: '' }
    expect(readSettings(env)).toEqual(readSettings({}))
  })

  test.each(['on', 'off'])('LATCHKEY_RATE_LIMITS=%s is taken', (value) => {
    expect(readSettings({ LATCHKEY_RATE_LIMITS: value }).rateLimits).toBe(value)
  })

  test('a public URL loses its slash, since it names the issuer', () => {
    expect(readSettings({ LATCHKEY_PUBLIC_URL: 'https://keys.example/' }).publicUrl).toBe(
      'https://keys.example',
    )
  })

  test.each([
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', 'http'],
    ['LATCHKEY_TLS', 'yes'],
    ['LATCHKEY_TLS', 'a,b,c'],
    ['LATCHKEY_PUBLIC_URL', 'keys.example'],
    ['LATCHKEY_PUBLIC_URL', 'ftp://keys.example'],
    ['LATCHKEY_PUBLIC_URL', 'https://keys.example/path'],
    ['LATCHKEY_MASTER_KEY', 'c2hvcnQ='],
    ['LATCHKEY_MASTER_KEY', `${Buffer.alloc(32).toString('base64')}!`],
    ['LATCHKEY_CLIENT_ADDRESS', 'header:'],
    ['LATCHKEY_BROKER_TOKEN', 'x'.repeat(31)],
    ['LATCHKEY_METRICS_TOKEN', 'x'.repeat(31)],
    ['LATCHKEY_BROKER_TOKEN', `${'x'.repeat(40)} y`],
    ['LATCHKEY_RATE_LIMITS', 'of'],
    ['LATCHKEY_EGRESS', 'off'],
    ['LATCHKEY_RATE_LIMITS', 'false'],
    ['LATCHKEY_RATE_LIMITS', 'OFF'],
  ])('%s=%s is refused by name, with exit code 2', (name, value) => {
    const read = () => readSettings({ [name]: value })
    expect(read).toThrow(Refusal)
    expect(read).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(`^${name} `) }),
    )
  })

  test('a bad master key is never repeated', () => {
    const key = Buffer.alloc(31, 7).toString('base64')
    expect(() => readSettings({ LATCHKEY_MASTER_KEY: key })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(key) }),
    )
  })
})

describe('warnings', () => {
  const warn = (env: Record<string, string>) => warningsOf(readSettings(env), 'http://127.0.0.1:8787')

  test('none for the defaults, nor behind a proxy that is configured', () => {
    expect(warn({})).toEqual([])
    const proxied = {
      LATCHKEY_PUBLIC_URL: 'https://keys.example',
      LATCHKEY_CLIENT_ADDRESS: 'header:X-Real-IP',
    }
    expect(warn({ ...proxied, HOST: '0.0.0.0' })).toEqual([])
  })

  test.each(['0.0.0.0', '::'])('HOST=%s without LATCHKEY_PUBLIC_URL: tokens name loopback', (host) => {
    expect(warn({ HOST: host })).toEqual([
      expect.stringMatching(/127\.0\.0\.1:8787.*set LATCHKEY_PUBLIC_URL/),
    ])
  })

  test("Cloudflare's header without Cloudflare: clients could set it themselves", () => {
    expect(warn({ LATCHKEY_CLIENT_ADDRESS: 'cloudflare' })).toEqual([
      expect.stringMatching(/^LATCHKEY_CLIENT_ADDRESS=cloudflare .*CF-Connecting-IP.* themselves/),
    ])
  })
})
