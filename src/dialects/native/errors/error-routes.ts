import { ok } from '../../../core/kernel/outcome.ts'
import { nativeRoute } from '../edge/edge.ts'
import { type DocumentFrame, ERROR_PAGE, errorPage } from './error-page.ts'

/** @param frame of the documents; absent: the page stands alone */
export function errorRoutes(frame?: DocumentFrame) {
  let page: string | undefined
  function pageOnce(): string {
    page ??= errorPage(frame)
    return page
  }
  const errors = nativeRoute({
    method: 'get',
    path: ERROR_PAGE,
    access: 'anyone',
    isShort: true,
    operation: {
      id: 'errors',
      summary: 'Every error with its cause and its cure, for people',
      description: 'The `type` of a problem is the address of its code on this page (RFC 9457).',
    },
    replies: { 200: { description: 'A page', contentType: 'text/html' } },
    handle: async () =>
      ok({
        status: 200,
        text: pageOnce(),
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy':
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
          'X-Content-Type-Options': 'nosniff',
          'Cache-Control': 'public, max-age=300',
        },
      }),
  })

  return [errors]
}
