/** Loads that cost the server next to nothing: they show what sending alone takes from the bystander on this machine. */
import { LARGEST_BODY_BYTES, SMALL_FORM_BYTES } from '../hostile-bodies.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { get } from '../requests.ts'

const NOWHERE = '/nothing-is-here'

function posting(name: string, bytes: number): Load {
  const request = { method: 'POST', path: '/v1/enroll', headers: {}, body: 'a'.repeat(bytes) }
  return {
    name: `control: ${name}, read and refused`,
    by: 'stranger',
    expects: 400,
    prepare: () => ({ connections: CONNECTIONS, requests: [request] }),
  }
}

export const controls: readonly Load[] = [
  {
    name: 'control: an unknown path',
    by: 'stranger',
    expects: 404,
    prepare: () => ({ connections: CONNECTIONS, requests: [get(NOWHERE)] }),
  },
  posting('bodies of 78 KiB', SMALL_FORM_BYTES),
  posting('bodies of 1 MiB', LARGEST_BODY_BYTES),
]
