import { Presets, SingleBar } from 'cli-progress'

export type Tally = { answered: number; enrolled: number; refused: number; retries: number; note: string }
export type Progress = { show(tally: Tally): void; end(): void }

/** A bar on a terminal; elsewhere a line now and then. */
export function openProgress(total: number): Progress {
  const bar = new SingleBar(
    {
      format:
        '  {bar} {value}/{total} answered: {enrolled} enrolled, {refused} refused, {retries} retries {note}',
      stream: process.stdout,
      noTTYOutput: true,
      notTTYSchedule: 1_000,
      hideCursor: true,
      barsize: 24,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0, { enrolled: 0, refused: 0, retries: 0, note: '' })
  return {
    show: ({ answered, ...rest }) => bar.update(answered, rest),
    end: () => bar.stop(),
  }
}
