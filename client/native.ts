/** The native API as its OpenAPI document says. Made by `npm run client`: change the routes instead. */
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests can be served, and what D1 has not taken yet */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys of agent access tokens (RFC 7517) */
        get: operations["jwks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/latchkey-heads.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys of signed heads of ledgers (RFC 7517)
         * @description They sign nothing else. Keep a copy with what they have to verify: a version that is dropped leaves the set.
         */
        get: operations["head_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What OAuth clients need to know of this server (RFC 8414) */
        get: operations["oauth_metadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bootstrap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an organization and its owner’s first API key
         * @description Exists only while the secret LATCHKEY_BOOTSTRAP_TOKEN is set. The secret is shown once.
         */
        post: operations["bootstrap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a monitoring system reads (OpenMetrics 1.0)
         * @description Exists only while the secret LATCHKEY_METRICS_TOKEN is set. It is read once in 15 seconds; no label names an organization, a key or an address.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every error with its cause and its cure, for people
         * @description The `type` of a problem is the address of its code on this page (RFC 9457).
         */
        get: operations["errors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/crl/{list}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Revoked certificates of an issuer (RFC 5280), DER
         * @description The list of one distribution point: there is one for each 1,024 certificates of a ledger.
         */
        get: operations["crl"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ca/{certificate}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The certificate of an issuer
         * @description `{issuer}.cer` is its own, in DER; `{issuer}.pem` that and those above it, up to the root’s.
         */
        get: operations["ca"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/i": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A shell script that makes a Linux machine an agent
         * @description `curl -fsS URL/i | sh -s -- --code-file FILE`. It keeps claim and tokens in a folder of its own (mode 700), beside a program `latchkey-agent` that prints a fresh token.
         */
        get: operations["install_script"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/enroll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Redeem a key: become an agent
         * @description The code is the credential. The same claim again answers with the same agent and spends nothing; without a claim every call spends a use. With `hold`, or where the key needs approval, a use is kept for the claim first; the same call without `hold` makes its agent.
         */
        post: operations["enroll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/enroll/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Become the agent for which a use is held
         * @description Refused when nothing is held for the claim: it never becomes a redemption of its own.
         */
        post: operations["enroll_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/enroll/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return the use that is held for a claim */
        post: operations["enroll_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The next tokens of an agent (RFC 6749 §6)
         * @description Each refresh token is followed by one other. Until that is used, the same one may be presented again and gets the same successor, so that a lost reply locks no agent out; an older one revokes them all.
         */
        post: operations["token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An agent leaves with its refresh token (RFC 7009)
         * @description Its claim ends, and another enrollment with it spends a new use. A token that is unknown or ended before gets 200, too. Access tokens end by themselves: `unsupported_token_type`.
         */
        post: operations["revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/introspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether an agent’s access token holds at this instant (RFC 7662)
         * @description Of another organization, of an agent that was revoked or left, expired or junk: not active.
         *
         *     Permission: `agents.read`.
         */
        post: operations["introspect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who this agent is
         * @description Answered from the token alone, and so true of it until the token ends. `fresh=1` asks the ledger.
         */
        get: operations["agents_self"];
        put?: never;
        post?: never;
        /** The agent leaves: its claim ends, and another enrollment with it spends a new use */
        delete: operations["agents_goodbye"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/self/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a heartbeat, and learn whether the agent is still active
         * @description Refused once the agent was revoked. What is shown to operators is exact to a minute.
         */
        post: operations["agents_heartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/self/certificate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A further certificate for the public key that the agent enrolled with
         * @description Earlier ones stay good until they expire. Past ten in an hour it is the newest again, with a new signature. For another public key the agent enrolls again, once an operator has revoked its certificates.
         */
        post: operations["agents_certify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agent}/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The certificates that an agent was given
         * @description Permission: `agents.read`.
         */
        get: operations["agents_certificates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agent}/certificates/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke all certificates of an active agent, such as when its private key got out
         * @description The agent stays, with its tokens. Once, it may enroll with its claim and another public key. The lists of revoked certificates have them within a minute.
         *
         *     Permission: `agents.revoke`.
         */
        post: operations["agents_revoke_certificates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organization’s profiles, of every dialect
         * @description Permission: `profiles.read`.
         */
        get: operations["profiles_list"];
        put?: never;
        /**
         * Make a profile: what an agent becomes, and rules for its keys
         * @description Permission: `profiles.write`.
         */
        post: operations["profiles_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles/{profile}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A profile, exact to this instant
         * @description Permission: `profiles.read`.
         */
        get: operations["profiles_get"];
        put?: never;
        post?: never;
        /**
         * Delete a profile and end its keys; the agents that they made stay
         * @description Permission: `profiles.write`.
         */
        delete: operations["profiles_delete"];
        options?: never;
        head?: never;
        /**
         * Change the named members only
         * @description Keys that exist keep their limits; the switch and the addresses hold for them at once.
         *
         *     Permission: `profiles.write`.
         */
        patch: operations["profiles_change"];
        trace?: never;
    };
    "/v1/profiles/{profile}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * No key of the profile can be redeemed until it is enabled again
         * @description Permission: `profiles.write`.
         */
        post: operations["profiles_disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles/{profile}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keys of the profile can be redeemed again
         * @description Permission: `profiles.write`.
         */
        post: operations["profiles_enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organization’s keys
         * @description A role with a scope has to ask profile by profile.
         *
         *     Permission: `keys.read`.
         */
        get: operations["keys_list"];
        put?: never;
        /**
         * Make an enrollment key of a profile of any dialect
         * @description A key of N uses makes at most N agents. An expiry in the past is refused.
         *
         *     Permission: `keys.mint`.
         */
        post: operations["keys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A key, exact to this instant
         * @description Permission: `keys.read`.
         */
        get: operations["keys_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the named members only
         * @description Permission: `keys.write`.
         */
        patch: operations["keys_change"];
        trace?: never;
    };
    "/v1/keys/{key}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The key cannot be redeemed until it is enabled again
         * @description Permission: `keys.write`.
         */
        post: operations["keys_disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The key can be redeemed again, unless it is revoked
         * @description Permission: `keys.write`.
         */
        post: operations["keys_enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse new claims until the key is resumed; what is held or enrolled stays
         * @description Permission: `keys.write`.
         */
        post: operations["keys_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let new claims in again, whatever paused the key
         * @description Permission: `keys.write`.
         */
        post: operations["keys_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a key for good; the agents that it made stay
         * @description Permission: `keys.revoke`.
         */
        post: operations["keys_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a redemption would be let in now, which rule decides, and what was refused before
         * @description The same decision as a redemption’s. Nothing is counted, and nothing changes. The body may be absent.
         *
         *     Permission: `keys.read`.
         */
        post: operations["keys_explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/refusals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was refused of a key in the last 30 days, by reason, minute and network
         * @description From the key’s ledger, exact to this instant.
         *
         *     Permission: `keys.read`.
         */
        get: operations["keys_refusals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Why a request was refused, by the request id that its machine was answered
         * @description Permission: `keys.read`.
         */
        post: operations["explain_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The machines that a key expects: those that are missing, and those that are filled
         * @description From the key’s ledger, exact to this instant, in the order in which they were added.
         *
         *     Permission: `keys.read`.
         */
        get: operations["slots_list"];
        put?: never;
        /**
         * Expect machines: add slots to a key
         * @description All of them or none. One that is there already stays as it is. From now on the key lets in only machines of its slots (`only_expected`).
         *
         *     Permission: `keys.write`.
         */
        post: operations["slots_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/slots/{slot}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a machine off the list of a key
         * @description A 409 while its agent is active. A use that is held for it goes back.
         *
         *     Permission: `keys.write`.
         */
        delete: operations["slots_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/slots/{slot}/refill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a slot be filled once more
         * @description For a machine that was installed again. A 409 while its agent is active: revoke that first.
         *
         *     Permission: `keys.write`.
         */
        post: operations["slots_refill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Claims for which uses are held: those that wait for approval, and those that wait to be confirmed
         * @description A page is of at most 50 keys, each with at most 100 of its claims, those that wait for approval first. A claim appears within a second.
         *
         *     Permission: `agents.approve`.
         */
        get: operations["approvals_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{approval}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a claim in: its machine gets its agent when it asks again
         * @description The same decision again answers with who made it and when; the opposite one is a 409. Needs a signed-in user, unless the key says `approve_by: automation`.
         *
         *     Permission: `agents.approve`.
         */
        post: operations["approvals_approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/approvals/{approval}/deny": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse a claim for good; the use goes back
         * @description The same decision again answers with who made it and when; the opposite one is a 409. Needs a signed-in user, unless the key says `approve_by: automation`.
         *
         *     Permission: `agents.approve`.
         */
        post: operations["approvals_deny"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s own sessions, in every dialect, the newest first */
        get: operations["sessions_list"];
        put?: never;
        /**
         * Sign in with an e-mail address and a password
         * @description A session is a person: it may decide on approvals, which an API key may not unless the key says so.
         */
        post: operations["sessions_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign out: the session ends */
        delete: operations["sessions_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one’s own sessions */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organization’s agents
         * @description A redemption is listed within a second; a single record is exact.
         *
         *     Permission: `agents.read`.
         */
        get: operations["agents_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agent}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An agent, exact to this instant, whatever its state
         * @description Permission: `agents.read`.
         */
        get: operations["agents_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the labels of an active agent
         * @description What else an agent is follows from its enrollment, or is changed in its own dialect.
         *
         *     Permission: `agents.write`.
         */
        patch: operations["agents_change"];
        trace?: never;
    };
    "/v1/agents/{agent}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke an agent: its claim does not come back
         * @description Its access token ends by itself within 10 minutes; introspection and `fresh` know at once. To disable its key takes `keys.write` for that key.
         *
         *     Permission: `agents.revoke`.
         */
        post: operations["agents_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/revoke-agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke every agent that a key enrolled since an instant: what to do when a key leaked
         * @description All in one transaction. A dry run only says which they are and what would become of the key. `left_out` counts those that have other labels by now than the caller’s role is for. To disable the key takes `keys.write`, too.
         *
         *     Permission: `agents.revoke`.
         */
        post: operations["keys_revoke_agents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened in the organization
         * @description Newest first, or in the order of arrival. A page of a query can be short, and even empty, before the last one: each looks at a bounded number of events. With `Accept: text/event-stream` it is a stream of server-sent events: what arrives from now on, or after `after` or `Last-Event-ID`. A stream is best effort and ends after five minutes; the list is complete.
         *
         *     Permission: `events.read`.
         */
        get: operations["events_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{event}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One event
         * @description Permission: `events.read`.
         */
        get: operations["events_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Webhooks, the oldest first
         * @description Permission: `settings.write`.
         */
        get: operations["webhooks_list"];
        put?: never;
        /**
         * Make a webhook: an https URL that gets the organization’s events
         * @description It gets what happens from now on, signed as Standard Webhooks has it. At most 20.
         *
         *     Permission: `settings.write`.
         */
        post: operations["webhooks_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One webhook, without its secret
         * @description Permission: `settings.write`.
         */
        get: operations["webhooks_get"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook, and what waits for it
         * @description Permission: `settings.write`.
         */
        delete: operations["webhooks_delete"];
        options?: never;
        head?: never;
        /**
         * Change what is named: URL, description, types, enabled
         * @description While it is disabled no event is queued for it; what waits stays.
         *
         *     Permission: `settings.write`.
         */
        patch: operations["webhooks_change"];
        trace?: never;
    };
    "/v1/webhooks/{webhook}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make another secret
         * @description For 24 hours each message has two signatures: of the new secret and of the one before.
         *
         *     Permission: `settings.write`.
         */
        post: operations["webhooks_rotate_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event of the type webhook.test to this webhook alone
         * @description Permission: `settings.write`.
         */
        post: operations["webhooks_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was attempted in the last seven days: each message with its last attempt, the newest first
         * @description Permission: `settings.write`.
         */
        get: operations["webhooks_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries/{delivery}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message again, under the same id
         * @description `delivery` is its `seq`. One that waits for its next attempt is tried at once.
         *
         *     Permission: `settings.write`.
         */
        post: operations["webhooks_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything of the organization that can be kept or moved: profiles, keys and agents
         * @description NDJSON: a line `export`, lines `profile`, `key` and `agent` as their lists have them, and a line `end` with their counts and the SHA-256 of all bytes before it; an answer without `end` broke off. There are no codes in it. It also takes `profiles.read` and `agents.read`, all without a scope.
         *
         *     Permission: `keys.read`.
         */
        get: operations["export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/export/keys.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All keys as CSV, without their codes
         * @description RFC 4180, with a line of names. A text that a spreadsheet would take for a formula has an apostrophe before it. An answer whose connection broke is not whole; `GET /v1/export` has a digest.
         *
         *     Permission: `keys.read`.
         */
        get: operations["export_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/export/agents.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All agents as CSV, without their facts
         * @description RFC 4180, with a line of names. A text that a spreadsheet would take for a formula has an apostrophe before it. An answer whose connection broke is not whole; `GET /v1/export` has a digest.
         *
         *     Permission: `agents.read`.
         */
        get: operations["export_agents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a key that a restore suspended be redeemed again, and its agents refresh
         * @description Its count is that of the backup: lower `max_uses` first by what was redeemed since, and revoke again what was revoked since. Not for a role with a scope: the agents may have any labels.
         *
         *     Permission: `keys.write`.
         */
        post: operations["keys_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles/{profile}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The same for every key of a profile
         * @description Not for a role with a scope, either.
         *
         *     Permission: `keys.write`.
         */
        post: operations["profiles_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/suspended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * API keys that a restore suspended; the oldest thousand
         * @description Permission: `access.read`.
         */
        get: operations["api_keys_suspended"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{credential}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let an API key that a restore suspended authenticate again
         * @description Permission: `access.write`.
         */
        post: operations["api_keys_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who one is, by which credential, and what one may do */
        get: operations["me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roles that users and service accounts can have */
        get: operations["roles_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose another password, with the present one or the one that was given
         * @description Every session ends. Wrong passwords count as they do when one signs in.
         */
        post: operations["password_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * API keys, the oldest first
         * @description One’s own; with `owner=all` or an account those of others, which takes `access.read`.
         */
        get: operations["api_keys_list"];
        put?: never;
        /**
         * Make an API key, for oneself or for a service account
         * @description A key has all the roles of its owner. For a service account it takes `access.write`. An API key makes none that would outlive it.
         */
        post: operations["api_keys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{credential}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One API key, without its secret
         * @description One’s own; of others with `access.read` to see and `access.write` to change.
         */
        get: operations["api_keys_read"];
        put?: never;
        post?: never;
        /**
         * Delete an API key
         * @description One’s own; of others with `access.read` to see and `access.write` to change.
         */
        delete: operations["api_keys_remove"];
        options?: never;
        head?: never;
        /**
         * Change what is named: name, description, expiry, enabled
         * @description One’s own; of others with `access.read` to see and `access.write` to change. A key that is disabled is refused from that answer on.
         */
        patch: operations["api_keys_change"];
        trace?: never;
    };
    "/v1/service-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Service accounts, the oldest first
         * @description Permission: `access.read`.
         */
        get: operations["service_accounts_list"];
        put?: never;
        /**
         * Make a service account
         * @description Its keys are made at `/v1/api-keys`. A program that only mints keys gets the role `native:minter`.
         *
         *     Permission: `access.write`.
         */
        post: operations["service_accounts_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/service-accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One service account
         * @description Permission: `access.read`.
         */
        get: operations["service_accounts_read"];
        put?: never;
        post?: never;
        /**
         * Delete a service account, its roles and its keys
         * @description Permission: `access.write`.
         */
        delete: operations["service_accounts_remove"];
        options?: never;
        head?: never;
        /**
         * Change what is named: name, description, roles, enabled
         * @description While it is disabled, its keys are refused.
         *
         *     Permission: `access.write`.
         */
        patch: operations["service_accounts_change"];
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organization’s users, the oldest first
         * @description Permission: `access.read`.
         */
        get: operations["users_list"];
        put?: never;
        /**
         * Make a user, with an initial password and roles
         * @description Another organization may have a user of the same address: it is another user.
         *
         *     Permission: `access.write`.
         */
        post: operations["users_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One user
         * @description Permission: `access.read`.
         */
        get: operations["users_read"];
        put?: never;
        post?: never;
        /**
         * Delete a user of the organization, their roles and keys
         * @description The last owner who can sign in stays.
         *
         *     Permission: `access.write`.
         */
        delete: operations["users_remove"];
        options?: never;
        head?: never;
        /**
         * Change what is named: roles, enabled
         * @description While a user is disabled, their sessions and keys are refused in this organization. The last owner who can sign in stays one.
         *
         *     Permission: `access.write`.
         */
        patch: operations["users_change"];
        trace?: never;
    };
    "/v1/users/{user}/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a user a new initial password
         * @description The present one is good no more, and every session ends. Not of a user who is in another organization, too.
         *
         *     Permission: `access.write`.
         */
        post: operations["users_reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/keyring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of the keyring, and what of D1 hangs on each */
        get: operations["keyring_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/keyring/rewrap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Seal the keyring under LATCHKEY_MASTER_KEY_NEXT, which then opens it alone */
        post: operations["keyring_rewrap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/keyring/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a version to the keyring, unless one waits to be used
         * @description It is used five minutes later, when every cache knows it, unless it has to be at once. Without `algorithm` it signs as the newest version does.
         */
        post: operations["keyring_add_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/keyring/reseal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Seal some of what an older version sealed under the current one */
        post: operations["keyring_reseal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/keyring/versions/{version}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke the enrollment keys whose codes hang on a version, in a page of ledgers
         * @description What has to be done before the version is dropped, page after page.
         */
        post: operations["keyring_end_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/keyring/versions/{version}/end-key-pairs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete key pairs whose access keys hang on a version, a page of them
         * @description What has to be done before the version is dropped, page after page.
         */
        post: operations["keyring_end_key_pairs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/keyring/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Drop a version, and the API keys, API clients, passwords and sessions that hang on it
         * @description Not while something is made with it or still runs, nor while it seals something.
         */
        delete: operations["keyring_drop_version"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/ledgers/survey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What hangs on which version of the keyring in a page of ledgers */
        post: operations["ledgers_survey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/ledgers/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver all that a page of ledgers owns to D1 again
         * @description After D1 alone was set back to an earlier time. It arrives within seconds, or what `waiting` says.
         */
        post: operations["ledgers_rebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/fence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend API keys, disable API clients and end sessions of a backup
         * @description Also deletes what ledgers own, which they deliver again when they are fenced.
         */
        post: operations["fence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/ledgers/fence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Suspend what a page of ledgers has from a backup: keys and refresh families */
        post: operations["ledgers_fence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/key-pairs/fence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable a page of the key pairs that come from a backup */
        post: operations["key_pairs_fence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/maintenance/key-pairs/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver a page of key pairs to D1 again
         * @description After D1 alone was set back to an earlier time.
         */
        post: operations["key_pairs_rebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document: every route of every dialect */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi/{version}/{document}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document of one dialect or of all of them, in OpenAPI 3.1.0 or 3.0.3 */
        get: operations["openapi_part"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @description RFC 9457 */
        Problem: {
            /**
             * Format: uri
             * @description A page that says the cause and the cure
             */
            type: string;
            title: string;
            /** Format: int64 */
            status: number;
            detail: string;
            /** @description For programs; titles and details are for people and may change */
            code: string;
            /** @description The X-Request-Id of this answer; the audit names it */
            request_id: string;
            /** @description What is wrong with the input, and where: the first problems */
            errors?: {
                /** @description RFC 6901 */
                pointer: string;
                detail: string;
            }[];
        };
        Enrolled: {
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            /**
             * Format: int64
             * @description Seconds
             */
            expires_in: number;
            refresh_token: string;
            agent: components["schemas"]["AgentIdentity"];
            /** @description Where a `csr` was sent */
            certificate?: components["schemas"]["Certificate"];
        };
        AgentIdentity: {
            /** Format: uuid */
            id: string;
            /** Format: int64 */
            organization_id: number;
            profile_id: string;
            key_id: string;
            dialect: string;
        };
        Certificate: {
            /** @description PEM */
            certificate: string;
            /** @description PEM, from its issuer’s to the root’s */
            chain: string[];
            /** @description Hexadecimal */
            serial: string;
            /** Format: date-time */
            expires_at: string;
            /** @description The URI in it; null: its profile has no trust domain */
            spiffe_id: string | null;
        };
        Held: {
            /**
             * @description `held`: until it is confirmed; `approval_pending`: until an operator decides. Ask again the same way.
             * @enum {string}
             */
            status: "held" | "approval_pending";
            /**
             * Format: date-time
             * @description When the use goes back
             */
            expires_at: string;
            /** @description For people: the approver sees the same */
            comparison_code: string;
        };
        Tokens: {
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            /**
             * Format: int64
             * @description Seconds
             */
            expires_in: number;
            refresh_token: string;
        };
        /** @description RFC 6749 §5.2 */
        OAuthError: {
            error: string;
            error_description: string;
            request_id: string;
        };
        Introspection: {
            /** @description False: the token does not hold, and nothing else is said */
            active: boolean;
            /** @enum {string} */
            token_type?: "Bearer";
            iss?: string;
            aud?: string;
            /**
             * Format: uuid
             * @description The agent
             */
            sub?: string;
            /**
             * Format: uuid
             * @description The agent: it is its own client
             */
            client_id?: string;
            jti?: string;
            /** Format: int64 */
            iat?: number;
            /** Format: int64 */
            exp?: number;
            /** Format: int64 */
            organization_id?: number;
            profile_id?: string;
            key_id?: string;
            dialect?: string;
        };
        Self: {
            /** Format: uuid */
            id: string;
            /** Format: int64 */
            organization_id: number;
            profile_id: string;
            key_id: string;
            dialect: string;
            /** Format: date-time */
            token_expires_at: string;
            /** @description As the ledger has it now; absent unless `fresh=1` asked it */
            agent?: components["schemas"]["Agent"];
        };
        Agent: {
            /** Format: uuid */
            id: string;
            /** Format: int64 */
            organization_id: number;
            profile_id: string;
            key_id: string;
            dialect: string;
            /**
             * Format: int64
             * @description Which use of its key this was, from 1
             */
            use: number;
            /** @enum {string} */
            state: "active" | "revoked" | "left";
            hostname: string;
            /** @description Its key’s when it enrolled, until they are changed */
            labels: {
                [key: string]: string;
            };
            facts: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            enrolled_at: string;
            /** @description The client’s address, where it is known */
            enrolled_from: string | null;
            /** Format: date-time */
            seen_at: string;
            /**
             * Format: date-time
             * @description When it left, or was revoked
             */
            ended_at: string | null;
        };
        IssuedCertificate: {
            /** @description Hexadecimal; null: the ring version that made it is gone */
            serial: string | null;
            /**
             * Format: int64
             * @description Its certificate is at `/ca/{issuer_id}.pem`
             */
            issuer_id: number;
            /** Format: date-time */
            issued_at: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: date-time */
            revoked_at: string | null;
        };
        Profile: {
            id: string;
            /** Format: int64 */
            organization_id: number;
            /** @description The API in whose words it was made, which alone changes what it grants */
            dialect: string;
            name: string;
            description: string;
            labels: {
                [key: string]: string;
            };
            /**
             * @description About where its keys are decided; null: where it was made
             * @enum {string|null}
             */
            location: "wnam" | "enam" | "sam" | "weur" | "eeur" | "apac" | "oc" | "afr" | "me" | null;
            enabled: boolean;
            /** @description The default profile of a dialect cannot be deleted */
            is_default: boolean;
            allowed_addresses: string[];
            /** Format: int64 */
            default_max_uses: number | null;
            /** Format: int64 */
            default_key_lifetime_seconds: number | null;
            ceilings: {
                /** Format: int64 */
                max_uses: number | null;
                /** Format: int64 */
                lifetime_seconds: number | null;
            };
            certificates: {
                trust_domain: string | null;
                /** Format: int64 */
                lifetime_seconds: number;
            } | null;
            /**
             * Format: int64
             * @description Of all its keys
             */
            uses: number;
            /** Format: date-time */
            last_redeemed_at: string | null;
            /**
             * Format: date-time
             * @description As last_redeemed_at
             */
            last_used_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        MintedKey: {
            id: string;
            profile_id: string;
            /** Format: int64 */
            organization_id: number;
            dialect: string;
            name: string;
            description: string;
            labels: {
                [key: string]: string;
            };
            /**
             * @description The first reason why a new claim would be refused; its profile may be disabled besides
             * @enum {string}
             */
            state: "active" | "disabled" | "revoked" | "suspended_by_restore" | "paused" | "scheduled" | "expired" | "spent" | "held";
            enabled: boolean;
            /** Format: int64 */
            max_uses: number | null;
            /** Format: int64 */
            uses: number;
            /**
             * Format: int64
             * @description Uses that are kept for claims whose agents are not made yet
             */
            held: number;
            /**
             * Format: int64
             * @description What neither an agent nor a hold has; null: unlimited
             */
            uses_left: number | null;
            /**
             * Format: date-time
             * @description Since when new claims are refused
             */
            paused_at: string | null;
            /**
             * Format: date-time
             * @description When a pause ends by itself
             */
            resumes_at: string | null;
            /**
             * @description Whether a use may, or must, be held before it is confirmed
             * @enum {string}
             */
            hold: "off" | "allowed" | "required";
            /** @description null: no claim waits for an operator */
            approval: {
                /**
                 * Format: int32
                 * @description How long a claim waits for a decision; its use is held so long
                 * @default 600
                 */
                expires_seconds: number;
                /**
                 * Format: int32
                 * @description Claims that may wait at a time
                 * @default 20
                 */
                max_pending: number;
                /**
                 * @description `user`: only a signed-in user decides; `automation`: an API key may, too
                 * @default user
                 * @enum {string}
                 */
                approve_by: "user" | "automation";
            } | null;
            /** Format: date-time */
            not_before: string | null;
            /** @description When new claims are let in; none: always */
            windows: {
                days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @description Such as 08:00 */
                from: string;
                /** @description The first minute that it has not. Earlier than `from`: on the next day */
                to: string;
                time_zone: string;
            }[];
            /** @description The most agents that it makes in any minute or hour; null: no limit */
            limits: {
                /** Format: int32 */
                per_minute: number | null;
                /** Format: int32 */
                per_hour: number | null;
                /**
                 * Format: int32
                 * @description From one IPv4 address or IPv6 /64, where addresses are known
                 */
                per_network_per_hour: number | null;
            };
            /** @description A pause stops new claims only; null members pause nothing */
            pause_on: {
                /**
                 * Format: int32
                 * @description It pauses when new claims from this many networks were refused within a minute
                 */
                refused_networks_per_minute: number | null;
                /**
                 * Format: int32
                 * @description It pauses when this many claims were denied within an hour
                 */
                denied_per_hour: number | null;
                /**
                 * Format: int32
                 * @description null: until it is resumed
                 */
                resume_after_seconds: number | null;
            };
            /** @description It redeems nothing, and reports who tries. Its clients are answered as a revoked key answers */
            decoy: boolean;
            /** @description It lets in only machines that match one of its slots, and with no slot none; adding a slot sets it */
            only_expected: boolean;
            /** @description Rules in full, also of presets; none: the key lets in who has its code */
            identity: {
                issuer: string;
                /** @description null: the key’s own, `<public URL>/keys/<id>` */
                audience: string | null;
                claims: {
                    pointer: string;
                    equals?: string | boolean | number;
                    one_of?: string[];
                    starts_with?: string;
                }[];
                agent_per: string[];
                /** Format: int64 */
                max_age_seconds: number;
                jwks: {
                    keys: {
                        [key: string]: unknown;
                    }[];
                } | null;
                /** @description From the issuer’s discovery document; null: the keys are in jwks */
                jwks_uri: string | null;
            }[];
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            allowed_addresses: string[];
            /** Format: date-time */
            last_redeemed_at: string | null;
            /**
             * Format: date-time
             * @description As last_redeemed_at: when it made its last agent
             */
            last_used_at: string | null;
            /** @description The client’s address then, where it is known */
            last_used_from: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description What agents redeem. Shown once: only its keyed hash is stored */
            code: string;
        };
        Key: {
            id: string;
            profile_id: string;
            /** Format: int64 */
            organization_id: number;
            dialect: string;
            name: string;
            description: string;
            labels: {
                [key: string]: string;
            };
            /**
             * @description The first reason why a new claim would be refused; its profile may be disabled besides
             * @enum {string}
             */
            state: "active" | "disabled" | "revoked" | "suspended_by_restore" | "paused" | "scheduled" | "expired" | "spent" | "held";
            enabled: boolean;
            /** Format: int64 */
            max_uses: number | null;
            /** Format: int64 */
            uses: number;
            /**
             * Format: int64
             * @description Uses that are kept for claims whose agents are not made yet
             */
            held: number;
            /**
             * Format: int64
             * @description What neither an agent nor a hold has; null: unlimited
             */
            uses_left: number | null;
            /**
             * Format: date-time
             * @description Since when new claims are refused
             */
            paused_at: string | null;
            /**
             * Format: date-time
             * @description When a pause ends by itself
             */
            resumes_at: string | null;
            /**
             * @description Whether a use may, or must, be held before it is confirmed
             * @enum {string}
             */
            hold: "off" | "allowed" | "required";
            /** @description null: no claim waits for an operator */
            approval: {
                /**
                 * Format: int32
                 * @description How long a claim waits for a decision; its use is held so long
                 * @default 600
                 */
                expires_seconds: number;
                /**
                 * Format: int32
                 * @description Claims that may wait at a time
                 * @default 20
                 */
                max_pending: number;
                /**
                 * @description `user`: only a signed-in user decides; `automation`: an API key may, too
                 * @default user
                 * @enum {string}
                 */
                approve_by: "user" | "automation";
            } | null;
            /** Format: date-time */
            not_before: string | null;
            /** @description When new claims are let in; none: always */
            windows: {
                days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @description Such as 08:00 */
                from: string;
                /** @description The first minute that it has not. Earlier than `from`: on the next day */
                to: string;
                time_zone: string;
            }[];
            /** @description The most agents that it makes in any minute or hour; null: no limit */
            limits: {
                /** Format: int32 */
                per_minute: number | null;
                /** Format: int32 */
                per_hour: number | null;
                /**
                 * Format: int32
                 * @description From one IPv4 address or IPv6 /64, where addresses are known
                 */
                per_network_per_hour: number | null;
            };
            /** @description A pause stops new claims only; null members pause nothing */
            pause_on: {
                /**
                 * Format: int32
                 * @description It pauses when new claims from this many networks were refused within a minute
                 */
                refused_networks_per_minute: number | null;
                /**
                 * Format: int32
                 * @description It pauses when this many claims were denied within an hour
                 */
                denied_per_hour: number | null;
                /**
                 * Format: int32
                 * @description null: until it is resumed
                 */
                resume_after_seconds: number | null;
            };
            /** @description It redeems nothing, and reports who tries. Its clients are answered as a revoked key answers */
            decoy: boolean;
            /** @description It lets in only machines that match one of its slots, and with no slot none; adding a slot sets it */
            only_expected: boolean;
            /** @description Rules in full, also of presets; none: the key lets in who has its code */
            identity: {
                issuer: string;
                /** @description null: the key’s own, `<public URL>/keys/<id>` */
                audience: string | null;
                claims: {
                    pointer: string;
                    equals?: string | boolean | number;
                    one_of?: string[];
                    starts_with?: string;
                }[];
                agent_per: string[];
                /** Format: int64 */
                max_age_seconds: number;
                jwks: {
                    keys: {
                        [key: string]: unknown;
                    }[];
                } | null;
                /** @description From the issuer’s discovery document; null: the keys are in jwks */
                jwks_uri: string | null;
            }[];
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            allowed_addresses: string[];
            /** Format: date-time */
            last_redeemed_at: string | null;
            /**
             * Format: date-time
             * @description As last_redeemed_at: when it made its last agent
             */
            last_used_at: string | null;
            /** @description The client’s address then, where it is known */
            last_used_from: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        Explanation: {
            /**
             * @description `hold`: a use would be held; `held`: it is, for this claim; `pick_up`: its agent would be made
             * @enum {string}
             */
            decision: "new" | "repeat" | "hold" | "held" | "pick_up" | "refused";
            /**
             * @description null unless refused
             * @enum {string|null}
             */
            reason: "key_unknown" | "profile_disabled" | "key_revoked" | "key_decoy" | "key_disabled" | "suspended_by_restore" | "address_not_allowed" | "identity_missing" | "identity_invalid" | "identity_not_allowed" | "agent_revoked" | "agent_disabled" | "claim_denied" | "claim_bound" | "hold_lapsed" | "hold_not_allowed" | "hold_required" | "claim_required" | "key_paused" | "key_not_started" | "outside_window" | "key_expired" | "not_listed" | "slot_filled" | "rate_limited" | "key_spent" | "key_held" | "approvals_full" | "holds_full" | "issuer_unavailable" | null;
            /** @description For people: which rule decides */
            explanation: string;
            /** @description The agent that this claim made, whatever the decision */
            agent_id: string | null;
            /**
             * Format: int64
             * @description null: unlimited
             */
            uses_left: number | null;
            /** @description Every rule, in the order in which it is asked */
            rules: {
                /** @enum {string} */
                reason: "key_unknown" | "profile_disabled" | "key_revoked" | "key_decoy" | "key_disabled" | "suspended_by_restore" | "address_not_allowed" | "identity_missing" | "identity_invalid" | "identity_not_allowed" | "agent_revoked" | "agent_disabled" | "claim_denied" | "claim_bound" | "hold_lapsed" | "hold_not_allowed" | "hold_required" | "claim_required" | "key_paused" | "key_not_started" | "outside_window" | "key_expired" | "not_listed" | "slot_filled" | "rate_limited" | "key_spent" | "key_held" | "approvals_full" | "holds_full" | "issuer_unavailable";
                /** @enum {string} */
                outcome: "passed" | "refused" | "not_asked";
            }[];
            /** @description The key’s refused redemptions, counted by the minute and where they came from, newest first */
            refusals: components["schemas"]["RefusalCount"][];
        };
        RefusalCount: {
            /** @enum {string} */
            reason: "key_unknown" | "profile_disabled" | "key_revoked" | "key_decoy" | "key_disabled" | "suspended_by_restore" | "address_not_allowed" | "identity_missing" | "identity_invalid" | "identity_not_allowed" | "agent_revoked" | "agent_disabled" | "claim_denied" | "claim_bound" | "hold_lapsed" | "hold_not_allowed" | "hold_required" | "claim_required" | "key_paused" | "key_not_started" | "outside_window" | "key_expired" | "not_listed" | "slot_filled" | "rate_limited" | "key_spent" | "key_held" | "approvals_full" | "holds_full" | "issuer_unavailable";
            /** @description An IPv4 address or an IPv6 network, such as 2001:db8:1:2::/64; null: unknown */
            address: string | null;
            /**
             * Format: date-time
             * @description Its start
             */
            minute: string;
            /** Format: int64 */
            count: number;
        };
        Refusals: {
            /** @description Newest minute first; at most 500 */
            items: components["schemas"]["RefusalCount"][];
            /** @description Of the newest 10,000 rows, the most frequent first */
            by_reason: {
                /** @enum {string} */
                reason: "key_unknown" | "profile_disabled" | "key_revoked" | "key_decoy" | "key_disabled" | "suspended_by_restore" | "address_not_allowed" | "identity_missing" | "identity_invalid" | "identity_not_allowed" | "agent_revoked" | "agent_disabled" | "claim_denied" | "claim_bound" | "hold_lapsed" | "hold_not_allowed" | "hold_required" | "claim_required" | "key_paused" | "key_not_started" | "outside_window" | "key_expired" | "not_listed" | "slot_filled" | "rate_limited" | "key_spent" | "key_held" | "approvals_full" | "holds_full" | "issuer_unavailable";
                /** Format: int64 */
                count: number;
            }[];
        };
        ExplainedRequest: {
            /** Format: uuid */
            request_id: string;
            /** @description false: it was not refused by a key that the caller may read, or is older, or one of many */
            kept: boolean;
            key_id: string | null;
            /** @description The row that counts it */
            refusal: components["schemas"]["RefusalCount"] | null;
            /** @description For people */
            explanation: string;
        };
        Slot: {
            id: string;
            /**
             * @description `hostname`; `serial`: `facts.serial` of the enrollment; `csr_sha256`: of the DER of its `csr`, in hexadecimal. Of two slots that match, the first of `csr_sha256`, `serial`, `hostname` counts
             * @enum {string}
             */
            by: "csr_sha256" | "serial" | "hostname";
            /** @description In the form in which it is compared */
            value: string;
            /** @enum {string} */
            state: "missing" | "filled";
            /** @description The agent that filled it */
            agent_id: string | null;
            /** @enum {string|null} */
            agent_state: "active" | "revoked" | "left" | null;
            /** Format: date-time */
            filled_at: string | null;
            /**
             * Format: date-time
             * @description While a claim holds it for an agent
             */
            held_until: string | null;
        };
        SlotCounts: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            filled: number;
            /** Format: int64 */
            missing: number;
            /**
             * Format: int64
             * @description Of those that are missing
             */
            held: number;
        };
        SlotsAdded: {
            /** Format: int64 */
            added: number;
            counts: components["schemas"]["SlotCounts"];
        };
        Approval: {
            id: string;
            /**
             * @description `reserve`: it waits to be confirmed by its machine
             * @enum {string}
             */
            kind: "reserve" | "approval";
            /** @enum {string} */
            status: "pending" | "approved" | "held";
            key_id: string;
            key_name: string;
            profile_id: string;
            dialect: string;
            /** @description The machine shows the same */
            comparison_code: string;
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: date-time */
            approved_at: string | null;
            /** @description What the server knows */
            known: {
                /** @description The client’s address, where it is known */
                address: string | null;
                /** @description Whether the key made an agent from that address, among the newest 1,000 */
                enrolled_from_there: boolean;
                /** Format: int64 */
                others_waiting_from_there: number;
            };
            /** @description What the machine says of itself: nothing proves it */
            claimed: {
                hostname: string | null;
                facts: {
                    [key: string]: unknown;
                };
            };
        };
        ApprovalDecision: {
            id: string;
            /** @enum {string} */
            decision: "approved" | "denied";
            decided_by: string;
            /** Format: date-time */
            decided_at: string;
        };
        Session: {
            /** @description Sent as `Authorization: Bearer`. Shown once */
            token: string;
            /** Format: int64 */
            organization_id: number;
            /**
             * Format: int64
             * @description Without use for so long it ends
             */
            idle_seconds: number;
            /** Format: int64 */
            lifetime_seconds: number;
        };
        OwnSession: {
            id: string;
            /** @description What it is good for: `<dialect>:<sort>` */
            kind: string;
            /** @description The one by which this is asked */
            current: boolean;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Unless it is used before
             */
            ends_at: string;
            /**
             * Format: date-time
             * @description Whatever happens
             */
            expires_at: string;
        };
        Revocation: {
            agents: string[];
            /** Format: int64 */
            count: number;
            dry_run: boolean;
            /** @description After this call; in a dry run, as it would be */
            key: {
                enabled: boolean;
                /**
                 * Format: int64
                 * @description null: unlimited
                 */
                uses_left: number | null;
            };
        };
        MassRevocation: {
            agents: string[];
            /** Format: int64 */
            count: number;
            dry_run: boolean;
            /** @description After this call; in a dry run, as it would be */
            key: {
                enabled: boolean;
                /**
                 * Format: int64
                 * @description null: unlimited
                 */
                uses_left: number | null;
            };
            /**
             * Format: int64
             * @description How many more it would be, that have labels other than the caller’s role is for: they stay as they are
             */
            left_out: number;
        };
        Event: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            at: string;
            /** @description docs/reference/events.md has every type */
            type: string;
            success: boolean;
            actor: {
                /** @enum {string} */
                kind: "user" | "service_account" | "api_client" | "group" | "agent" | "system";
                /** @description As the filter `actor` names it after the kind; null: it has none */
                id: string | null;
                name: string | null;
                /** @description Of the API key that was used */
                api_key_id: string | null;
            };
            request: {
                id: string;
                method: string;
                path: string;
                /** @description The client’s, where it is known */
                address: string | null;
            };
            /** @description What it happened to */
            subject: {
                kind: string;
                id: string;
                name: string;
            };
            /** @description What else there is to say, by type */
            detail: {
                [key: string]: unknown;
            };
        };
        CreatedWebhook: {
            /** Format: uuid */
            id: string;
            url: string;
            description: string;
            /** @description null: all */
            types: string[] | null;
            enabled: boolean;
            /**
             * @description `gone`: it answered 410; `failing`: no attempt succeeded for three days; null: neither
             * @enum {string|null}
             */
            disabled_reason: "gone" | "failing" | null;
            /**
             * Format: int64
             * @description Events that wait for it
             */
            queued: number;
            /**
             * Format: int64
             * @description Events that did not fit its queue
             */
            skipped: number;
            /**
             * Format: date-time
             * @description null: its last attempt succeeded
             */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description Until then the secret before the last rotation signs, too
             */
            previous_secret_until: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description `whsec_…`, as Standard Webhooks has it. Shown once */
            secret: string;
        };
        Webhook: {
            /** Format: uuid */
            id: string;
            url: string;
            description: string;
            /** @description null: all */
            types: string[] | null;
            enabled: boolean;
            /**
             * @description `gone`: it answered 410; `failing`: no attempt succeeded for three days; null: neither
             * @enum {string|null}
             */
            disabled_reason: "gone" | "failing" | null;
            /**
             * Format: int64
             * @description Events that wait for it
             */
            queued: number;
            /**
             * Format: int64
             * @description Events that did not fit its queue
             */
            skipped: number;
            /**
             * Format: date-time
             * @description null: its last attempt succeeded
             */
            failing_since: string | null;
            /**
             * Format: date-time
             * @description Until then the secret before the last rotation signs, too
             */
            previous_secret_until: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        WebhookDelivery: {
            /**
             * Format: int64
             * @description As in `data.seq` of its body
             */
            seq: number;
            /** @description As in `webhook-id` */
            message_id: string;
            /** Format: uuid */
            event_id: string;
            type: string;
            /** @enum {string} */
            state: "delivered" | "retrying" | "failed";
            /** Format: int64 */
            attempts: number;
            /** Format: date-time */
            attempted_at: string;
            /**
             * @description Of the last attempt; `refused`: a status other than 2xx; `expired`: the event is gone
             * @enum {string}
             */
            outcome: "delivered" | "refused" | "expired" | "url_refused" | "unreachable" | "redirected" | "timed_out" | "too_large";
            /**
             * Format: int64
             * @description That was answered
             */
            status: number | null;
            /**
             * Format: date-time
             * @description null: no attempt follows
             */
            next_attempt_at: string | null;
        };
        Caller: {
            /** @enum {string} */
            kind: "user" | "group" | "service_account" | "api_client";
            id: string;
            name: string;
            /** @description Of a user */
            full_name: string | null;
            organization: {
                /** Format: int64 */
                id: number;
                name: string;
            };
            credential: {
                /** @enum {string} */
                kind: "api_key" | "session" | "api_token" | "key_pair";
                api_key_id: string | null;
            };
            roles: {
                role: string;
                label_ids: string[];
                profile_ids: string[];
            }[];
            permissions: {
                permission: string;
                /** @description false: within the scope of a role that has it */
                everywhere: boolean;
            }[];
        };
        Role: {
            /** @description `dialect:role` */
            role: string;
            permissions: string[];
            /**
             * @description What its scope may have; null: it has none
             * @enum {string|null}
             */
            scope: "labels" | "profiles" | null;
        };
        CreatedApiKey: {
            /** @description Also the user name of HTTP Basic */
            id: string;
            name: string;
            description: string;
            enabled: boolean;
            /** @enum {string} */
            state: "active" | "disabled" | "suspended_by_restore" | "expired";
            owner: {
                /** @enum {string} */
                kind: "user" | "service_account" | "group" | "api_client";
                id: string;
                name: string;
            };
            /** Format: date-time */
            created_at: string;
            /** @description A name, where it was recorded */
            created_by: string | null;
            /** Format: date-time */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description To the minute; null: never
             */
            last_used_at: string | null;
            /** @description The password of HTTP Basic. Shown once */
            secret: string;
        };
        ApiKey: {
            /** @description Also the user name of HTTP Basic */
            id: string;
            name: string;
            description: string;
            enabled: boolean;
            /** @enum {string} */
            state: "active" | "disabled" | "suspended_by_restore" | "expired";
            owner: {
                /** @enum {string} */
                kind: "user" | "service_account" | "group" | "api_client";
                id: string;
                name: string;
            };
            /** Format: date-time */
            created_at: string;
            /** @description A name, where it was recorded */
            created_by: string | null;
            /** Format: date-time */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description To the minute; null: never
             */
            last_used_at: string | null;
        };
        ServiceAccount: {
            id: string;
            name: string;
            description: string;
            enabled: boolean;
            roles: {
                role: string;
                label_ids: string[];
                profile_ids: string[];
            }[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        InvitedUser: {
            id: string;
            email: string;
            full_name: string;
            enabled: boolean;
            /**
             * @description `none`: cannot sign in; `initial`: one that was given, and has to be replaced first
             * @enum {string}
             */
            password: "none" | "initial" | "own";
            /** @description As the filter `actor` of events names them */
            actor: string | null;
            roles: {
                role: string;
                label_ids: string[];
                profile_ids: string[];
            }[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            signed_in_at: string | null;
            /** @description An address, where it is known */
            signed_in_from: string | null;
            /** @description Shown once. Good for nothing but `POST /v1/password`: pass it on; there is no mail */
            initial_password: string;
        };
        User: {
            id: string;
            email: string;
            full_name: string;
            enabled: boolean;
            /**
             * @description `none`: cannot sign in; `initial`: one that was given, and has to be replaced first
             * @enum {string}
             */
            password: "none" | "initial" | "own";
            /** @description As the filter `actor` of events names them */
            actor: string | null;
            roles: {
                role: string;
                label_ids: string[];
                profile_ids: string[];
            }[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            signed_in_at: string | null;
            /** @description An address, where it is known */
            signed_in_from: string | null;
        };
        HealthzReply: {
            /** @enum {string} */
            status: "ready" | "not_ready";
            /** Format: int64 */
            oldest_outbox_seconds: number | null;
            /** Format: int64 */
            dead_rows: number;
            /**
             * Format: int64
             * @description By how much a ledger’s clock is ahead, since the machine’s stepped back; null: by less than a minute
             */
            clock_ahead_seconds: number | null;
            /**
             * Format: int64
             * @description The size of D1; null: it is not known
             */
            database_bytes: number | null;
            reason: string | null;
        };
        JwksReply: {
            keys: {
                [key: string]: unknown;
            }[];
        };
        HeadKeysReply: {
            keys: {
                [key: string]: unknown;
            }[];
        };
        OauthMetadataReply: {
            issuer: string;
            token_endpoint: string;
            jwks_uri: string;
            revocation_endpoint: string;
            introspection_endpoint: string;
            /** @description `none`, since there is no authorization endpoint; an empty list is an absent one to some clients */
            response_types_supported: string[];
            grant_types_supported: string[];
            token_endpoint_auth_methods_supported: string[];
            revocation_endpoint_auth_methods_supported: string[];
            introspection_endpoint_auth_methods_supported: string[];
            service_documentation: string;
        };
        BootstrapInput: {
            organization: string;
            /** Format: email */
            email: string;
            /**
             * @description Also an owner who has a password gets a new one; else they keep it, and it is not shown
             * @default false
             */
            reset_password?: boolean;
        };
        BootstrapReply: {
            organization: {
                /** Format: int64 */
                id: number;
                name: string;
                customer_id: string;
                organisation_key: string;
            };
            illumio: {
                /** Format: int64 */
                org_id: number;
                auth_username: string;
                secret: string;
                email: string;
                /** @description null: the owner had one before, and keeps it */
                password: string | null;
            };
            zpa: {
                customer_id: string;
                client_id: string;
                client_secret: string;
            };
        };
        EnrollInput: {
            code: string;
            /** @description The agent’s own unguessable value; with it a retry is free */
            claim?: string;
            /** @description For keys with `identity`: a JWT of the platform that the client runs on. It needs a claim, which goes with the identity from then on. Other keys do not look at it */
            identity_token?: string;
            /** @description As in a certificate request of `POST /v1/agents/self/certificate`; the claim then goes with its public key */
            csr?: string;
            /** @default  */
            hostname?: string;
            /**
             * Format: int32
             * @description Seconds for which a use is kept for the claim, until it is confirmed: no agent is made yet
             */
            hold?: number;
            /** @description What the agent says of itself; at most 8192 bytes as JSON. `serial`, a string, is the serial number of the machine, which slots of a key can match */
            facts?: {
                [key: string]: unknown;
            };
        };
        EnrollConfirmInput: {
            code: string;
            /** @description The agent’s own unguessable value; with it a retry is free */
            claim: string;
            /** @description For keys with `identity`: a JWT of the platform that the client runs on. It needs a claim, which goes with the identity from then on. Other keys do not look at it */
            identity_token?: string;
            /** @description PKCS #10, as PEM or base64 of its DER, of an RSA key of 2,048 bits or more, or a P-256, P-384 or Ed25519 key. Its subject is not read; it asks for no subjectAltName */
            csr?: string;
        };
        EnrollCancelInput: {
            code: string;
            /** @description The agent’s own unguessable value; with it a retry is free */
            claim: string;
            /** @description For keys with `identity`: a JWT of the platform that the client runs on. It needs a claim, which goes with the identity from then on. Other keys do not look at it */
            identity_token?: string;
        };
        EnrollCancelReply: {
            agent: components["schemas"]["AgentIdentity"];
        };
        TokenInput: {
            /** @enum {string} */
            grant_type: "refresh_token";
            refresh_token: string;
            /**
             * @description Agents have no scopes: any value is refused (RFC 6749 §3.3, §6)
             * @enum {string}
             */
            scope?: "";
        };
        RevokeInput: {
            /** @description A refresh token */
            token: string;
            token_type_hint?: string;
        };
        RevokeReply: Record<string, never>;
        IntrospectInput: {
            token: string;
        };
        AgentsCertifyInput: {
            /** @description PKCS #10, as PEM or base64 of its DER, of an RSA key of 2,048 bits or more, or a P-256, P-384 or Ed25519 key. Its subject is not read; it asks for no subjectAltName */
            csr: string;
        };
        AgentsCertificatesReply: {
            items: components["schemas"]["IssuedCertificate"][];
        };
        AgentsRevokeCertificatesReply: {
            items: components["schemas"]["IssuedCertificate"][];
        };
        ProfilesCreateInput: {
            name: string;
            /** @default  */
            description?: string;
            /** @description Names and values as of Kubernetes’ labels; at most 32. They replace all that were there */
            labels?: {
                [key: string]: string;
            };
            /** @default true */
            enabled?: boolean;
            /**
             * @description Addresses and CIDR ranges from which a redemption is let in; empty: from everywhere
             * @default []
             */
            allowed_addresses?: string[];
            /**
             * Format: int32
             * @description Of a new key whose maker says nothing; null: unlimited
             */
            default_max_uses?: number | null;
            /**
             * Format: int32
             * @description As default_max_uses; null: keys do not expire
             */
            default_key_lifetime_seconds?: number | null;
            /** @description The most that a key may ask for when it is made or changed, whatever the defaults say */
            ceilings?: {
                /**
                 * Format: int32
                 * @description null: any, and unlimited
                 */
                max_uses?: number | null;
                /**
                 * Format: int32
                 * @description From when a key is made until it expires. null: any, and keys that never expire
                 */
                lifetime_seconds?: number | null;
            };
            /** @description The certificates that its agents get, which send a `csr`; null: none. Of native profiles */
            certificates?: {
                /** @description Of SPIFFE: each certificate has the URI `spiffe://{trust_domain}/agent/{id}`. null: none */
                trust_domain?: string | null;
                /**
                 * Format: int32
                 * @default 2592000
                 */
                lifetime_seconds?: number;
            } | null;
            /**
             * @description About where its keys are decided: it cannot be changed. null: near who makes the profile
             * @enum {string|null}
             */
            location?: "wnam" | "enam" | "sam" | "weur" | "eeur" | "apac" | "oc" | "afr" | "me" | null;
        };
        ProfilesListReply: {
            items: components["schemas"]["Profile"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description With `total=true`: how many there are on all pages
             */
            total?: number;
            /**
             * Format: date-time
             * @description What happened up to then is in the list
             */
            as_of: string;
        };
        ProfilesChangeInput: {
            name?: string;
            description?: string;
            /** @description Names and values as of Kubernetes’ labels; at most 32. They replace all that were there */
            labels?: {
                [key: string]: string;
            };
            enabled?: boolean;
            /** @description Addresses and CIDR ranges from which a redemption is let in; empty: from everywhere */
            allowed_addresses?: string[];
            /**
             * Format: int32
             * @description Of a new key whose maker says nothing; null: unlimited
             */
            default_max_uses?: number | null;
            /**
             * Format: int32
             * @description As default_max_uses; null: keys do not expire
             */
            default_key_lifetime_seconds?: number | null;
            /** @description The most that a key may ask for when it is made or changed, whatever the defaults say */
            ceilings?: {
                /**
                 * Format: int32
                 * @description null: any, and unlimited
                 */
                max_uses?: number | null;
                /**
                 * Format: int32
                 * @description From when a key is made until it expires. null: any, and keys that never expire
                 */
                lifetime_seconds?: number | null;
            };
            /** @description The certificates that its agents get, which send a `csr`; null: none. Of native profiles */
            certificates?: {
                /** @description Of SPIFFE: each certificate has the URI `spiffe://{trust_domain}/agent/{id}`. null: none */
                trust_domain?: string | null;
                /**
                 * Format: int32
                 * @default 2592000
                 */
                lifetime_seconds?: number;
            } | null;
        };
        KeysCreateInput: {
            profile_id: string;
            /** @default  */
            name?: string;
            /** @default  */
            description?: string;
            /** @description Its agents have them, too */
            labels?: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description null: unlimited; absent: as the profile says
             */
            max_uses?: number | null;
            /**
             * Format: date-time
             * @description null: never; absent: as the profile says
             */
            expires_at?: string | null;
            /**
             * Format: int32
             * @description Instead of expires_at
             */
            lifetime_seconds?: number | null;
            /**
             * @description Addresses and CIDR ranges from which a redemption is let in; empty: from everywhere
             * @default []
             */
            allowed_addresses?: string[];
            /**
             * @description Whether a use may, or must, be held before it is confirmed
             * @enum {string}
             */
            hold?: "off" | "allowed" | "required";
            /** @description null: no claim waits for an operator */
            approval?: {
                /**
                 * Format: int32
                 * @description How long a claim waits for a decision; its use is held so long
                 * @default 600
                 */
                expires_seconds?: number;
                /**
                 * Format: int32
                 * @description Claims that may wait at a time
                 * @default 20
                 */
                max_pending?: number;
                /**
                 * @description `user`: only a signed-in user decides; `automation`: an API key may, too
                 * @default user
                 * @enum {string}
                 */
                approve_by?: "user" | "automation";
            } | null;
            /**
             * Format: date-time
             * @description Before then no new claim is let in; null: from the beginning
             */
            not_before?: string | null;
            /** @description When new claims are let in; none: always */
            windows?: {
                days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @description Such as 08:00 */
                from: string;
                /** @description The first minute that it has not. Earlier than `from`: on the next day */
                to: string;
                time_zone: string;
            }[];
            /** @description The most agents that it makes in any minute or hour; null: no limit */
            limits?: {
                /** Format: int32 */
                per_minute?: number | null;
                /** Format: int32 */
                per_hour?: number | null;
                /**
                 * Format: int32
                 * @description From one IPv4 address or IPv6 /64, where addresses are known
                 */
                per_network_per_hour?: number | null;
            };
            /** @description A pause stops new claims only; null members pause nothing */
            pause_on?: {
                /**
                 * Format: int32
                 * @description It pauses when new claims from this many networks were refused within a minute
                 */
                refused_networks_per_minute?: number | null;
                /**
                 * Format: int32
                 * @description It pauses when this many claims were denied within an hour
                 */
                denied_per_hour?: number | null;
                /**
                 * Format: int32
                 * @description null: until it is resumed
                 */
                resume_after_seconds?: number | null;
            };
            /** @description It redeems nothing, and reports who tries. Its clients are answered as a revoked key answers */
            decoy?: boolean;
            /** @description It lets in only machines that match one of its slots, and with no slot none; adding a slot sets it */
            only_expected?: boolean;
            /** @description Rules or presets: an agent is made only for a token (`identity_token`) that meets one of them. None: for who has the code */
            identity?: (({
                /** @enum {string} */
                preset: "github";
                repository: string;
                /** @description Absent: looked up, which works for public repositories */
                repository_id?: string;
                owner_id?: string;
                /** @description Such as main; with a final *: protected branches that begin so */
                branch?: string;
                environment?: string;
                /** @description Of GitHub Enterprise Server */
                server?: string;
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            } | {
                /** @enum {string} */
                preset: "gitlab";
                project: string;
                /** @description Absent: looked up, which works for public projects */
                project_id?: string;
                namespace_id?: string;
                /** @description Such as main; with a final *: protected branches that begin so */
                branch?: string;
                environment?: string;
                /** @description Absent: https://gitlab.com */
                server?: string;
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            } | {
                /** @enum {string} */
                preset: "kubernetes";
                issuer: string;
                namespace: string;
                service_account: string;
                service_account_uid?: string;
                /** @description The issuer’s keys, where it does not publish them */
                jwks?: {
                    keys: {
                        [key: string]: unknown;
                    }[];
                };
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            } | {
                /** @enum {string} */
                preset: "google";
                /** Format: int64 */
                project_number: number;
                zone?: string;
                service_account_id?: string;
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            }) | {
                /** @description As the token’s `iss` has it */
                issuer: string;
                /** @description null: the key’s own, `<public URL>/keys/<id>` */
                audience?: string | null;
                /** @description All of them hold */
                claims: {
                    /** @description RFC 6901, such as /repository_id */
                    pointer: string;
                    equals?: string | boolean | number;
                    one_of?: string[];
                    /** @description Never of `sub` or of an id */
                    starts_with?: string;
                }[];
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per: string[];
                /**
                 * Format: int32
                 * @description How old a token may be
                 * @default 600
                 */
                max_age_seconds?: number;
                /** @description The issuer’s keys, where it does not publish them */
                jwks?: {
                    keys: {
                        [key: string]: unknown;
                    }[];
                } | null;
                /** @description Shown, and not taken: the issuer’s discovery document is asked whenever a rule is saved */
                jwks_uri?: string | null;
            })[];
        };
        KeysListReply: {
            items: components["schemas"]["Key"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description With `total=true`: how many there are on all pages
             */
            total?: number;
            /**
             * Format: date-time
             * @description What happened up to then is in the list
             */
            as_of: string;
        };
        KeysChangeInput: {
            name?: string;
            description?: string;
            /** @description Agents that it made keep theirs */
            labels?: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description May be lowered below the count: what is enrolled stays. null: unlimited
             */
            max_uses?: number | null;
            /**
             * Format: date-time
             * @description In the past: it expires now. null: never
             */
            expires_at?: string | null;
            /** @description Addresses and CIDR ranges from which a redemption is let in; empty: from everywhere */
            allowed_addresses?: string[];
            enabled?: boolean;
            /**
             * @description Whether a use may, or must, be held before it is confirmed
             * @enum {string}
             */
            hold?: "off" | "allowed" | "required";
            /** @description null: no claim waits for an operator */
            approval?: {
                /**
                 * Format: int32
                 * @description How long a claim waits for a decision; its use is held so long
                 * @default 600
                 */
                expires_seconds?: number;
                /**
                 * Format: int32
                 * @description Claims that may wait at a time
                 * @default 20
                 */
                max_pending?: number;
                /**
                 * @description `user`: only a signed-in user decides; `automation`: an API key may, too
                 * @default user
                 * @enum {string}
                 */
                approve_by?: "user" | "automation";
            } | null;
            /**
             * Format: date-time
             * @description Before then no new claim is let in; null: from the beginning
             */
            not_before?: string | null;
            /** @description When new claims are let in; none: always */
            windows?: {
                days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                /** @description Such as 08:00 */
                from: string;
                /** @description The first minute that it has not. Earlier than `from`: on the next day */
                to: string;
                time_zone: string;
            }[];
            /** @description The most agents that it makes in any minute or hour; null: no limit */
            limits?: {
                /** Format: int32 */
                per_minute?: number | null;
                /** Format: int32 */
                per_hour?: number | null;
                /**
                 * Format: int32
                 * @description From one IPv4 address or IPv6 /64, where addresses are known
                 */
                per_network_per_hour?: number | null;
            };
            /** @description A pause stops new claims only; null members pause nothing */
            pause_on?: {
                /**
                 * Format: int32
                 * @description It pauses when new claims from this many networks were refused within a minute
                 */
                refused_networks_per_minute?: number | null;
                /**
                 * Format: int32
                 * @description It pauses when this many claims were denied within an hour
                 */
                denied_per_hour?: number | null;
                /**
                 * Format: int32
                 * @description null: until it is resumed
                 */
                resume_after_seconds?: number | null;
            };
            /** @description It redeems nothing, and reports who tries. Its clients are answered as a revoked key answers */
            decoy?: boolean;
            /** @description It lets in only machines that match one of its slots, and with no slot none; adding a slot sets it */
            only_expected?: boolean;
            /** @description Rules or presets: an agent is made only for a token (`identity_token`) that meets one of them. None: for who has the code */
            identity?: (({
                /** @enum {string} */
                preset: "github";
                repository: string;
                /** @description Absent: looked up, which works for public repositories */
                repository_id?: string;
                owner_id?: string;
                /** @description Such as main; with a final *: protected branches that begin so */
                branch?: string;
                environment?: string;
                /** @description Of GitHub Enterprise Server */
                server?: string;
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            } | {
                /** @enum {string} */
                preset: "gitlab";
                project: string;
                /** @description Absent: looked up, which works for public projects */
                project_id?: string;
                namespace_id?: string;
                /** @description Such as main; with a final *: protected branches that begin so */
                branch?: string;
                environment?: string;
                /** @description Absent: https://gitlab.com */
                server?: string;
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            } | {
                /** @enum {string} */
                preset: "kubernetes";
                issuer: string;
                namespace: string;
                service_account: string;
                service_account_uid?: string;
                /** @description The issuer’s keys, where it does not publish them */
                jwks?: {
                    keys: {
                        [key: string]: unknown;
                    }[];
                };
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            } | {
                /** @enum {string} */
                preset: "google";
                /** Format: int64 */
                project_number: number;
                zone?: string;
                service_account_id?: string;
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per?: string[];
            }) | {
                /** @description As the token’s `iss` has it */
                issuer: string;
                /** @description null: the key’s own, `<public URL>/keys/<id>` */
                audience?: string | null;
                /** @description All of them hold */
                claims: {
                    /** @description RFC 6901, such as /repository_id */
                    pointer: string;
                    equals?: string | boolean | number;
                    one_of?: string[];
                    /** @description Never of `sub` or of an id */
                    starts_with?: string;
                }[];
                /** @description The claims that tell one agent from another: a token with the same values is the same agent */
                agent_per: string[];
                /**
                 * Format: int32
                 * @description How old a token may be
                 * @default 600
                 */
                max_age_seconds?: number;
                /** @description The issuer’s keys, where it does not publish them */
                jwks?: {
                    keys: {
                        [key: string]: unknown;
                    }[];
                } | null;
                /** @description Shown, and not taken: the issuer’s discovery document is asked whenever a rule is saved */
                jwks_uri?: string | null;
            })[];
        };
        KeysExplainInput: {
            /** @description The agent’s own unguessable value; with it a retry is free */
            claim?: string;
            /** @description Absent: as if the client’s address were not known */
            address?: string;
            /** @description The claims that a genuine token would have; absent: as if none came */
            identity?: {
                issuer: string;
                claims: {
                    [key: string]: unknown;
                };
            };
            /**
             * @description What the client asks for
             * @default enroll
             * @enum {string}
             */
            intent?: "enroll" | "hold" | "confirm";
            /** @description What the machine says: a key with slots asks */
            hostname?: string;
            /** @description The same, as `facts.serial` of an enrollment */
            serial?: string;
            /** @description The same, of the DER of its `csr` */
            csr_sha256?: string;
        };
        ExplainRequestInput: {
            /** Format: uuid */
            request_id: string;
        };
        SlotsListReply: {
            items: components["schemas"]["Slot"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
            counts: components["schemas"]["SlotCounts"];
        };
        SlotsAddInput: {
            slots: {
                /**
                 * @description `hostname`; `serial`: `facts.serial` of the enrollment; `csr_sha256`: of the DER of its `csr`, in hexadecimal. Of two slots that match, the first of `csr_sha256`, `serial`, `hostname` counts
                 * @enum {string}
                 */
                by: "csr_sha256" | "serial" | "hostname";
                /** @description Compared without regard to case and to white space around it */
                value: string;
            }[];
        };
        ApprovalsListReply: {
            items: components["schemas"]["Approval"][];
            next_cursor: string | null;
        };
        SessionsCreateInput: {
            email: string;
            password: string;
        };
        SessionsListReply: {
            items: components["schemas"]["OwnSession"][];
        };
        AgentsListReply: {
            items: components["schemas"]["Agent"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description With `total=true`: how many there are on all pages
             */
            total?: number;
            /**
             * Format: date-time
             * @description What happened up to then is in the list
             */
            as_of: string;
        };
        AgentsChangeInput: {
            /** @description Names and values as of Kubernetes’ labels; at most 32. They replace all that were there */
            labels?: {
                [key: string]: string;
            };
        };
        AgentsRevokeInput: {
            /**
             * @description What becomes of the key, with which a revoked machine could enroll again under a new claim
             * @enum {string}
             */
            and_key: "disable" | "keep";
        };
        KeysRevokeAgentsInput: {
            /** Format: date-time */
            since: string;
            /**
             * @description What becomes of the key, with which a revoked machine could enroll again under a new claim
             * @enum {string}
             */
            and_key: "disable" | "keep";
            /** @default false */
            dry_run?: boolean;
        };
        EventsListReply: {
            items: components["schemas"]["Event"][];
            /** @description null: this is the last page. In the order of arrival it is never null: there may be more later */
            next_cursor: string | null;
            /** @description Whether there are no more by now */
            is_end: boolean;
            /** @description For `after`: what arrives after this page was asked for. In the order of arrival the same as next_cursor */
            follow_cursor: string;
        };
        WebhooksCreateInput: {
            /** @description https, without a user name, a password or a fragment. It may hold a secret: events never show it */
            url: string;
            /** @default  */
            description?: string;
            /** @description Which events it gets; `key.*` is every type that begins so. null: all */
            types?: string[] | null;
            /** @default true */
            enabled?: boolean;
        };
        WebhooksListReply: {
            items: components["schemas"]["Webhook"][];
        };
        WebhooksChangeInput: {
            /** @description https, without a user name, a password or a fragment. It may hold a secret: events never show it */
            url?: string;
            description?: string;
            /** @description Which events it gets; `key.*` is every type that begins so. null: all */
            types?: string[] | null;
            /** @description true also ends its back-off: what waits is tried at once */
            enabled?: boolean;
        };
        WebhooksTestReply: {
            message_id: string;
        };
        WebhooksDeliveriesReply: {
            items: components["schemas"]["WebhookDelivery"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
        };
        WebhooksReplayReply: {
            message_id: string;
        };
        ProfilesReleaseReply: {
            /** Format: int64 */
            keys: number;
        };
        ApiKeysSuspendedReply: {
            items: {
                id: string;
                name: string;
                principal: string;
                /** Format: date-time */
                created_at: string;
                /** Format: date-time */
                used_at: string | null;
                /** Format: date-time */
                suspended_at: string;
            }[];
        };
        RolesListReply: {
            items: components["schemas"]["Role"][];
        };
        PasswordChangeInput: {
            email: string;
            /** @description The present one, or the one that was given */
            password: string;
            new_password: string;
        };
        ApiKeysCreateInput: {
            name: string;
            /** @default  */
            description?: string;
            /**
             * Format: date-time
             * @description null: it never expires
             */
            expires_at?: string | null;
            /**
             * Format: int32
             * @description From now; not with expires_at
             */
            lifetime_seconds?: number;
            /**
             * Format: uuid
             * @description Whose it is to be; absent: one’s own
             */
            service_account_id?: string;
        };
        ApiKeysListReply: {
            items: components["schemas"]["ApiKey"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
        };
        ApiKeysChangeInput: {
            name?: string;
            description?: string;
            /**
             * Format: date-time
             * @description null: never; a time that has passed ends it
             */
            expires_at?: string | null;
            enabled?: boolean;
        };
        ServiceAccountsCreateInput: {
            name: string;
            /** @default  */
            description?: string;
            /** @description All that it has from then on; without ids a role holds everywhere */
            roles?: {
                role: string;
                /**
                 * @description All of which a thing must have
                 * @default []
                 */
                label_ids?: string[];
                /** @description Of `native:minter`: any of these */
                profile_ids?: string[];
            }[];
        };
        ServiceAccountsListReply: {
            items: components["schemas"]["ServiceAccount"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
        };
        ServiceAccountsChangeInput: {
            name?: string;
            description?: string;
            /** @description All that it has from then on; without ids a role holds everywhere */
            roles?: {
                role: string;
                /**
                 * @description All of which a thing must have
                 * @default []
                 */
                label_ids?: string[];
                /** @description Of `native:minter`: any of these */
                profile_ids?: string[];
            }[];
            enabled?: boolean;
        };
        UsersCreateInput: {
            /** Format: email */
            email: string;
            /** @default  */
            full_name?: string;
            /** @description All that it has from then on; without ids a role holds everywhere */
            roles?: {
                role: string;
                /**
                 * @description All of which a thing must have
                 * @default []
                 */
                label_ids?: string[];
                /** @description Of `native:minter`: any of these */
                profile_ids?: string[];
            }[];
        };
        UsersListReply: {
            items: components["schemas"]["User"][];
            /** @description Of the next page; null: this is the last */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description With `total=true`: how many there are on all pages
             */
            total?: number;
        };
        UsersChangeInput: {
            /** @description All that it has from then on; without ids a role holds everywhere */
            roles?: {
                role: string;
                /**
                 * @description All of which a thing must have
                 * @default []
                 */
                label_ids?: string[];
                /** @description Of `native:minter`: any of these */
                profile_ids?: string[];
            }[];
            enabled?: boolean;
        };
        KeyringGetReply: {
            /** Format: int64 */
            current: number;
            versions: {
                /** Format: int64 */
                version: number;
                /**
                 * Format: date-time
                 * @description Before that it is known, and nothing is made with it
                 */
                used_from: string;
                /**
                 * @description By which it signs agents’ access tokens
                 * @enum {string}
                 */
                algorithm: "EdDSA" | "ES256";
            }[];
            /** @description API keys, API clients, key pairs, passwords, sessions, by the version that they hang on */
            credentials: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            /**
             * Format: int64
             * @description Of what is shown again
             */
            sealed_by_older: number;
            has_next_master_key: boolean;
            /** @description The newest master key opens all of it, alone */
            is_rewrapped: boolean;
        };
        KeyringRewrapReply: {
            /** Format: int64 */
            rewrapped: number;
        };
        KeyringAddVersionInput: {
            /** @default false */
            at_once?: boolean;
            /**
             * @description By which it signs agents’ access tokens
             * @enum {string}
             */
            algorithm?: "EdDSA" | "ES256";
        };
        KeyringAddVersionReply: {
            /** Format: int64 */
            version: number;
            /**
             * Format: date-time
             * @description Before that it is known, and nothing is made with it
             */
            used_from: string;
            /**
             * @description By which it signs agents’ access tokens
             * @enum {string}
             */
            algorithm: "EdDSA" | "ES256";
        };
        KeyringResealReply: {
            /** Format: int64 */
            resealed: number;
            /** Format: int64 */
            left: number;
        };
        KeyringEndVersionInput: {
            /**
             * Format: int32
             * @default 0
             */
            after?: number;
        };
        KeyringEndVersionReply: {
            /** Format: int64 */
            keys: number;
            /** Format: int64 */
            next: number | null;
        };
        KeyringEndKeyPairsInput: {
            /** @default  */
            after?: string;
        };
        KeyringEndKeyPairsReply: {
            /** Format: int64 */
            key_pairs: number;
            /** @description The last key pair of the page; null: there is no further page */
            next: string | null;
        };
        KeyringDropVersionReply: {
            /** Format: int64 */
            api_keys: number;
            /** Format: int64 */
            api_clients: number;
            /** Format: int64 */
            passwords: number;
            /** Format: int64 */
            sessions: number;
        };
        LedgersSurveyInput: {
            /**
             * Format: int32
             * @default 0
             */
            after?: number;
        };
        LedgersSurveyReply: {
            /** @description Enrollment keys that can be redeemed */
            keys: {
                [key: string]: number;
            };
            /** @description Agents, by the version of the refresh token that they presented last */
            families: {
                [key: string]: number;
            };
            /** @description Live certificates of agents */
            certificates: {
                [key: string]: number;
            };
            /** Format: int64 */
            suspended_keys: number;
            /** Format: int64 */
            suspended_families: number;
            /**
             * Format: int64
             * @description Changes that D1 does not have yet
             */
            waiting: number;
            /**
             * Format: int64
             * @description The last ledger of the page; null: there is no further page
             */
            next: number | null;
        };
        LedgersRebuildInput: {
            /**
             * Format: int32
             * @default 0
             */
            after?: number;
        };
        LedgersRebuildReply: {
            /** Format: int64 */
            ledgers: number;
            /**
             * Format: int64
             * @description The last ledger of the page; null: there is no further page
             */
            next: number | null;
        };
        FenceReply: {
            /** Format: int64 */
            api_keys: number;
            /** Format: int64 */
            api_clients: number;
        };
        LedgersFenceInput: {
            /**
             * Format: int32
             * @default 0
             */
            after?: number;
        };
        LedgersFenceReply: {
            /** Format: int64 */
            keys: number;
            /** Format: int64 */
            families: number;
            /**
             * Format: int64
             * @description The last ledger of the page; null: there is no further page
             */
            next: number | null;
        };
        KeyPairsFenceInput: {
            /** @default  */
            after?: string;
        };
        KeyPairsFenceReply: {
            /** Format: int64 */
            key_pairs: number;
            /** @description The last key pair of the page; null: there is no further page */
            next: string | null;
        };
        KeyPairsRebuildInput: {
            /** @default  */
            after?: string;
        };
        KeyPairsRebuildReply: {
            /** Format: int64 */
            key_pairs: number;
            /** @description The last key pair of the page; null: there is no further page */
            next: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export interface operations {
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "oldest_outbox_seconds": null,
                     *       "dead_rows": 0,
                     *       "clock_ahead_seconds": null,
                     *       "database_bytes": 1048576,
                     *       "reason": null
                     *     }
                     */
                    "application/json": components["schemas"]["HealthzReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not ready, and why */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthzReply"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON Web Key Set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "x": "base64url-of-the-example",
                     *           "kid": "agent-1",
                     *           "alg": "EdDSA",
                     *           "use": "sig"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["JwksReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    head_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON Web Key Set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "x": "base64url-of-the-example",
                     *           "kid": "head-1",
                     *           "alg": "EdDSA",
                     *           "use": "sig"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["HeadKeysReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    oauth_metadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "https://latchkey.example",
                     *       "token_endpoint": "https://latchkey.example/v1/token",
                     *       "jwks_uri": "https://latchkey.example/.well-known/jwks.json",
                     *       "revocation_endpoint": "https://latchkey.example/v1/revoke",
                     *       "introspection_endpoint": "https://latchkey.example/v1/introspect",
                     *       "response_types_supported": [
                     *         "none"
                     *       ],
                     *       "grant_types_supported": [
                     *         "refresh_token"
                     *       ],
                     *       "token_endpoint_auth_methods_supported": [
                     *         "none"
                     *       ],
                     *       "revocation_endpoint_auth_methods_supported": [
                     *         "none"
                     *       ],
                     *       "introspection_endpoint_auth_methods_supported": [
                     *         "client_secret_basic"
                     *       ],
                     *       "service_documentation": "https://latchkey.example/openapi.json"
                     *     }
                     */
                    "application/json": components["schemas"]["OauthMetadataReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bootstrap: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "organization": "Example",
                 *       "email": "owner@example.com"
                 *     }
                 */
                "application/json": components["schemas"]["BootstrapInput"];
            };
        };
        responses: {
            /** @description The organization existed; its owner has a further API key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organization": {
                     *         "id": 1,
                     *         "name": "Example",
                     *         "customer_id": "100000000000000001",
                     *         "organisation_key": "ffffffffffffffffffffffffffffffffffffffff"
                     *       },
                     *       "illumio": {
                     *         "org_id": 1,
                     *         "auth_username": "api_10123456789abcdef",
                     *         "secret": "secret-of-the-example",
                     *         "email": "owner@example.com",
                     *         "password": null
                     *       },
                     *       "zpa": {
                     *         "customer_id": "100000000000000001",
                     *         "client_id": "",
                     *         "client_secret": "secret-of-the-example"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["BootstrapReply"];
                };
            };
            /** @description The organization is new */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "organization": {
                     *         "id": 1,
                     *         "name": "Example",
                     *         "customer_id": "100000000000000001",
                     *         "organisation_key": "ffffffffffffffffffffffffffffffffffffffff"
                     *       },
                     *       "illumio": {
                     *         "org_id": 1,
                     *         "auth_username": "api_10123456789abcdef",
                     *         "secret": "secret-of-the-example",
                     *         "email": "owner@example.com",
                     *         "password": "password-of-the-example"
                     *       },
                     *       "zpa": {
                     *         "customer_id": "100000000000000001",
                     *         "client_id": "",
                     *         "client_secret": "secret-of-the-example"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["BootstrapReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    errors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    crl: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description DER */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pkix-crl": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ca: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                certificate: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description DER, or PEM */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pkix-cert": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    install_script: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A POSIX shell script */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enroll: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "lk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                 *       "claim": "web-01 b3f1c2d4e5a69788",
                 *       "hostname": "web-01",
                 *       "facts": {
                 *         "os": "Debian 13"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EnrollInput"];
            };
        };
        responses: {
            /** @description The agent that this claim made before; nothing is spent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": {
                     *         "id": "00000000-0000-4000-8000-000000000003",
                     *         "organization_id": 1,
                     *         "profile_id": "prf_1000001",
                     *         "key_id": "key_1000002",
                     *         "dialect": "native"
                     *       },
                     *       "access_token": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
                     *       "token_type": "Bearer",
                     *       "expires_in": 600,
                     *       "refresh_token": "refresh-token-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["Enrolled"];
                };
            };
            /** @description A new agent; a use is spent */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": {
                     *         "id": "00000000-0000-4000-8000-000000000003",
                     *         "organization_id": 1,
                     *         "profile_id": "prf_1000001",
                     *         "key_id": "key_1000002",
                     *         "dialect": "native"
                     *       },
                     *       "access_token": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
                     *       "token_type": "Bearer",
                     *       "expires_in": 600,
                     *       "refresh_token": "refresh-token-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["Enrolled"];
                };
            };
            /** @description A use is kept for the claim, and no agent is made yet */
            202: {
                headers: {
                    /** @description Seconds, while an operator is to decide */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "held",
                     *       "expires_at": "2026-07-01T08:00:00.000Z",
                     *       "comparison_code": "ABCD-EFGH"
                     *     }
                     */
                    "application/json": components["schemas"]["Held"];
                };
            };
            /** @description Refused; the reason is not given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many refusals of this code from this address, or the key makes no further agent at this moment */
            429: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enroll_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "lk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                 *       "claim": "confirm b3f1c2d4e5a69788 held"
                 *     }
                 */
                "application/json": components["schemas"]["EnrollConfirmInput"];
            };
        };
        responses: {
            /** @description The agent that this claim made before; nothing is spent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolled"];
                };
            };
            /** @description A new agent; a use is spent */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agent": {
                     *         "id": "00000000-0000-4000-8000-000000000006",
                     *         "organization_id": 1,
                     *         "profile_id": "prf_1000001",
                     *         "key_id": "key_1000007",
                     *         "dialect": "native"
                     *       },
                     *       "access_token": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
                     *       "token_type": "Bearer",
                     *       "expires_in": 600,
                     *       "refresh_token": "refresh-token-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["Enrolled"];
                };
            };
            /** @description A use is kept for the claim, and no agent is made yet */
            202: {
                headers: {
                    /** @description Seconds, while an operator is to decide */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Held"];
                };
            };
            /** @description Refused; the reason is not given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many refusals of this code from this address, or the key makes no further agent at this moment */
            429: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enroll_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "lk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                 *       "claim": "cancel b3f1c2d4e5a69788 held"
                 *     }
                 */
                "application/json": components["schemas"]["EnrollCancelInput"];
            };
        };
        responses: {
            /** @description Nothing is held for the claim */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; the reason is not given */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The claim has made its agent already; its credentials come from an enrollment */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrollCancelReply"];
                };
            };
            /** @description Too many refusals of this code from this address, or the key makes no further agent at this moment */
            429: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "grant_type": "refresh_token",
                 *       "refresh_token": "refresh-token-of-the-example"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["TokenInput"];
            };
        };
        responses: {
            /** @description Tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
                     *       "token_type": "Bearer",
                     *       "expires_in": 600,
                     *       "refresh_token": "refresh-token-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description The request or its token is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Too many refusals of this token */
            429: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not possible at this moment */
            503: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "token-of-the-example"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["RevokeInput"];
            };
        };
        responses: {
            /** @description The token has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": components["schemas"]["RevokeReply"];
                };
            };
            /** @description The request or its token is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Too many refusals of this token */
            429: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not possible at this moment */
            503: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    introspect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "token-of-the-example"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["IntrospectInput"];
            };
        };
        responses: {
            /** @description The token’s claims, or that it is not active */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active": true,
                     *       "token_type": "Bearer",
                     *       "iss": "https://latchkey.example",
                     *       "aud": "latchkey-agent",
                     *       "sub": "00000000-0000-4000-8000-000000000003",
                     *       "client_id": "00000000-0000-4000-8000-000000000003",
                     *       "jti": "00000000-0000-4000-8000-000000000004",
                     *       "iat": 1,
                     *       "exp": 1,
                     *       "organization_id": 1,
                     *       "profile_id": "prf_1000001",
                     *       "key_id": "key_1000002",
                     *       "dialect": "native"
                     *     }
                     */
                    "application/json": components["schemas"]["Introspection"];
                };
            };
            /** @description The request or its token is not valid */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The caller’s own credential is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Too many refusals of this token */
            429: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not possible at this moment */
            503: {
                headers: {
                    /** @description Seconds */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_self: {
        parameters: {
            query?: {
                fresh?: "0" | "1";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000003",
                     *       "organization_id": 1,
                     *       "profile_id": "prf_1000001",
                     *       "key_id": "key_1000002",
                     *       "dialect": "native",
                     *       "token_expires_at": "2026-07-01T08:00:00.000Z",
                     *       "agent": {
                     *         "id": "00000000-0000-4000-8000-000000000003",
                     *         "organization_id": 1,
                     *         "profile_id": "prf_1000001",
                     *         "key_id": "key_1000002",
                     *         "dialect": "native",
                     *         "use": 1,
                     *         "state": "active",
                     *         "hostname": "web-01",
                     *         "labels": {},
                     *         "facts": {
                     *           "os": "Debian 13"
                     *         },
                     *         "enrolled_at": "2026-07-01T08:00:00.000Z",
                     *         "enrolled_from": null,
                     *         "seen_at": "2026-07-01T08:00:00.000Z",
                     *         "ended_at": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Self"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_goodbye: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent has left */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_heartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000003",
                     *       "organization_id": 1,
                     *       "profile_id": "prf_1000001",
                     *       "key_id": "key_1000002",
                     *       "dialect": "native",
                     *       "use": 1,
                     *       "state": "active",
                     *       "hostname": "web-01",
                     *       "labels": {},
                     *       "facts": {
                     *         "os": "Debian 13"
                     *       },
                     *       "enrolled_at": "2026-07-01T08:00:00.000Z",
                     *       "enrolled_from": null,
                     *       "seen_at": "2026-07-01T08:00:00.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_certify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "csr": "-----BEGIN CERTIFICATE REQUEST-----\nbase64-of-the-example\n-----END CERTIFICATE REQUEST-----\n"
                 *     }
                 */
                "application/json": components["schemas"]["AgentsCertifyInput"];
            };
        };
        responses: {
            /** @description The certificate */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "certificate": "-----BEGIN CERTIFICATE-----\nbase64-of-the-example\n-----END CERTIFICATE-----\n",
                     *       "chain": [
                     *         "-----BEGIN CERTIFICATE-----\nbase64-of-the-example\n-----END CERTIFICATE-----\n",
                     *         "-----BEGIN CERTIFICATE-----\nbase64-of-the-example\n-----END CERTIFICATE-----\n"
                     *       ],
                     *       "serial": "0101010101010101010101010101010101",
                     *       "expires_at": "2026-07-01T08:00:00.000Z",
                     *       "spiffe_id": "spiffe://shop.example/agent/00000000-0000-4000-8000-000000000005"
                     *     }
                     */
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_certificates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first, at most a hundred */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "serial": "0101010101010101010101010101010101",
                     *           "issuer_id": 1,
                     *           "issued_at": "2026-07-01T08:00:00.000Z",
                     *           "expires_at": "2026-07-01T08:00:00.000Z",
                     *           "revoked_at": null
                     *         },
                     *         {
                     *           "serial": "0101010101010101010101010101010101",
                     *           "issuer_id": 1,
                     *           "issued_at": "2026-07-01T08:00:00.000Z",
                     *           "expires_at": "2026-07-01T08:00:00.000Z",
                     *           "revoked_at": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AgentsCertificatesReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_revoke_certificates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest first, at most a hundred */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "serial": "0101010101010101010101010101010101",
                     *           "issuer_id": 1,
                     *           "issued_at": "2026-07-01T08:00:00.000Z",
                     *           "expires_at": "2026-07-01T08:00:00.000Z",
                     *           "revoked_at": "2026-07-01T08:00:00.000Z"
                     *         },
                     *         {
                     *           "serial": "0101010101010101010101010101010101",
                     *           "issuer_id": 1,
                     *           "issued_at": "2026-07-01T08:00:00.000Z",
                     *           "expires_at": "2026-07-01T08:00:00.000Z",
                     *           "revoked_at": "2026-07-01T08:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AgentsRevokeCertificatesReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before; good for the same filters and sort */
                cursor?: string;
                /** @description A part of the name, in any case */
                q?: string;
                label?: string;
                dialect?: "native" | "illumio" | "zpa";
                /** @description Last used at or after */
                used_since?: string;
                /** @description Whether to count all that the filters leave, too */
                total?: boolean;
                /** @description The list has what happened up to then, or is a 503. Exact where key_id or profile_id names one ledger */
                min_as_of?: string;
                /** @description As `q` */
                name?: string;
                state?: "enabled" | "disabled";
                /** @description With a minus sign descending. Absent: an order that is read fast, and stays the same */
                sort?: "name" | "-name" | "created_at" | "-created_at" | "last_used_at" | "-last_used_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of profiles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "prf_1000001",
                     *           "organization_id": 1,
                     *           "dialect": "native",
                     *           "name": "Web servers",
                     *           "description": "The front",
                     *           "labels": {},
                     *           "location": null,
                     *           "enabled": true,
                     *           "is_default": false,
                     *           "allowed_addresses": [],
                     *           "default_max_uses": 25,
                     *           "default_key_lifetime_seconds": null,
                     *           "ceilings": {
                     *             "max_uses": null,
                     *             "lifetime_seconds": null
                     *           },
                     *           "certificates": null,
                     *           "uses": 0,
                     *           "last_redeemed_at": null,
                     *           "last_used_at": null,
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "updated_at": "2026-07-01T08:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "as_of": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ProfilesListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Web servers",
                 *       "description": "The front of the shop",
                 *       "default_max_uses": 25
                 *     }
                 */
                "application/json": components["schemas"]["ProfilesCreateInput"];
            };
        };
        responses: {
            /** @description The new profile */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "Web servers",
                     *       "description": "The front of the shop",
                     *       "labels": {},
                     *       "location": null,
                     *       "enabled": true,
                     *       "is_default": false,
                     *       "allowed_addresses": [],
                     *       "default_max_uses": 25,
                     *       "default_key_lifetime_seconds": null,
                     *       "ceilings": {
                     *         "max_uses": null,
                     *         "lifetime_seconds": null
                     *       },
                     *       "certificates": null,
                     *       "uses": 0,
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                profile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "Web servers",
                     *       "description": "The front of the shop",
                     *       "labels": {},
                     *       "location": null,
                     *       "enabled": true,
                     *       "is_default": false,
                     *       "allowed_addresses": [],
                     *       "default_max_uses": 25,
                     *       "default_key_lifetime_seconds": null,
                     *       "ceilings": {
                     *         "max_uses": null,
                     *         "lifetime_seconds": null
                     *       },
                     *       "certificates": null,
                     *       "uses": 0,
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                profile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                profile: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "The front"
                 *     }
                 */
                "application/json": components["schemas"]["ProfilesChangeInput"];
            };
        };
        responses: {
            /** @description The profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "Web servers",
                     *       "description": "The front",
                     *       "labels": {},
                     *       "location": null,
                     *       "enabled": true,
                     *       "is_default": false,
                     *       "allowed_addresses": [],
                     *       "default_max_uses": 25,
                     *       "default_key_lifetime_seconds": null,
                     *       "ceilings": {
                     *         "max_uses": null,
                     *         "lifetime_seconds": null
                     *       },
                     *       "certificates": null,
                     *       "uses": 0,
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_disable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                profile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "Web servers",
                     *       "description": "The front",
                     *       "labels": {},
                     *       "location": null,
                     *       "enabled": false,
                     *       "is_default": false,
                     *       "allowed_addresses": [],
                     *       "default_max_uses": 25,
                     *       "default_key_lifetime_seconds": null,
                     *       "ceilings": {
                     *         "max_uses": null,
                     *         "lifetime_seconds": null
                     *       },
                     *       "certificates": null,
                     *       "uses": 0,
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_enable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                profile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "Web servers",
                     *       "description": "The front",
                     *       "labels": {},
                     *       "location": null,
                     *       "enabled": true,
                     *       "is_default": false,
                     *       "allowed_addresses": [],
                     *       "default_max_uses": 25,
                     *       "default_key_lifetime_seconds": null,
                     *       "ceilings": {
                     *         "max_uses": null,
                     *         "lifetime_seconds": null
                     *       },
                     *       "certificates": null,
                     *       "uses": 0,
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before; good for the same filters and sort */
                cursor?: string;
                /** @description A part of the name, in any case */
                q?: string;
                label?: string;
                dialect?: "native" | "illumio" | "zpa";
                /** @description Last used at or after */
                used_since?: string;
                /** @description Whether to count all that the filters leave, too */
                total?: boolean;
                /** @description The list has what happened up to then, or is a 503. Exact where key_id or profile_id names one ledger */
                min_as_of?: string;
                profile_id?: string;
                /** @description `usable`: neither off, nor expired, nor spent, whatever else it waits for */
                state?: "active" | "disabled" | "revoked" | "suspended_by_restore" | "paused" | "scheduled" | "expired" | "spent" | "held" | "usable";
                expires_before?: string;
                /** @description With a minus sign descending. Absent: an order that is read fast, and stays the same */
                sort?: "name" | "-name" | "created_at" | "-created_at" | "expires_at" | "-expires_at" | "last_used_at" | "-last_used_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "key_1000002",
                     *           "profile_id": "prf_1000001",
                     *           "organization_id": 1,
                     *           "dialect": "native",
                     *           "name": "July roll-out",
                     *           "description": "",
                     *           "labels": {},
                     *           "state": "active",
                     *           "enabled": true,
                     *           "max_uses": 30,
                     *           "uses": 1,
                     *           "held": 0,
                     *           "uses_left": 29,
                     *           "paused_at": null,
                     *           "resumes_at": null,
                     *           "hold": "off",
                     *           "approval": null,
                     *           "not_before": null,
                     *           "windows": [],
                     *           "limits": {
                     *             "per_minute": null,
                     *             "per_hour": null,
                     *             "per_network_per_hour": null
                     *           },
                     *           "pause_on": {
                     *             "refused_networks_per_minute": null,
                     *             "denied_per_hour": null,
                     *             "resume_after_seconds": null
                     *           },
                     *           "decoy": false,
                     *           "only_expected": false,
                     *           "identity": [],
                     *           "expires_at": "2100-01-01T00:00:00.000Z",
                     *           "revoked_at": null,
                     *           "allowed_addresses": [],
                     *           "last_redeemed_at": "2026-07-01T08:00:00.000Z",
                     *           "last_used_at": "2026-07-01T08:00:00.000Z",
                     *           "last_used_from": null,
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "updated_at": "2026-07-01T08:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "as_of": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["KeysListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "profile_id": "prf_1000001",
                 *       "name": "July roll-out",
                 *       "max_uses": 25,
                 *       "expires_at": "2100-01-01T00:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["KeysCreateInput"];
            };
        };
        responses: {
            /** @description The new key, and its code */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "active",
                     *       "enabled": true,
                     *       "max_uses": 25,
                     *       "uses": 0,
                     *       "held": 0,
                     *       "uses_left": 25,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z",
                     *       "code": "lk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                     *     }
                     */
                    "application/json": components["schemas"]["MintedKey"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "active",
                     *       "enabled": true,
                     *       "max_uses": 25,
                     *       "uses": 0,
                     *       "held": 0,
                     *       "uses_left": 25,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "max_uses": 30
                 *     }
                 */
                "application/json": components["schemas"]["KeysChangeInput"];
            };
        };
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "active",
                     *       "enabled": true,
                     *       "max_uses": 30,
                     *       "uses": 0,
                     *       "held": 0,
                     *       "uses_left": 30,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_disable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "disabled",
                     *       "enabled": false,
                     *       "max_uses": 30,
                     *       "uses": 0,
                     *       "held": 0,
                     *       "uses_left": 30,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_enable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "active",
                     *       "enabled": true,
                     *       "max_uses": 30,
                     *       "uses": 0,
                     *       "held": 0,
                     *       "uses_left": 30,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "paused",
                     *       "enabled": true,
                     *       "max_uses": 30,
                     *       "uses": 0,
                     *       "held": 0,
                     *       "uses_left": 30,
                     *       "paused_at": "2026-07-01T08:00:00.000Z",
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "active",
                     *       "enabled": true,
                     *       "max_uses": 30,
                     *       "uses": 0,
                     *       "held": 0,
                     *       "uses_left": 30,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": null,
                     *       "last_used_at": null,
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000002",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "revoked",
                     *       "enabled": true,
                     *       "max_uses": 30,
                     *       "uses": 3,
                     *       "held": 0,
                     *       "uses_left": 27,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "off",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": "2026-07-01T08:00:00.000Z",
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": "2026-07-01T08:00:00.000Z",
                     *       "last_used_at": "2026-07-01T08:00:00.000Z",
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_explain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "claim": "web-01 b3f1c2d4e5a69788"
                 *     }
                 */
                "application/json": components["schemas"]["KeysExplainInput"];
            };
        };
        responses: {
            /** @description The decision and its reason */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "decision": "repeat",
                     *       "reason": null,
                     *       "explanation": "This claim made an agent before: it gets the same again, and no use is spent.",
                     *       "agent_id": "00000000-0000-4000-8000-000000000003",
                     *       "uses_left": 29,
                     *       "rules": [
                     *         {
                     *           "reason": "key_unknown",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "profile_disabled",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "key_revoked",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "key_decoy",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "key_disabled",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "suspended_by_restore",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "address_not_allowed",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "identity_missing",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "identity_invalid",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "identity_not_allowed",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "agent_revoked",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "agent_disabled",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "claim_denied",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "claim_bound",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "reason": "hold_lapsed",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "hold_not_allowed",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "hold_required",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "claim_required",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "key_paused",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "key_not_started",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "outside_window",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "key_expired",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "not_listed",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "slot_filled",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "rate_limited",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "key_spent",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "key_held",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "approvals_full",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "holds_full",
                     *           "outcome": "not_asked"
                     *         },
                     *         {
                     *           "reason": "issuer_unavailable",
                     *           "outcome": "not_asked"
                     *         }
                     *       ],
                     *       "refusals": []
                     *     }
                     */
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_refusals: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest rows, and all by reason */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "reason": "key_revoked",
                     *           "address": null,
                     *           "minute": "2026-07-01T08:00:00.000Z",
                     *           "count": 1
                     *         }
                     *       ],
                     *       "by_reason": [
                     *         {
                     *           "reason": "key_revoked",
                     *           "count": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Refusals"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain_request: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "request_id": "00000000-0000-4000-8000-000000000011"
                 *     }
                 */
                "application/json": components["schemas"]["ExplainRequestInput"];
            };
        };
        responses: {
            /** @description The reason, if it is kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "request_id": "00000000-0000-4000-8000-000000000011",
                     *       "kept": true,
                     *       "key_id": "key_1000002",
                     *       "refusal": {
                     *         "reason": "key_revoked",
                     *         "address": null,
                     *         "minute": "2026-07-01T08:00:00.000Z",
                     *         "count": 1
                     *       },
                     *       "explanation": "The key is revoked, and that is final."
                     *     }
                     */
                    "application/json": components["schemas"]["ExplainedRequest"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    slots_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                state?: "missing" | "filled";
                /** @description The slots of this value, however it is written */
                value?: string;
            };
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of slots */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "slt_1000021",
                     *           "by": "hostname",
                     *           "value": "web-01",
                     *           "state": "filled",
                     *           "agent_id": "00000000-0000-4000-8000-000000000022",
                     *           "agent_state": "active",
                     *           "filled_at": "2026-07-01T08:00:00.000Z",
                     *           "held_until": null
                     *         },
                     *         {
                     *           "id": "slt_1000023",
                     *           "by": "hostname",
                     *           "value": "web-02",
                     *           "state": "missing",
                     *           "agent_id": null,
                     *           "agent_state": null,
                     *           "filled_at": null,
                     *           "held_until": null
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "counts": {
                     *         "total": 2,
                     *         "filled": 1,
                     *         "missing": 1,
                     *         "held": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SlotsListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    slots_add: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slots": [
                 *         {
                 *           "by": "hostname",
                 *           "value": "web-01"
                 *         },
                 *         {
                 *           "by": "hostname",
                 *           "value": "web-02"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SlotsAddInput"];
            };
        };
        responses: {
            /** @description How many were added, and how many there are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "added": 2,
                     *       "counts": {
                     *         "total": 2,
                     *         "filled": 0,
                     *         "missing": 2,
                     *         "held": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SlotsAdded"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    slots_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                slot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key expects it no more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    slots_refill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
                slot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The slot, which is missing again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "slt_1000021",
                     *       "by": "hostname",
                     *       "value": "web-01",
                     *       "state": "missing",
                     *       "agent_id": null,
                     *       "agent_state": null,
                     *       "filled_at": null,
                     *       "held_until": null
                     *     }
                     */
                    "application/json": components["schemas"]["Slot"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approvals_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description Claims of that `status`; a page may have few of them, or none */
                state?: "pending" | "approved" | "held";
                key_id?: string;
                /** @description Claims of the keys of that profile */
                profile_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The claims of a page of keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "apr_1000008",
                     *           "kind": "approval",
                     *           "status": "pending",
                     *           "key_id": "key_1000009",
                     *           "key_name": "July roll-out",
                     *           "profile_id": "prf_1000001",
                     *           "dialect": "native",
                     *           "comparison_code": "ABCD-EFGH",
                     *           "opened_at": "2026-07-01T08:00:00.000Z",
                     *           "expires_at": "2026-07-01T08:00:00.000Z",
                     *           "approved_at": null,
                     *           "known": {
                     *             "address": null,
                     *             "enrolled_from_there": false,
                     *             "others_waiting_from_there": 0
                     *           },
                     *           "claimed": {
                     *             "hostname": "web-04",
                     *             "facts": {}
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApprovalsListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approvals_approve: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approval: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "apr_1000008",
                     *       "decision": "approved",
                     *       "decided_by": "owner@example.com",
                     *       "decided_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ApprovalDecision"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approvals_deny: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                approval: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The decision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "apr_1000010",
                     *       "decision": "denied",
                     *       "decided_by": "owner@example.com",
                     *       "decided_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ApprovalDecision"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0000000000000000000000000000000f",
                     *           "kind": "native:session",
                     *           "current": false,
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "ends_at": "2026-07-01T08:00:00.000Z",
                     *           "expires_at": "2026-07-01T08:00:00.000Z"
                     *         },
                     *         {
                     *           "id": "00000000000000000000000000000010",
                     *           "kind": "native:session",
                     *           "current": true,
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "ends_at": "2026-07-01T08:00:00.000Z",
                     *           "expires_at": "2026-07-01T08:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SessionsListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "owner@example.com",
                 *       "password": "password-of-the-example"
                 *     }
                 */
                "application/json": components["schemas"]["SessionsCreateInput"];
            };
        };
        responses: {
            /** @description The session */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "token-of-the-example",
                     *       "organization_id": 1,
                     *       "idle_seconds": 1800,
                     *       "lifetime_seconds": 43200
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sessions_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before; good for the same filters and sort */
                cursor?: string;
                /** @description A part of the name, in any case */
                q?: string;
                label?: string;
                dialect?: "native" | "illumio" | "zpa";
                /** @description Last used at or after */
                used_since?: string;
                /** @description Whether to count all that the filters leave, too */
                total?: boolean;
                /** @description The list has what happened up to then, or is a 503. Exact where key_id or profile_id names one ledger */
                min_as_of?: string;
                key_id?: string;
                profile_id?: string;
                /** @description Enrolled at or after */
                since?: string;
                /** @description Enrolled before */
                until?: string;
                state?: "active" | "revoked" | "left";
                /** @description As `q` */
                hostname?: string;
                /** @description With a minus sign descending. Absent: an order that is read fast, and stays the same */
                sort?: "name" | "-name" | "created_at" | "-created_at" | "last_used_at" | "-last_used_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of agents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "00000000-0000-4000-8000-000000000003",
                     *           "organization_id": 1,
                     *           "profile_id": "prf_1000001",
                     *           "key_id": "key_1000002",
                     *           "dialect": "native",
                     *           "use": 1,
                     *           "state": "active",
                     *           "hostname": "web-01",
                     *           "labels": {},
                     *           "facts": {
                     *             "os": "Debian 13"
                     *           },
                     *           "enrolled_at": "2026-07-01T08:00:00.000Z",
                     *           "enrolled_from": null,
                     *           "seen_at": "2026-07-01T08:00:00.000Z",
                     *           "ended_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "as_of": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["AgentsListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000003",
                     *       "organization_id": 1,
                     *       "profile_id": "prf_1000001",
                     *       "key_id": "key_1000002",
                     *       "dialect": "native",
                     *       "use": 1,
                     *       "state": "active",
                     *       "hostname": "web-01",
                     *       "labels": {
                     *         "rack": "b7"
                     *       },
                     *       "facts": {
                     *         "os": "Debian 13"
                     *       },
                     *       "enrolled_at": "2026-07-01T08:00:00.000Z",
                     *       "enrolled_from": null,
                     *       "seen_at": "2026-07-01T08:00:00.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "labels": {
                 *         "rack": "b7"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AgentsChangeInput"];
            };
        };
        responses: {
            /** @description The agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000003",
                     *       "organization_id": 1,
                     *       "profile_id": "prf_1000001",
                     *       "key_id": "key_1000002",
                     *       "dialect": "native",
                     *       "use": 1,
                     *       "state": "active",
                     *       "hostname": "web-01",
                     *       "labels": {
                     *         "rack": "b7"
                     *       },
                     *       "facts": {
                     *         "os": "Debian 13"
                     *       },
                     *       "enrolled_at": "2026-07-01T08:00:00.000Z",
                     *       "enrolled_from": null,
                     *       "seen_at": "2026-07-01T08:00:00.000Z",
                     *       "ended_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agents_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "and_key": "keep"
                 *     }
                 */
                "application/json": components["schemas"]["AgentsRevokeInput"];
            };
        };
        responses: {
            /** @description Revoked; the answer has the remaining uses of its key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agents": [
                     *         "00000000-0000-4000-8000-000000000003"
                     *       ],
                     *       "count": 1,
                     *       "dry_run": false,
                     *       "key": {
                     *         "enabled": true,
                     *         "uses_left": 29
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Revocation"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_revoke_agents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "since": "2020-01-01T00:00:00Z",
                 *       "and_key": "keep",
                 *       "dry_run": true
                 *     }
                 */
                "application/json": components["schemas"]["KeysRevokeAgentsInput"];
            };
        };
        responses: {
            /** @description The agents, and what their key has left */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agents": [
                     *         "00000000-0000-4000-8000-000000000003"
                     *       ],
                     *       "count": 1,
                     *       "dry_run": true,
                     *       "key": {
                     *         "enabled": true,
                     *         "uses_left": 29
                     *       },
                     *       "left_out": 0
                     *     }
                     */
                    "application/json": components["schemas"]["MassRevocation"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description `arrival`: oldest first, each event once, however late it comes */
                order?: "newest" | "arrival";
                /** @description A cursor of the order of arrival: what came after it. Implies `order=arrival` */
                after?: string;
                type?: string;
                actor?: string;
                /** @description What happened to it */
                profile_id?: string;
                /** @description What happened to it, and what it enrolled */
                key_id?: string;
                /** @description What happened to it */
                agent_id?: string;
                /** @description The X-Request-Id of the answer */
                request_id?: string;
                /** @description From where the request came: an address or a CIDR range */
                address?: string;
                /** @description At or after */
                since?: string;
                /** @description At or before */
                until?: string;
                /** @description Whether it did what was asked for; false: refusals */
                success?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "00000000-0000-4000-8000-000000000019",
                     *           "at": "2026-07-01T08:00:00.000Z",
                     *           "type": "api_key.create",
                     *           "success": true,
                     *           "actor": {
                     *             "kind": "user",
                     *             "id": "1",
                     *             "name": "owner@example.com",
                     *             "api_key_id": "api_1000000000000000d"
                     *           },
                     *           "request": {
                     *             "id": "00000000-0000-4000-8000-000000000020",
                     *             "method": "POST",
                     *             "path": "/v1/api-keys",
                     *             "address": null
                     *           },
                     *           "subject": {
                     *             "kind": "api_key",
                     *             "id": "api_10000000000000012",
                     *             "name": "pipeline"
                     *           },
                     *           "detail": {}
                     *         }
                     *       ],
                     *       "next_cursor": "cursor-of-the-example",
                     *       "is_end": false,
                     *       "follow_cursor": "cursor-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["EventsListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000019",
                     *       "at": "2026-07-01T08:00:00.000Z",
                     *       "type": "api_key.create",
                     *       "success": true,
                     *       "actor": {
                     *         "kind": "user",
                     *         "id": "1",
                     *         "name": "owner@example.com",
                     *         "api_key_id": "api_1000000000000000d"
                     *       },
                     *       "request": {
                     *         "id": "00000000-0000-4000-8000-000000000020",
                     *         "method": "POST",
                     *         "path": "/v1/api-keys",
                     *         "address": null
                     *       },
                     *       "subject": {
                     *         "kind": "api_key",
                     *         "id": "api_10000000000000012",
                     *         "name": "pipeline"
                     *       },
                     *       "detail": {}
                     *     }
                     */
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "00000000-0000-4000-8000-000000000025",
                     *           "url": "https://hooks.example/latchkey",
                     *           "description": "",
                     *           "types": [
                     *             "agent.enroll",
                     *             "agent.revoke"
                     *           ],
                     *           "enabled": true,
                     *           "disabled_reason": null,
                     *           "queued": 0,
                     *           "skipped": 0,
                     *           "failing_since": null,
                     *           "previous_secret_until": null,
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "updated_at": "2026-07-01T08:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["WebhooksListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://hooks.example/latchkey",
                 *       "types": [
                 *         "agent.enroll",
                 *         "agent.revoke"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WebhooksCreateInput"];
            };
        };
        responses: {
            /** @description The webhook, and its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000025",
                     *       "url": "https://hooks.example/latchkey",
                     *       "description": "",
                     *       "types": [
                     *         "agent.enroll",
                     *         "agent.revoke"
                     *       ],
                     *       "enabled": true,
                     *       "disabled_reason": null,
                     *       "queued": 0,
                     *       "skipped": 0,
                     *       "failing_since": null,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z",
                     *       "secret": "secret-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000025",
                     *       "url": "https://hooks.example/latchkey",
                     *       "description": "",
                     *       "types": [
                     *         "agent.enroll",
                     *         "agent.revoke"
                     *       ],
                     *       "enabled": true,
                     *       "disabled_reason": null,
                     *       "queued": 0,
                     *       "skipped": 0,
                     *       "failing_since": null,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most an attempt that is under way still reaches it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "the inventory"
                 *     }
                 */
                "application/json": components["schemas"]["WebhooksChangeInput"];
            };
        };
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000025",
                     *       "url": "https://hooks.example/latchkey",
                     *       "description": "the inventory",
                     *       "types": [
                     *         "agent.enroll",
                     *         "agent.revoke"
                     *       ],
                     *       "enabled": true,
                     *       "disabled_reason": null,
                     *       "queued": 0,
                     *       "skipped": 0,
                     *       "failing_since": null,
                     *       "previous_secret_until": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_rotate_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook, and its new secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000025",
                     *       "url": "https://hooks.example/latchkey",
                     *       "description": "the inventory",
                     *       "types": [
                     *         "agent.enroll",
                     *         "agent.revoke"
                     *       ],
                     *       "enabled": true,
                     *       "disabled_reason": null,
                     *       "queued": 0,
                     *       "skipped": 0,
                     *       "failing_since": null,
                     *       "previous_secret_until": "2026-07-01T08:00:00.000Z",
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z",
                     *       "secret": "secret-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message_id": "msg_00000000-0000-4000-8000-000000000026"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhooksTestReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_deliveries: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "seq": 1,
                     *           "message_id": "msg_00000000-0000-4000-8000-000000000026",
                     *           "event_id": "00000000-0000-4000-8000-000000000026",
                     *           "type": "webhook.test",
                     *           "state": "delivered",
                     *           "attempts": 1,
                     *           "attempted_at": "2026-07-01T08:00:00.000Z",
                     *           "outcome": "delivered",
                     *           "status": 204,
                     *           "next_attempt_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["WebhooksDeliveriesReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook: string;
                delivery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is queued */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message_id": "msg_00000000-0000-4000-8000-000000000026"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhooksReplayReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_agents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_1000007",
                     *       "profile_id": "prf_1000001",
                     *       "organization_id": 1,
                     *       "dialect": "native",
                     *       "name": "July roll-out",
                     *       "description": "",
                     *       "labels": {},
                     *       "state": "active",
                     *       "enabled": true,
                     *       "max_uses": 25,
                     *       "uses": 1,
                     *       "held": 0,
                     *       "uses_left": 24,
                     *       "paused_at": null,
                     *       "resumes_at": null,
                     *       "hold": "allowed",
                     *       "approval": null,
                     *       "not_before": null,
                     *       "windows": [],
                     *       "limits": {
                     *         "per_minute": null,
                     *         "per_hour": null,
                     *         "per_network_per_hour": null
                     *       },
                     *       "pause_on": {
                     *         "refused_networks_per_minute": null,
                     *         "denied_per_hour": null,
                     *         "resume_after_seconds": null
                     *       },
                     *       "decoy": false,
                     *       "only_expected": false,
                     *       "identity": [],
                     *       "expires_at": "2100-01-01T00:00:00.000Z",
                     *       "revoked_at": null,
                     *       "allowed_addresses": [],
                     *       "last_redeemed_at": "2026-07-01T08:00:00.000Z",
                     *       "last_used_at": "2026-07-01T08:00:00.000Z",
                     *       "last_used_from": null,
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    profiles_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                profile: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number of keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": 2
                     *     }
                     */
                    "application/json": components["schemas"]["ProfilesReleaseReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_suspended: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "api_1000000000000000d",
                     *           "name": "bootstrap",
                     *           "principal": "owner@example.com",
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "used_at": "2026-07-01T08:00:00.000Z",
                     *           "suspended_at": "2026-07-01T08:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeysSuspendedReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Released */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "user",
                     *       "id": "00000000-0000-4000-8000-000000000012",
                     *       "name": "owner@example.com",
                     *       "full_name": "",
                     *       "organization": {
                     *         "id": 1,
                     *         "name": "Example"
                     *       },
                     *       "credential": {
                     *         "kind": "api_key",
                     *         "api_key_id": "api_1000000000000000d"
                     *       },
                     *       "roles": [
                     *         {
                     *           "role": "illumio:owner",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "permissions": [
                     *         {
                     *           "permission": "settings.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "events.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "settings.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "access.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "access.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "labels.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "labels.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "profiles.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "profiles.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "keys.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "keys.mint",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "keys.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "keys.revoke",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "agents.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "agents.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "agents.revoke",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "agents.approve",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "organizations.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "roles.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "roles.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "key_pairs.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "key_pairs.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "things.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "things.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "issuers.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "issuers.write",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "api_clients.read",
                     *           "everywhere": true
                     *         },
                     *         {
                     *           "permission": "api_clients.write",
                     *           "everywhere": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Caller"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    roles_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The roles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "role": "datonis:account_admin",
                     *           "permissions": [
                     *             "settings.read",
                     *             "roles.read",
                     *             "key_pairs.read",
                     *             "things.read",
                     *             "organizations.write",
                     *             "roles.write",
                     *             "key_pairs.write",
                     *             "things.write"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "datonis:read_only",
                     *           "permissions": [
                     *             "settings.read",
                     *             "things.read"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "datonis:agent",
                     *           "permissions": [],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "illumio:owner",
                     *           "permissions": [
                     *             "settings.read",
                     *             "events.read",
                     *             "settings.write",
                     *             "access.read",
                     *             "access.write",
                     *             "labels.read",
                     *             "labels.write",
                     *             "profiles.read",
                     *             "profiles.write",
                     *             "keys.read",
                     *             "keys.mint",
                     *             "keys.write",
                     *             "keys.revoke",
                     *             "agents.read",
                     *             "agents.write",
                     *             "agents.revoke",
                     *             "agents.approve",
                     *             "organizations.write",
                     *             "roles.read",
                     *             "roles.write",
                     *             "key_pairs.read",
                     *             "key_pairs.write",
                     *             "things.read",
                     *             "things.write",
                     *             "issuers.read",
                     *             "issuers.write",
                     *             "api_clients.read",
                     *             "api_clients.write"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "illumio:admin",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read",
                     *             "profiles.read",
                     *             "keys.read",
                     *             "profiles.write",
                     *             "keys.mint",
                     *             "keys.write",
                     *             "keys.revoke",
                     *             "agents.write",
                     *             "agents.revoke",
                     *             "agents.approve",
                     *             "labels.write",
                     *             "events.read"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "illumio:read_only",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read",
                     *             "profiles.read",
                     *             "keys.read",
                     *             "events.read"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "illumio:global_object_provisioner",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read",
                     *             "profiles.read",
                     *             "keys.read",
                     *             "events.read"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "illumio:ruleset_manager",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read"
                     *           ],
                     *           "scope": "labels"
                     *         },
                     *         {
                     *           "role": "illumio:limited_ruleset_manager",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read"
                     *           ],
                     *           "scope": "labels"
                     *         },
                     *         {
                     *           "role": "illumio:ruleset_provisioner",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read"
                     *           ],
                     *           "scope": "labels"
                     *         },
                     *         {
                     *           "role": "illumio:ruleset_viewer",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read"
                     *           ],
                     *           "scope": "labels"
                     *         },
                     *         {
                     *           "role": "illumio:workload_manager",
                     *           "permissions": [
                     *             "settings.read",
                     *             "labels.read",
                     *             "agents.read",
                     *             "profiles.read",
                     *             "keys.read",
                     *             "profiles.write",
                     *             "keys.mint",
                     *             "keys.write",
                     *             "keys.revoke",
                     *             "agents.write",
                     *             "agents.revoke",
                     *             "agents.approve"
                     *           ],
                     *           "scope": "labels"
                     *         },
                     *         {
                     *           "role": "zpa:admin",
                     *           "permissions": [
                     *             "profiles.read",
                     *             "keys.read",
                     *             "agents.read",
                     *             "issuers.read",
                     *             "api_clients.read",
                     *             "events.read",
                     *             "profiles.write",
                     *             "keys.mint",
                     *             "keys.write",
                     *             "keys.revoke",
                     *             "agents.write",
                     *             "agents.revoke",
                     *             "agents.approve",
                     *             "issuers.write",
                     *             "api_clients.write"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "zpa:read_only",
                     *           "permissions": [
                     *             "profiles.read",
                     *             "keys.read",
                     *             "agents.read",
                     *             "issuers.read",
                     *             "api_clients.read"
                     *           ],
                     *           "scope": null
                     *         },
                     *         {
                     *           "role": "native:minter",
                     *           "permissions": [
                     *             "keys.mint"
                     *           ],
                     *           "scope": "profiles"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RolesListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    password_change: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "reader@example.com",
                 *       "password": "password-of-the-example",
                 *       "new_password": "password-of-the-example"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordChangeInput"];
            };
        };
        responses: {
            /** @description It is changed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                owner?: "me" | "all";
                /** @description Those of this account */
                service_account_id?: string;
                /** @description `expired`: no use, for whatever reason */
                state?: "active" | "expired";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of API keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "api_10000000000000012",
                     *           "name": "pipeline",
                     *           "description": "",
                     *           "enabled": true,
                     *           "state": "active",
                     *           "owner": {
                     *             "kind": "service_account",
                     *             "id": "00000000-0000-4000-8000-000000000017",
                     *             "name": "image builder"
                     *           },
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "created_by": "owner@example.com",
                     *           "expires_at": "2026-07-01T08:00:00.000Z",
                     *           "last_used_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeysListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "pipeline",
                 *       "service_account_id": "00000000-0000-4000-8000-000000000017",
                 *       "lifetime_seconds": 7776000
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeysCreateInput"];
            };
        };
        responses: {
            /** @description The key, and its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "api_10000000000000012",
                     *       "name": "pipeline",
                     *       "description": "",
                     *       "enabled": true,
                     *       "state": "active",
                     *       "owner": {
                     *         "kind": "service_account",
                     *         "id": "00000000-0000-4000-8000-000000000017",
                     *         "name": "image builder"
                     *       },
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "created_by": "owner@example.com",
                     *       "expires_at": "2026-07-01T08:00:00.000Z",
                     *       "last_used_at": null,
                     *       "secret": "secret-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedApiKey"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "api_10000000000000012",
                     *       "name": "pipeline",
                     *       "description": "",
                     *       "enabled": true,
                     *       "state": "active",
                     *       "owner": {
                     *         "kind": "service_account",
                     *         "id": "00000000-0000-4000-8000-000000000017",
                     *         "name": "image builder"
                     *       },
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "created_by": "owner@example.com",
                     *       "expires_at": "2026-07-01T08:00:00.000Z",
                     *       "last_used_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is refused from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    api_keys_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                credential: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeysChangeInput"];
            };
        };
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "api_10000000000000012",
                     *       "name": "pipeline",
                     *       "description": "",
                     *       "enabled": false,
                     *       "state": "disabled",
                     *       "owner": {
                     *         "kind": "service_account",
                     *         "id": "00000000-0000-4000-8000-000000000017",
                     *         "name": "image builder"
                     *       },
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "created_by": "owner@example.com",
                     *       "expires_at": "2026-07-01T08:00:00.000Z",
                     *       "last_used_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of accounts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "00000000-0000-4000-8000-000000000017",
                     *           "name": "image builder",
                     *           "description": "",
                     *           "enabled": true,
                     *           "roles": [
                     *             {
                     *               "role": "native:minter",
                     *               "label_ids": [],
                     *               "profile_ids": []
                     *             }
                     *           ],
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "updated_at": "2026-07-01T08:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccountsListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "image builder",
                 *       "roles": [
                 *         {
                 *           "role": "native:minter"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ServiceAccountsCreateInput"];
            };
        };
        responses: {
            /** @description The account */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000017",
                     *       "name": "image builder",
                     *       "description": "",
                     *       "enabled": true,
                     *       "roles": [
                     *         {
                     *           "role": "native:minter",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000017",
                     *       "name": "image builder",
                     *       "description": "",
                     *       "enabled": true,
                     *       "roles": [
                     *         {
                     *           "role": "native:minter",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its keys are refused from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "In the pipeline"
                 *     }
                 */
                "application/json": components["schemas"]["ServiceAccountsChangeInput"];
            };
        };
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000017",
                     *       "name": "image builder",
                     *       "description": "In the pipeline",
                     *       "enabled": true,
                     *       "roles": [
                     *         {
                     *           "role": "native:minter",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "updated_at": "2026-07-01T08:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceAccount"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The next_cursor of the page before */
                cursor?: string;
                /** @description A part of the address by which they sign in, in any case */
                q?: string;
                /** @description Whether to count all that the filters leave, too */
                total?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "00000000-0000-4000-8000-000000000012",
                     *           "email": "owner@example.com",
                     *           "full_name": "",
                     *           "enabled": true,
                     *           "password": "own",
                     *           "actor": "user/1",
                     *           "roles": [
                     *             {
                     *               "role": "illumio:owner",
                     *               "label_ids": [],
                     *               "profile_ids": []
                     *             }
                     *           ],
                     *           "created_at": "2026-07-01T08:00:00.000Z",
                     *           "signed_in_at": "2026-07-01T08:00:00.000Z",
                     *           "signed_in_from": null
                     *         }
                     *       ],
                     *       "next_cursor": "cursor-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["UsersListReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "reader@example.com",
                 *       "roles": [
                 *         {
                 *           "role": "illumio:read_only"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UsersCreateInput"];
            };
        };
        responses: {
            /** @description The user, and their initial password */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000014",
                     *       "email": "reader@example.com",
                     *       "full_name": "",
                     *       "enabled": true,
                     *       "password": "initial",
                     *       "actor": "user/2",
                     *       "roles": [
                     *         {
                     *           "role": "illumio:read_only",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "signed_in_at": null,
                     *       "signed_in_from": null,
                     *       "initial_password": "password-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["InvitedUser"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000014",
                     *       "email": "reader@example.com",
                     *       "full_name": "",
                     *       "enabled": true,
                     *       "password": "initial",
                     *       "actor": "user/2",
                     *       "roles": [
                     *         {
                     *           "role": "illumio:read_only",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "signed_in_at": null,
                     *       "signed_in_from": null
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Their credentials are refused from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "roles": [
                 *         {
                 *           "role": "illumio:admin"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["UsersChangeInput"];
            };
        };
        responses: {
            /** @description The user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000014",
                     *       "email": "reader@example.com",
                     *       "full_name": "",
                     *       "enabled": true,
                     *       "password": "initial",
                     *       "actor": "user/2",
                     *       "roles": [
                     *         {
                     *           "role": "illumio:admin",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "signed_in_at": null,
                     *       "signed_in_from": null
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user, and their initial password */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "00000000-0000-4000-8000-000000000014",
                     *       "email": "reader@example.com",
                     *       "full_name": "",
                     *       "enabled": true,
                     *       "password": "initial",
                     *       "actor": "user/2",
                     *       "roles": [
                     *         {
                     *           "role": "illumio:admin",
                     *           "label_ids": [],
                     *           "profile_ids": []
                     *         }
                     *       ],
                     *       "created_at": "2026-07-01T08:00:00.000Z",
                     *       "signed_in_at": null,
                     *       "signed_in_from": null,
                     *       "initial_password": "password-of-the-example"
                     *     }
                     */
                    "application/json": components["schemas"]["InvitedUser"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keyring_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keyring, without its keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "current": 1,
                     *       "versions": [
                     *         {
                     *           "version": 1,
                     *           "used_from": "2026-07-01T08:00:00.000Z",
                     *           "algorithm": "EdDSA"
                     *         }
                     *       ],
                     *       "credentials": {
                     *         "api_keys": {
                     *           "1": 1
                     *         },
                     *         "api_clients": {},
                     *         "key_pairs": {},
                     *         "passwords": {
                     *           "1": 1
                     *         },
                     *         "sessions": {}
                     *       },
                     *       "sealed_by_older": 0,
                     *       "has_next_master_key": false,
                     *       "is_rewrapped": true
                     *     }
                     */
                    "application/json": components["schemas"]["KeyringGetReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keyring_rewrap: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number of keys that were not sealed so before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyringRewrapReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keyring_add_version: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "at_once": true,
                 *       "algorithm": "ES256"
                 *     }
                 */
                "application/json": components["schemas"]["KeyringAddVersionInput"];
            };
        };
        responses: {
            /** @description The version that is or will be current */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 2,
                     *       "used_from": "2026-07-01T08:00:00.000Z",
                     *       "algorithm": "ES256"
                     *     }
                     */
                    "application/json": components["schemas"]["KeyringAddVersionReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keyring_reseal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers of resealed and remaining secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "resealed": 2,
                     *       "left": 0
                     *     }
                     */
                    "application/json": components["schemas"]["KeyringResealReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keyring_end_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["KeyringEndVersionInput"];
            };
        };
        responses: {
            /** @description The number, and the last ledger of the page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": 1,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["KeyringEndVersionReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keyring_end_key_pairs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["KeyringEndKeyPairsInput"];
            };
        };
        responses: {
            /** @description The number, and the last one of the page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_pairs": 0,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["KeyringEndKeyPairsReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keyring_drop_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number that ended with it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "api_keys": 1,
                     *       "api_clients": 0,
                     *       "passwords": 1,
                     *       "sessions": 0
                     *     }
                     */
                    "application/json": components["schemas"]["KeyringDropVersionReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledgers_survey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["LedgersSurveyInput"];
            };
        };
        responses: {
            /** @description Together */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": {
                     *         "1": 4
                     *       },
                     *       "families": {
                     *         "1": 2
                     *       },
                     *       "certificates": {},
                     *       "suspended_keys": 0,
                     *       "suspended_families": 0,
                     *       "waiting": 0,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["LedgersSurveyReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledgers_rebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["LedgersRebuildInput"];
            };
        };
        responses: {
            /** @description The number of ledgers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ledgers": 2,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["LedgersRebuildReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The number */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "api_keys": 1,
                     *       "api_clients": 0
                     *     }
                     */
                    "application/json": components["schemas"]["FenceReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ledgers_fence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["LedgersFenceInput"];
            };
        };
        responses: {
            /** @description The number */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": 4,
                     *       "families": 2,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["LedgersFenceReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    key_pairs_fence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["KeyPairsFenceInput"];
            };
        };
        responses: {
            /** @description The number that was enabled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_pairs": 0,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["KeyPairsFenceReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    key_pairs_rebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["KeyPairsRebuildInput"];
            };
        };
        responses: {
            /** @description The number */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key_pairs": 0,
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["KeyPairsRebuildReply"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi_part: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: "3.1" | "3.0";
                document: "all.json" | "native.json";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The path does not know this method */
            405: {
                headers: {
                    /** @description The methods that it knows */
                    Allow?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A refusal, in the form of the dialect */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
