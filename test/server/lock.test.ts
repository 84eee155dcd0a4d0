import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findWorkerds, readLock } from '../../scripts/lib/server/lock.ts'
import { isRunning } from '../../scripts/lib/server/processes.ts'
import { eventually, failureOf, keepServer, startTestServer, stoppedData } from '../support/server.ts'

const kept = keepServer()

describe('never two runtimes on one state', () => {
  test('a start is refused while a runner lives, and leaves it alone', async () => {
    const first = await kept.running()
    const refusal = await failureOf({ LATCHKEY_DATA: first.data })
    expect(refusal.exitCode).toBe(1)
    expect(refusal.output).toContain(`process ${first.runner.pid}, ${first.url}`)
    expect(findWorkerds(first.data)).toEqual([first.workerd])
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200)
  })

  test('a start is refused even when the lock and its mutex were removed under a living runner', async () => {
    const first = await startTestServer()
    rmSync(join(first.data, 'lock.sqlite'))
    expect((await failureOf({ LATCHKEY_DATA: first.data })).exitCode).toBe(1)
    expect(isRunning(first.workerd)).toBe(true)
    await first.stop()
  })

  test('of starts at the same time exactly one wins', async () => {
    const data = stoppedData()
    const starts = await Promise.allSettled([1, 2, 3].map(() => startTestServer({ LATCHKEY_DATA: data })))
    const won = starts.filter((start) => start.status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(findWorkerds(data)).toEqual([won[0]?.value.workerd])
    for (const start of starts) {
      if (start.status === 'rejected') expect(start.reason.output).toMatch(/^latchkey: another Latchkey/)
    }
    await won[0]?.value.stop()
  })

  test('SIGKILL of the runner alone: the next start ends the workerd that was left, and goes on with its state', async () => {
    const first = await kept.running()
    await first.kill('runner')
    expect(isRunning(first.workerd)).toBe(true)

    const second = await kept.restarted()
    expect(isRunning(first.workerd)).toBe(false)
    expect(findWorkerds(first.data)).toEqual([second.workerd])
    expect(second.credentials.illumio).toEqual(first.credentials.illumio)
  })

  test('a workerd that no lock names is found by its mark', async () => {
    const first = await kept.running()
    await first.kill('runner')
    rmSync(join(first.data, 'lock'))

    const second = await kept.restarted()
    expect(findWorkerds(first.data)).toEqual([second.workerd])
  })

  test('SIGKILL of the whole group: it starts again, with the credentials of before', async () => {
    const first = await kept.running()
    await first.kill('group')
    await eventually(() => !isRunning(first.workerd))
    expect(readLock(first.data)).not.toBeNull()

    const second = await kept.restarted()
    expect(second.credentials.illumio).toEqual(first.credentials.illumio)
  })

  test('a workerd that crashes is replaced, and the lock names the new one', async () => {
    const server = await kept.running()
    process.kill(server.workerd.pid, 'SIGKILL')
    await eventually(() => {
      const named = readLock(server.data)?.workerd
      return !!named && named.pid !== server.workerd.pid && isRunning(named)
    })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(findWorkerds(server.data)).toHaveLength(1)
  })
})
