import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Refusal } from '../../lib/cli/refusal.ts'

const run = promisify(execFile)
const READY_DEADLINE_MS = 300_000
const STOP_DEADLINE_MS = 20_000

/** @throws Refusal that names the program when it is missing or fails */
export async function mustRun(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await run(program, args, { signal, maxBuffer: 64 * 1024 * 1024 })).stdout
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string }
    if (code === 'ENOENT') throw new Refusal(`${program} is not on this machine`)
    throw new Refusal(`${program} ${args[0]} failed: ${stderr?.trim().split('\n').at(-1) ?? error}`)
  }
}

type Server = {
  readonly program: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Answers 200 once it can be used. */
  readonly probe: string
}

/** Starts a server in a process group of its own, which `undo` ends. */
export async function startServer(
  server: Server,
  undo: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(server.program, server.args, {
    env: { ...process.env, ...server.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = `${printed}${chunk}`.slice(-4_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const exit = once(child, 'exit')
  const isRunning = () => child.exitCode === null && child.signalCode === null
  undo.defer(async () => {
    if (!isRunning() || child.pid === undefined) return
    process.kill(-child.pid, 'SIGTERM')
    await Promise.race([exit, delay(STOP_DEADLINE_MS, null, { ref: false })])
    if (isRunning()) process.kill(-child.pid, 'SIGKILL')
    await exit
  })
  const deadline = Date.now() + READY_DEADLINE_MS
  for (;;) {
    signal.throwIfAborted()
    if (!isRunning())
      throw new Refusal(`${server.program} ended: ${printed.trim().split('\n').slice(-3).join(' ')}`)
    const answer = await fetch(server.probe).catch(() => null)
    if (answer?.ok) return
    if (Date.now() > deadline)
      throw new Refusal(`${server.program} is not ready after ${READY_DEADLINE_MS / 1_000} s`)
    await delay(500)
  }
}
