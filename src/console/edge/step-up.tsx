/** What does much harm at once asks for the password again: a cookie that got out is not enough for it. */
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import type { Fields } from '../../http/fields.ts'
import { type FieldErrors, textOf } from './form.ts'
import type { Visit } from './visit.ts'

const NAME = 'password'

/** The form has the field below. @returns null: it is the user's; otherwise what to show beside the field */
export async function confirmPassword(
  { core, operation }: Visit,
  form: Fields,
): Promise<Outcome<FieldErrors | null>> {
  const password = textOf(form, NAME)
  if (password === '') return ok({ [NAME]: 'Your password is needed for this. Nothing was changed.' })
  const confirmed = await core.users.confirmUser(operation, password)
  if (confirmed.ok) return ok(null)
  if (confirmed.fault.kind !== 'credential_invalid') return confirmed
  return ok({
    [NAME]: 'That is not your password, or your account is locked for some minutes. Nothing was changed.',
  })
}

export function PasswordField({ errors }: { errors: FieldErrors }) {
  const error = errors[NAME]
  return (
    <div class="field">
      <label for="step-up">Your password</label>
      <input
        class="in"
        id="step-up"
        name={NAME}
        type="password"
        autocomplete="current-password"
        required
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={error ? 'step-up-e' : 'step-up-h'}
      />
      {error ? (
        <p class="err" id="step-up-e">
          {error}
        </p>
      ) : (
        <p class="hint" id="step-up-h">
          Asked for again, since this cannot be undone.
        </p>
      )}
    </div>
  )
}
