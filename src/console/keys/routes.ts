import type { ConsoleRoute } from '../edge/page.ts'
import { createRoutes } from './form/key-create.tsx'
import { createdRoutes } from './form/key-created.tsx'
import { actionRoutes } from './key-actions.ts'
import { revokeRoutes } from './key-revoke.tsx'
import { keyCount } from './list/key-count.tsx'
import { keyExport } from './list/key-export.ts'
import { keyList } from './list/key-list.tsx'
import { selectedRoutes } from './list/key-selected.tsx'
import { keyAgents } from './one/key-agents.tsx'
import { explainRoutes } from './one/key-explain.tsx'
import { keyRefused } from './one/key-refused.tsx'
import { settingsRoutes } from './one/key-settings.tsx'
import { slotRoutes } from './one/key-slots.tsx'

export const keyRoutes: readonly ConsoleRoute[] = [
  ...[keyList, keyCount, keyExport, ...createRoutes, ...createdRoutes, ...selectedRoutes],
  ...[keyAgents, keyRefused, ...explainRoutes, ...settingsRoutes, ...actionRoutes, ...revokeRoutes],
  ...slotRoutes,
]
