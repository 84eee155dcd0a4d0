import { map } from '../../../core/kernel/outcome.ts'
import { metricsTokenOf, nativeRoute } from '../edge/edge.ts'
import { METRICS_TYPE, metricsText } from './metrics-text.ts'

const metrics = nativeRoute({
  method: 'get',
  path: '/metrics',
  access: 'metrics',
  operation: {
    id: 'metrics',
    summary: 'What a monitoring system reads (OpenMetrics 1.0)',
    description:
      'Exists only while the secret LATCHKEY_METRICS_TOKEN is set. It is read once in 15 seconds; ' +
      'no label names an organization, a key or an address.',
  },
  replies: { 200: { description: 'The metrics', contentType: 'application/openmetrics-text' } },
  handle: async (call) =>
    map(await call.core.service.readMetrics(metricsTokenOf(call)), (read) => ({
      status: 200,
      text: metricsText(read),
      headers: { 'Content-Type': METRICS_TYPE },
    })),
})

export const metricsRoutes = [metrics]
