import {
  type Deployed,
  isSettling,
  untilSettled,
  withOneTimeToken,
} from '../lib/deployment/one-time-token.ts'
import { type BootstrapReply, callBootstrap, readBootstrapReply } from '../lib/deployment/organization.ts'

type RemoteRequest = Deployed & {
  readonly organization: string
  readonly email: string
  readonly resetPassword: boolean
}

/** Asks the Worker that is deployed. */
export function bootstrapRemotely(request: RemoteRequest): Promise<{ url: string } & BootstrapReply> {
  const { organization, email, resetPassword } = request
  return withOneTimeToken(request, async ({ url, token, signal }) => {
    const made = await untilSettled({ url, signal }, async () => {
      const response = await callBootstrap({ url, token, organization, email, resetPassword, signal })
      if (!isSettling(response.status)) return { value: await readBootstrapReply(response) }
      await response.body?.cancel()
      return { settling: String(response.status) }
    })
    return { url, ...made }
  })
}
