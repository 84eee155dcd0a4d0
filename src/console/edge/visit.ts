/** The words in which the edge and the rooms speak with each other. */
import type { Child } from 'hono/jsx'
import type { Actor } from '../../core/access/actor.ts'
import type { Operation } from '../../core/access/cases/operator-case.ts'
import type { Permission } from '../../core/access/permission.ts'
import type { Outcome } from '../../core/kernel/outcome.ts'
import type { Standing } from '../../core/overview/port.ts'
import type { Call } from '../../http/route.ts'
import type { Notice } from './notice.ts'
import type { Site } from './site.ts'

/**
 * `public`: nothing is asked, not even the Host; `anyone`: no sign-in; `member`: any signed-in user, and the use case decides; otherwise a permission that the user
 * must have, somewhere at least.
 */
export type Access = 'public' | 'anyone' | 'member' | Permission

export type Identity =
  | { readonly kind: 'public' }
  | { readonly kind: 'anyone'; readonly site: Site }
  | {
      readonly kind: 'user'
      readonly site: Site
      readonly actor: Actor
      /** The session's, as its cookie has it. */
      readonly secret: string
    }

/** What a page or an action is given. */
export type Visit<Params = unknown, Query = unknown> = Call<Identity, Params, Query, undefined> & {
  /** The signed-in caller. Reading it on a page without sign-in throws, since that is a bug. */
  readonly operation: Operation
  /** Whether htmx asks: then only the view's region goes out. */
  readonly isFragment: boolean
  /** Of the deployment, without a trailing slash: for commands and links that work elsewhere. */
  readonly publicUrl: string
  readonly site: Site
  /** What the frame says of the organization: read once, however often it is asked. */
  readonly standing: () => Promise<Outcome<Standing>>
}

/** What of the navigation is current; `none`: the frame stands, and nothing is. */
export type Section =
  | 'overview'
  | 'keys'
  | 'agents'
  | 'waiting'
  | 'activity'
  | 'devices'
  | 'settings'
  | 'none'

/** A page as its room makes it: the edge puts the frame around it. */
export type View = {
  /** Of the document, before " · Latchkey". */
  readonly title: string
  /** Absent: the page stands without the frame, as the sign-in does. */
  readonly section?: Section
  readonly content: Child
  /** What htmx gets instead, with the class `region`; absent: the content. */
  readonly region?: Child
  /** Over everything, as a dialog; the frame is inert then. */
  readonly overlay?: Child
  /** What the frame says of the organization, where the page has read it. */
  readonly standing?: Standing
  /** 200, unless something is to be corrected: 422. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What browsers store as a file. */
export type Download = { readonly file: string; readonly contentType: string; readonly text: string }

/** Where an action leads: the browser gets 303, and the page there has the notice at its top, once. */
export type Done = {
  /** A path of the console. */
  readonly to: string
  readonly notice?: Notice
  /** To set instead of a notice. */
  readonly cookie?: string
}
