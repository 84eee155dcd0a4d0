import { Presets, SingleBar } from 'cli-progress'

export type Progress = {
  /** Says what is done now. */
  begin(what: string): void
  /** One of the announced steps is done. */
  step(): void
  end(): void
}

/** A bar on a terminal, elsewhere a line now and then; on standard error, because the tables are the output. */
export function openProgress(steps: number): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total}, {duration_formatted}: {what}',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
      hideCursor: true,
      barsize: 24,
    },
    Presets.shades_classic,
  )
  bar.start(steps, 0, { what: 'starting' })
  return {
    begin: (what) => bar.update({ what }),
    step: () => bar.increment(),
    end: () => bar.stop(),
  }
}
