import type { ConsoleRoute } from '../edge/page.ts'
import { actionRoutes } from './key-actions.ts'
import { keyAgents } from './key-agents.tsx'
import { createRoutes } from './key-create.tsx'
import { createdRoutes } from './key-created.tsx'
import { explainRoutes } from './key-explain.tsx'
import { keyCount, keyList } from './key-list.tsx'
import { keyRefused } from './key-refused.tsx'
import { revokeRoutes } from './key-revoke.tsx'
import { selectedRoutes } from './key-selected.tsx'
import { settingsRoutes } from './key-settings.tsx'
import { slotRoutes } from './key-slots.tsx'

export const keyRoutes: readonly ConsoleRoute[] = [
  ...[keyList, keyCount, ...createRoutes, ...createdRoutes, ...selectedRoutes],
  ...[keyAgents, keyRefused, ...explainRoutes, ...settingsRoutes, ...actionRoutes, ...revokeRoutes],
  ...slotRoutes,
]
