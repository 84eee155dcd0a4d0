import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { certificatePath } from '../../scripts/lib/server/certificate.ts'
import { findWorkerds, readLock } from '../../scripts/lib/server/lock.ts'
import { isRunning } from '../../scripts/lib/server/processes.ts'
import { eventually, failureOf, startTestServer, stoppedData, temporaryData } from '../support/server.ts'

const ROOT = resolve(import.meta.dirname, '../..')

describe('npm start', () => {
  test('says that it is ready when it can serve, and SIGTERM ends it cleanly with nothing left behind', async () => {
    const server = await startTestServer()
    const health = await fetch(`${server.url}/healthz`)
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({ status: 'ready' })

    expect(await server.stop()).toBe(0)
    expect(isRunning(server.runner)).toBe(false)
    expect(isRunning(server.workerd)).toBe(false)
    expect(existsSync(join(server.data, 'lock'))).toBe(false)
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
  })

  test('SIGTERM to the shell that npm runs it in reaches it', async () => {
    const command = packageJson.scripts.start.replace('--built ', '')
    const data = temporaryData()
    const env = { ...process.env, PORT: '0', LATCHKEY_DATA: data }
    const shell = spawn('sh', ['-c', command], { env, stdio: 'ignore', cwd: ROOT })
    const exit = once(shell, 'exit')
    await eventually(() => readLock(data)?.url != null)
    shell.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    expect(findWorkerds(data)).toEqual([])
  })

  test('keeps what it writes for its owner alone', async () => {
    const data = join(temporaryData(), 'made', 'by-start')
    const server = await startTestServer({ LATCHKEY_DATA: data })
    const mode = (path: string) => statSync(join(data, path)).mode & 0o777
    expect(mode('.')).toBe(0o700)
    for (const file of ['master.key', 'lock', 'lock.sqlite', 'credentials.json'])
      expect(mode(file)).toBe(0o600)
    expect(mode('state')).toBe(0o700)
    await server.stop()
  })

  test('a port that is in use: one line, exit 1, nothing left behind', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    const data = temporaryData()

    const failure = await failureOf({ LATCHKEY_DATA: data, PORT: port })
    expect(failure.exitCode).toBe(1)
    expect(failure.output).toMatch(new RegExp(`^latchkey: port ${port} on 127.0.0.1 is in use.*\n$`))
    expect(existsSync(join(data, 'lock'))).toBe(false)
  })

  test.each([
    ['PORT', 'http'],
    ['LATCHKEY_TLS', 'missing.pem,missing.key'],
    // TEST-NET-3 (RFC 5737) is assigned to no host.
    ['HOST', '203.0.113.1'],
  ])('%s=%s is refused in one line that names it, with exit 2', async (name, value) => {
    const failure = await failureOf({ LATCHKEY_DATA: temporaryData(), [name]: value })
    expect(failure.exitCode).toBe(2)
    expect(failure.output).toMatch(new RegExp(`^latchkey: ${name} .*\n$`))
  })

  test('on every address without a public URL: it warns of the issuer, and its certificate names them all', async () => {
    const server = await startTestServer({ HOST: '0.0.0.0', LATCHKEY_TLS: 'self-signed' })
    await eventually(() => server.output().includes('warning'))
    expect(server.output()).toContain(
      `latchkey: warning: tokens name ${server.url} as their issuer, which only this machine reaches: set LATCHKEY_PUBLIC_URL`,
    )
    const certificate = new X509Certificate(readFileSync(certificatePath(server.data)))
    expect(certificate.checkHost(hostname())).toBe(hostname())
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    for (const { address } of addresses.filter(({ family }) => family === 'IPv4'))
      expect(certificate.checkIP(address)).toBe(address)
    await server.stop()
  })

  test('it names the issuer when that is another address than it serves on', async () => {
    const issuer = 'https://keys.example'
    const server = await startTestServer({ LATCHKEY_PUBLIC_URL: issuer, HOST: '0.0.0.0' })
    await eventually(() => server.output().includes('Credentials of'))
    expect(server.output()).toContain(`\nIssuer of its tokens: ${issuer}\n`)
    expect(server.output()).not.toContain('warning')
    await server.stop()
  })

  test('a workerd that crashed and cannot be started again: the server ends, too, and says so', async () => {
    const server = await startTestServer()
    const state = join(server.data, 'state')
    rmSync(state, { recursive: true })
    writeFileSync(state, 'no folder')
    process.kill(server.workerd.pid, 'SIGKILL')
    await eventually(() => !isRunning(server.runner))
    expect(server.output()).toMatch(/^latchkey: the Workers runtime crashed and cannot be started again$/m)
    expect(findWorkerds(server.data)).toEqual([])
    expect(existsSync(join(server.data, 'lock'))).toBe(false)
  })

  test('a master key that does not open the keyring ends the start at once, with that sentence', async () => {
    const data = stoppedData()
    const other = Buffer.alloc(32, 2).toString('base64')
    const failure = await failureOf({ LATCHKEY_DATA: data, LATCHKEY_MASTER_KEY: other })
    expect(failure.exitCode).toBe(1)
    expect(failure.output).toBe('latchkey: LATCHKEY_MASTER_KEY does not open the keyring\n')
    expect(findWorkerds(data)).toEqual([])
  })

  test('a master key that is gone, with state there, is not replaced', async () => {
    const data = stoppedData()
    rmSync(join(data, 'master.key'))
    const failure = await failureOf({ LATCHKEY_DATA: data, PORT: '0' })
    expect(failure.exitCode).toBe(1)
    expect(failure.output).toContain('master.key is gone')
    expect(existsSync(join(data, 'master.key'))).toBe(false)
  })
})
