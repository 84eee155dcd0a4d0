import type { Ports } from '../../ports.ts'
import type { Permission } from '../permission.ts'

export type AskedPermission = {
  readonly permission: Permission
  /** It is enough to have it within some labels. */
  readonly isWithin: boolean
}

/** Who may call a use case. */
export type Admits =
  | { readonly who: 'operator'; readonly asks: AskedPermission | 'by input' }
  /** Every authenticated principal. */
  | { readonly who: 'member' }
  /** The bearer of the deployment's own token. */
  | { readonly who: 'deployment' }
  /** No operator: an agent, a device, a sign-in, a public document. */
  | { readonly who: 'anyone' }

/** What `core` offers: a function of the ports and its input, with who may call it as data. */
export type UseCase<Input extends readonly unknown[], Result> = ((
  ports: Ports,
  ...input: Input
) => Result) & {
  readonly admits: Admits
}

/** Only the declared forms call this: operatorCase, memberCase, deploymentCase, readerCase and openCase. */
export function useCase<Input extends readonly unknown[], Result>(
  admits: Admits,
  run: (ports: Ports, ...input: Input) => Result,
): UseCase<Input, Result> {
  return Object.assign((ports: Ports, ...input: Input) => run(ports, ...input), { admits })
}

/** The permission that a use case asks for; null: none, or it depends on the input. */
export function permissionOf({ admits }: { readonly admits: Admits }): AskedPermission | null {
  return admits.who === 'operator' && admits.asks !== 'by input' ? admits.asks : null
}
