import { makeSample } from '../../../scripts/screenshots/sample.ts'
import { sharedServer } from '../server.ts'

/** The sample of the screenshots, in the demo organization of the shared server. */
export function seed() {
  const { url, credentials } = sharedServer()
  return makeSample({ url, login: `${credentials.illumio.auth_username}:${credentials.illumio.secret}` })
}
