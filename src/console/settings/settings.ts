import { ok } from '../../core/kernel/outcome.ts'
import { page } from '../edge/page.ts'
import { apiKeyRoutes } from './api-keys.tsx'
import { keyringRoutes } from './keyring.tsx'
import { peopleRoutes } from './people.tsx'
import { youRoutes } from './you.tsx'

/** The first of the tabs that the visitor may see. */
const first = page({
  path: '/console/settings',
  access: 'member',
  id: 'console_settings',
  show: async ({ operation }) => {
    const mayRead = operation.actor.permissions.has('access.read')
    return ok({ to: mayRead ? '/console/settings/people' : '/console/settings/api-keys' })
  },
})

export const settingsRoutes = [first, ...peopleRoutes, ...apiKeyRoutes, ...keyringRoutes, ...youRoutes]
