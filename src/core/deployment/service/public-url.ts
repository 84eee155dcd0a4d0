import type { Ports } from '../../ports.ts'

/** The address at which this deployment says that it stands. */
export function getPublicUrl(ports: Ports): string {
  return ports.publicUrl
}
