import { randomBytes } from 'node:crypto'
import type { Request } from 'autocannon'

// Written out once: to stringify an object for every request would make the load the bottleneck.
const FACTS = JSON.stringify({
  os: 'Debian GNU/Linux 13',
  arch: 'x86_64',
  cores: 4,
  memory_mib: 8192,
  interfaces: [{ name: 'eth0', address: '10.20.30.40', netmask: '255.255.255.0' }],
})
// Neighbours in the list belong to different profiles; a stride that shares no factor with its length visits all.
const STRIDE = 7

/** Requests without end, each of a machine of its own: new claim, new hostname, the next of the codes. */
export function enrollments(path: string, codes: readonly string[]): Request {
  const run = randomBytes(12).toString('hex')
  let sent = 0
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    setupRequest(request) {
      const n = ++sent
      request.body = enrollment(codes[(n * STRIDE) % codes.length] ?? '', run, n)
      return request
    },
  }
}

function enrollment(code: string, run: string, n: number): string {
  const number = String(n).padStart(8, '0')
  return `{"code":"${code}","claim":"${run}${number}","hostname":"web-${number}.bench.example","facts":${FACTS}}`
}
