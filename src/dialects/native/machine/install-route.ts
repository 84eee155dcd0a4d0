import { ok } from '../../../core/kernel/outcome.ts'
import { installScript } from '../../../http/install/script.ts'
import { nativeRoute } from '../edge/edge.ts'

const script = nativeRoute({
  method: 'get',
  path: '/i',
  access: 'anyone',
  isShort: true,
  operation: {
    id: 'install_script',
    summary: 'A shell script that makes a Linux machine an agent',
    description:
      '`curl -fsS URL/i | sh -s -- --code-file FILE`. It keeps claim and tokens in a folder of its own (mode 700), beside a ' +
      'program `latchkey-agent` that prints a fresh token.',
  },
  replies: { 200: { description: 'A POSIX shell script', contentType: 'text/plain' } },
  handle: async ({ core }) =>
    ok({
      status: 200,
      text: installScript(core.service.getPublicUrl()),
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-cache',
      },
    }),
})

export const machineRoutes = [script]
