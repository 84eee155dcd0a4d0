/** RFC 3339, UTC, milliseconds. */
export function formatTime(unixMilliseconds: number): string {
  return new Date(unixMilliseconds).toISOString()
}

export function formatTimeOrNull(unixMilliseconds: number | null): string | null {
  return unixMilliseconds === null ? null : formatTime(unixMilliseconds)
}
