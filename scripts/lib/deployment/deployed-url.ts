const THIS_MACHINE = /^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[::1?\])$/

/** The origin that a deployed Worker can have: https, and not on this machine. Null for any other text. */
export function parseDeployedUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  return url?.protocol === 'https:' && !THIS_MACHINE.test(url.hostname) ? url.origin : null
}
