const FORMAT = new Intl.NumberFormat('en-US')

/** With a comma between thousands. */
export function number(value: number): string {
  return FORMAT.format(value)
}

/** "1 agent", "4 agents", "no agents". */
export function count(value: number, one: string, many = `${one}s`): string {
  return value === 0 ? `no ${many}` : `${number(value)} ${value === 1 ? one : many}`
}
