import { commandLine } from '../lib/cli/project.ts'
import { Refusal } from '../lib/cli/refusal.ts'
import { type BootstrapReply, bootstrapOrganization } from '../lib/deployment/organization.ts'
import { findRunningServer } from '../lib/server/running-server.ts'
import { readDataFolder } from '../lib/server/settings.ts'

type LocalRequest = {
  readonly organization: string
  readonly email: string
  readonly resetPassword: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Asks the server that runs on this machine. */
export async function bootstrapLocally({
  organization,
  email,
  resetPassword,
  env,
}: LocalRequest): Promise<{ url: string } & BootstrapReply> {
  const data = readDataFolder(env)
  const server = findRunningServer(data, env)
  if (server === null) {
    throw new Refusal(
      `no Latchkey is running on ${data}: ${commandLine('start')} runs one (LATCHKEY_DATA names another folder)`,
    )
  }
  const { url, local, token } = server
  const made = await bootstrapOrganization({ url: local, token, organization, email, resetPassword })
  return { url, ...made }
}
