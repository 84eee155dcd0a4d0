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
      const answer = await callBootstrap({ url, token, organization, email, resetPassword, signal })
      return isSettling(answer.status)
        ? { settling: String(answer.status) }
        : { value: readBootstrapReply(answer) }
    })
    return { url, ...made }
  })
}
