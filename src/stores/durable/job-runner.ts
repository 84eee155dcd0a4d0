import { DurableObject } from 'cloudflare:workers'
import type { JobRunner } from '../../core/jobs/port.ts'
import { errorLine, errorName } from '../../core/kernel/log-line.ts'

/** The key under which an object keeps which organization it is for. */
const ORGANIZATION = 'organization'
/** A page that could not be made is tried again after this. */
const RETRY_MILLISECONDS = 2_000

/**
 * One object an organization, which makes its jobs, a page an alarm: an alarm comes back after a restart, and no
 * answer waits for it. The queue is D1's; the object keeps nothing but the alarm and whose it is.
 */
export abstract class JobRunnerObject<Bindings = unknown> extends DurableObject<Bindings> {
  /** In how many milliseconds it has to be called again; null: nothing is left to do. */
  protected abstract advance(organization: number): Promise<number | null>

  /** Arms the alarm, unless it is armed. */
  async wake(organization: number): Promise<void> {
    const { storage } = this.ctx
    if ((await storage.get(ORGANIZATION)) === undefined) await storage.put(ORGANIZATION, organization)
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now())
  }

  /** Never throws: the platform drops an alarm that threw seven times. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx
    const organization = await storage.get<number>(ORGANIZATION)
    if (organization === undefined) return
    const next = await this.#next(organization)
    // When none is left, a job that was asked for meanwhile has armed it.
    if (next !== null) await storage.setAlarm(Date.now() + next)
  }

  async #next(organization: number): Promise<number | null> {
    try {
      return await this.advance(organization)
    } catch (error) {
      console.error(errorLine('a page of a job failed', { error: errorName(error) }))
      return RETRY_MILLISECONDS
    }
  }
}

export function createJobRunner(namespace: DurableObjectNamespace<JobRunnerObject>): JobRunner {
  return { wake: (organization) => namespace.getByName(String(organization)).wake(organization) }
}
