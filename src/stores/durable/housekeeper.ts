import { DurableObject } from 'cloudflare:workers'
import type { Ended, Housekeeper } from '../../core/deployment/housekeeping/port.ts'
import type { Task } from '../../core/deployment/housekeeping/tasks.ts'
import { errorLine, errorName } from '../../core/kernel/log-line.ts'
import { background } from '../background.ts'

/** The one object's name. */
export const HOUSEKEEPER = 'housekeeper'
const FIRST_RUN_MILLISECONDS = 60_000
/** A task that failed, or left work, runs again after this. */
const RETRY_MILLISECONDS = 60_000

/**
 * Runs periodic tasks, since cron triggers do not fire on the embedded runtime. Its alarm never throws, because a
 * throwing alarm is dropped after seven tries: it notes what was done and asks for the next one.
 */
export abstract class HousekeeperObject<Bindings = unknown> extends DurableObject<Bindings> {
  protected abstract tasks(): readonly Task[]

  /** Arms the alarm, unless it is armed. A task that has never run, as after an upgrade, does not wait for the others. */
  async wake(): Promise<void> {
    const { storage } = this.ctx
    const soon = Date.now() + FIRST_RUN_MILLISECONDS
    const names = this.tasks().map(({ name }) => name)
    const isAnyNew = (await storage.get(names)).size < names.length
    const at = await storage.getAlarm()
    if (at === null || (isAnyNew && at > soon)) await storage.setAlarm(soon)
  }

  /** Shows that objects can be written, and whether the D1 that names itself so is the one of before. */
  async write(deployment: string): Promise<'written' | 'foreign'> {
    const { storage } = this.ctx
    const kept = await storage.get<string>('deployment')
    if (kept !== undefined && kept !== deployment) return 'foreign'
    await storage.put({ deployment, written_at: Date.now() })
    return 'written'
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx
    const now = Date.now()
    let nextAt = Number.POSITIVE_INFINITY
    for (const task of this.tasks()) {
      const period = task.everySeconds * 1_000
      const ranAt = (await storage.get<number>(task.name)) ?? 0
      const isDue = now - ranAt >= period
      const from = positionOf(task)
      const ended = isDue ? await runs(task, now, (await storage.get<number>(from)) ?? 0) : null
      const isDone = ended === 'done'
      if (isDone) await storage.put(task.name, now)
      if (isDone) await storage.delete(from)
      else if (ended !== null && typeof ended !== 'string') await storage.put(from, ended.from)
      nextAt = Math.min(nextAt, isDue ? now + (isDone ? period : RETRY_MILLISECONDS) : ranAt + period)
    }
    if (Number.isFinite(nextAt)) await storage.setAlarm(nextAt)
  }
}

/** Under which name an object keeps where a task goes on. */
function positionOf({ name }: Task): string {
  return `${name} from`
}

/** null: it failed. */
async function runs(task: Task, now: number, from: number): Promise<Ended | null> {
  try {
    return await task.run(now, from)
  } catch (error) {
    console.error(errorLine('housekeeping failed', { task: task.name, error: errorName(error) }))
    return null
  }
}

export function createHousekeeper(namespace: DurableObjectNamespace<HousekeeperObject>): Housekeeper {
  let isAwake = false
  return {
    wake() {
      if (isAwake) return
      isAwake = true
      background(async () => {
        try {
          await namespace.getByName(HOUSEKEEPER).wake()
        } catch (error) {
          isAwake = false
          throw error
        }
      })
    },
  }
}
