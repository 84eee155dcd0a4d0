const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Calls back at the first signal that asks to stop; later ones change nothing, so that the stop can end well. */
export function onStopSignal(stop: () => void): void {
  let isStopping = false
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (!isStopping) stop()
      isStopping = true
    })
  }
}

/** Runs a step of a library that would end the process on a signal by itself, before a clean stop of ours. */
export function withoutNewListeners<T>(step: () => T): T {
  const before = STOP_SIGNALS.map((signal) => process.listeners(signal))
  const result = step()
  for (const [index, signal] of STOP_SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.includes(listener)) process.removeListener(signal, listener)
    }
  }
  return result
}
