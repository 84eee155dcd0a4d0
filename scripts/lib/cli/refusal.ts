/** 1: it failed; 2: usage or settings; 3: the server refused; 4: not signed in; 5: unreachable. */
export type ExitCode = 1 | 2 | 3 | 4 | 5

/** An expected reason not to go on: one line on stderr, without a stack. */
export class Refusal extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = 1) {
    super(message)
    this.name = 'Refusal'
    this.exitCode = exitCode
  }
}

const DISK_TROUBLES: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an error',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
}

/** Ends the process the way every script here ends it: one line on stderr, or the stack of an error that is not expected. */
export function exitBecause(error: unknown): never {
  const refusal = error instanceof Refusal ? error : (refusalByDisk(error) ?? refusalByRuntime(error))
  if (refusal !== null) {
    console.error(`latchkey: ${refusal.message}`)
    process.exit(refusal.exitCode)
  }
  console.error(error)
  process.exit(1)
}

/** The npm package can be installed without what only a server needs. */
function refusalByRuntime(error: unknown): Refusal | null {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' && String(message).includes("'miniflare'")
  return isMissing
    ? new Refusal(
        'the runtime of the server is not installed: npm install latchkey, on Node 22.16 or newer and without --omit=optional',
      )
    : null
}

/** Any script may meet a disk that takes no writes. */
function refusalByDisk(error: unknown): Refusal | null {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown }
  const trouble = typeof code === 'string' ? DISK_TROUBLES[code] : undefined
  if (trouble === undefined) return null
  return new Refusal(typeof path === 'string' ? `cannot write ${path}: ${trouble}` : trouble)
}
