import reply from '../../../http/shell/reply.sh'
import usage from './1-usage.sh'
import options from './2-options.sh'
import directory from './3-directory.sh'
import facts from './4-facts.sh'
import request from './5-request.sh'
import control from './5a-control.sh'
import activate from './6-activate.sh'

/**
 * The Linux pairing script, one POSIX sh file (docs/dialects/illumio.md#pairsh). Its parts are functions in the order in
 * which they are used; the last one calls `main`, so that a download that was cut short does nothing.
 */
export const PAIR_SCRIPT = [usage, options, directory, facts, request, reply, control, activate].join('')
