import type { Ports } from '../../ports.ts'

/** The address at which this deployment says that it stands. */
export function publicUrl(ports: Ports): string {
  return ports.publicUrl
}
