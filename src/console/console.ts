import { mount, unknownPath } from '../http/edge.ts'
import { activityRoutes } from './activity/activity.tsx'
import { agentRoutes } from './agents/agents.ts'
import { certificateRoutes } from './certificates/certificates.tsx'
import { keyPairRoutes } from './devices/key-pairs.tsx'
import { thingRoutes } from './devices/things.tsx'
import { assetRoute } from './edge/asset-route.ts'
import { edge } from './edge/edge.ts'
import type { ConsoleRoute } from './edge/page.ts'
import { keyRoutes } from './keys/routes.ts'
import { overviewRoutes } from './overview/overview.tsx'
import { profileRoutes } from './profiles/profiles.tsx'
import { searchRoutes } from './search/search.tsx'
import { settingsRoutes } from './settings/settings.ts'
import { signInRoutes } from './sign-in/sign-in.ts'
import { waitingRoutes } from './waiting/waiting.tsx'

export const consoleRoutes: readonly ConsoleRoute[] = [
  assetRoute,
  ...signInRoutes,
  ...overviewRoutes,
  ...keyRoutes,
  ...profileRoutes,
  ...agentRoutes,
  ...activityRoutes,
  ...waitingRoutes,
  ...keyPairRoutes,
  ...thingRoutes,
  ...certificateRoutes,
  ...searchRoutes,
  ...settingsRoutes,
]

/** The web console: everything at and below /console. */
export const consoleApp = mount(edge, consoleRoutes)
consoleApp.all('/console/*', unknownPath(edge, false))
