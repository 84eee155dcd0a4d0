CREATE TABLE `access_restrictions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`ranges` text NOT NULL,
	`exclusions` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `access_restrictions_by_name` ON `access_restrictions` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `access_restrictions_of_organization` ON `access_restrictions` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `api_clients` (
	`principal_id` integer PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`dialect` text NOT NULL,
	`client_id` text NOT NULL,
	`secret_hash` text NOT NULL,
	`ring_version` integer NOT NULL,
	`search` text,
	`record` text NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_clients_client_id_unique` ON `api_clients` (`client_id`);--> statement-breakpoint
CREATE INDEX `api_clients_of_organization` ON `api_clients` (`organization_id`,`dialect`,`principal_id`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`principal_id` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`name` text NOT NULL,
	`secret_hash` text NOT NULL,
	`ring_version` integer NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	`expires_at` integer,
	`used_at` integer,
	`refused_at` integer,
	`suspended_at` integer
);
--> statement-breakpoint
CREATE INDEX `api_keys_of_principal` ON `api_keys` (`principal_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_of_organization` ON `api_keys` (`organization_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_expiring` ON `api_keys` (`expires_at`) WHERE expires_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`principal_id` integer NOT NULL,
	`role` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `grants_of_principal` ON `grants` (`principal_id`,`role`,`scope`);--> statement-breakpoint
CREATE INDEX `grants_of_organization` ON `grants` (`organization_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `principals` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`organization_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`display_name` text DEFAULT '' NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`user_id` integer,
	`access_restriction_id` integer,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `principals_uuid_unique` ON `principals` (`uuid`);--> statement-breakpoint
CREATE UNIQUE INDEX `principals_by_name` ON `principals` (`organization_id`,`kind`,`name_folded`);--> statement-breakpoint
CREATE INDEX `principals_of_organization` ON `principals` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `principals_of_user` ON `principals` (`user_id`);--> statement-breakpoint
CREATE INDEX `principals_restricted` ON `principals` (`access_restriction_id`) WHERE access_restriction_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `revoked_api_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `revoked_api_tokens_by_expiry` ON `revoked_api_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`sort` text NOT NULL,
	`user_id` integer NOT NULL,
	`organization_id` integer,
	`created_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`idle_milliseconds` integer,
	`ring_version` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_of_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_end` ON `sessions` (`ends_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text NOT NULL,
	`email_folded` text NOT NULL,
	`organization_id` integer DEFAULT 0 NOT NULL,
	`full_name` text DEFAULT '' NOT NULL,
	`time_zone` text DEFAULT 'UTC' NOT NULL,
	`password_hash` text,
	`password_salt` text,
	`ring_version` integer,
	`is_password_initial` integer DEFAULT false NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`locked_until` integer,
	`sign_in_count` integer DEFAULT 0 NOT NULL,
	`signed_in_at` integer,
	`signed_in_from` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_address` ON `users` (`email_folded`,`organization_id`);--> statement-breakpoint
CREATE TABLE `deployment` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`written_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `alerts` (
	`access_key` text NOT NULL,
	`seq` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`thing` text NOT NULL,
	`at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`key` text NOT NULL,
	`severity` text NOT NULL,
	`text` text NOT NULL,
	`data` text NOT NULL,
	`instruction` text,
	PRIMARY KEY(`access_key`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `alerts_of_organization` ON `alerts` (`organization_id`,`received_at`);--> statement-breakpoint
CREATE TABLE `device_events` (
	`access_key` text NOT NULL,
	`seq` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`thing` text NOT NULL,
	`at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`access_key`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `device_events_of_thing` ON `device_events` (`organization_id`,`thing`,`received_at`);--> statement-breakpoint
CREATE TABLE `instructions` (
	`organization_id` integer NOT NULL,
	`key` text NOT NULL,
	`thing` text NOT NULL,
	`access_key` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `instructions_of_organization` ON `instructions` (`organization_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `key_pairs` (
	`access_key` text PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`role_key` text NOT NULL,
	`is_enabled` integer NOT NULL,
	`expires_at` integer,
	`sealed_secret` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`version` integer NOT NULL,
	`outbox_oldest_at` integer,
	`outbox_dead` integer DEFAULT 0 NOT NULL,
	`clock_agrees_at` integer
);
--> statement-breakpoint
CREATE INDEX `key_pairs_ahead` ON `key_pairs` (`clock_agrees_at`) WHERE clock_agrees_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `key_pairs_of_organization` ON `key_pairs` (`organization_id`,`created_at`,`access_key`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `key_pairs_of_role` ON `key_pairs` (`organization_id`,`role_key`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `key_pairs_stuck` ON `key_pairs` (`outbox_oldest_at`) WHERE outbox_oldest_at IS NOT NULL OR outbox_dead > 0;--> statement-breakpoint
CREATE TABLE `roles` (
	`organization_id` integer NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`abilities` text NOT NULL,
	`is_built_in` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `key`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `roles_by_name` ON `roles` (`organization_id`,`name`);--> statement-breakpoint
CREATE TABLE `things` (
	`organization_id` integer NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`description` text NOT NULL,
	`facts` text NOT NULL,
	`access_key` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`seen_at` integer,
	PRIMARY KEY(`organization_id`, `key`)
);
--> statement-breakpoint
CREATE TABLE `agents` (
	`ledger` integer NOT NULL,
	`n` integer NOT NULL,
	`profile` integer NOT NULL,
	`key` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`dialect` text NOT NULL,
	`state` text NOT NULL,
	`hostname_folded` text NOT NULL,
	`enrolled_at` integer NOT NULL,
	`search` text,
	`record` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_of_organization` ON `agents` (`organization_id`,`ledger`,`n`,`dialect`);--> statement-breakpoint
CREATE INDEX `agents_of_profile` ON `agents` (`ledger`,`profile`,`n`) WHERE dialect = 'zpa' AND state = 'active';--> statement-breakpoint
CREATE TABLE `keys` (
	`ledger` integer NOT NULL,
	`n` integer NOT NULL,
	`profile` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`dialect` text NOT NULL,
	`is_live` integer NOT NULL,
	`expires_at` integer,
	`held` integer DEFAULT 0 NOT NULL,
	`search` text,
	`record` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`ledger`, `n`)
);
--> statement-breakpoint
CREATE INDEX `keys_of_organization` ON `keys` (`organization_id`,`ledger`,`n`);--> statement-breakpoint
CREATE INDEX `keys_holding` ON `keys` (`organization_id`,`ledger`,`n`) WHERE held > 0;--> statement-breakpoint
CREATE INDEX `keys_live` ON `keys` (`organization_id`,`dialect`,`expires_at`) WHERE is_live = 1;--> statement-breakpoint
CREATE TABLE `ledgers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`outbox_oldest_at` integer,
	`outbox_dead` integer DEFAULT 0 NOT NULL,
	`clock_agrees_at` integer
);
--> statement-breakpoint
CREATE INDEX `ledgers_ahead` ON `ledgers` (`clock_agrees_at`) WHERE clock_agrees_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `ledgers_stuck` ON `ledgers` (`outbox_oldest_at`) WHERE outbox_oldest_at IS NOT NULL OR outbox_dead > 0;--> statement-breakpoint
CREATE TABLE `profiles` (
	`ledger` integer NOT NULL,
	`n` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`dialect` text NOT NULL,
	`name_folded` text NOT NULL,
	`description_folded` text NOT NULL,
	`search` text,
	`record` text NOT NULL,
	`deleted_at` integer,
	`version` integer NOT NULL,
	PRIMARY KEY(`ledger`, `n`)
);
--> statement-breakpoint
CREATE INDEX `profiles_of_organization` ON `profiles` (`organization_id`,`ledger`,`n`,`dialect`,`name_folded`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `reservations` (
	`organization_id` integer NOT NULL,
	`scope` text NOT NULL,
	`value` text NOT NULL,
	`ledger` integer NOT NULL,
	`reserved_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `scope`, `value`)
);
--> statement-breakpoint
CREATE TABLE `totals` (
	`organization_id` integer NOT NULL,
	`listed` text NOT NULL,
	`dialect` text NOT NULL,
	`rows` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `listed`, `dialect`)
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` text NOT NULL,
	`organization_id` integer NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`record` text NOT NULL,
	`actor` text GENERATED ALWAYS AS ((record ->> '$.cause.actor.kind') || ':' || coalesce(
        (record ->> '$.cause.actor.as.kind') || '/' || (record ->> '$.cause.actor.as.id'),
        record ->> '$.cause.actor.id', '')) VIRTUAL,
	`is_success` integer GENERATED ALWAYS AS (record ->> '$.isSuccess') VIRTUAL,
	`is_late` integer,
	PRIMARY KEY(`organization_id`, `at`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `events_by_type` ON `events` (`organization_id`,`type`,`at`) WHERE type <> 'agent.enroll';--> statement-breakpoint
CREATE INDEX `events_by_actor` ON `events` (`organization_id`,`actor`,`at`) WHERE type <> 'agent.enroll';--> statement-breakpoint
CREATE INDEX `events_failed` ON `events` (`organization_id`,`at`) WHERE is_success = 0;--> statement-breakpoint
CREATE TABLE `issuers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`dialect` text NOT NULL,
	`name_folded` text NOT NULL,
	`parent_id` integer,
	`search` text,
	`record` text NOT NULL,
	`sealed_key` text,
	`seal_context` text NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `issuers_by_name` ON `issuers` (`organization_id`,`dialect`,`name_folded`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `issuers_of_organization` ON `issuers` (`organization_id`,`dialect`,`id`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`requester` integer NOT NULL,
	`requested_by` text NOT NULL,
	`subject` text NOT NULL,
	`permission` text,
	`state` text NOT NULL,
	`requested_at` integer NOT NULL,
	`ended_at` integer,
	`expires_at` integer NOT NULL,
	`pages` integer NOT NULL,
	`asked` text,
	`position` text,
	`attempts` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `jobs_of_requester` ON `jobs` (`organization_id`,`requester`,`requested_at`);--> statement-breakpoint
CREATE INDEX `jobs_running` ON `jobs` (`organization_id`,`requested_at`,`id`) WHERE state = 'running';--> statement-breakpoint
CREATE INDEX `jobs_expired` ON `jobs` (`expires_at`);--> statement-breakpoint
CREATE TABLE `keyring` (
	`version` integer NOT NULL,
	`purpose` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_from` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`version`, `purpose`)
);
--> statement-breakpoint
CREATE TABLE `labels` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`key` text NOT NULL,
	`value` text NOT NULL,
	`value_folded` text NOT NULL,
	`external_data_set` text,
	`external_data_reference` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `labels_by_value` ON `labels` (`organization_id`,`key`,`value`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `labels_by_reference` ON `labels` (`organization_id`,`external_data_set`,`external_data_reference`) WHERE deleted_at IS NULL AND external_data_set IS NOT NULL AND external_data_reference IS NOT NULL;--> statement-breakpoint
CREATE INDEX `labels_of_organization` ON `labels` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `late_events` (
	`organization_id` integer NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`after_at` integer NOT NULL,
	`after_id` text NOT NULL,
	`events` text NOT NULL,
	PRIMARY KEY(`organization_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `organizations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`customer_id` text NOT NULL,
	`organisation_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`parent_id` integer,
	`time_zone` text DEFAULT 'UTC' NOT NULL,
	`is_unsigned_read_allowed` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_customer_id_unique` ON `organizations` (`customer_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_organisation_key_unique` ON `organizations` (`organisation_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_by_name` ON `organizations` (`name`) WHERE parent_id IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `children_by_name` ON `organizations` (`parent_id`,`name`) WHERE parent_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `organizations_of_parent` ON `organizations` (`parent_id`) WHERE parent_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `settings` (
	`organization_id` integer PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);
--> statement-breakpoint
CREATE TRIGGER `events_late` AFTER INSERT ON `events` WHEN NEW.is_late IS NULL AND EXISTS (
	SELECT 1 FROM `events` WHERE organization_id = NEW.organization_id AND (at, id) > (NEW.at, NEW.id)
)
BEGIN
	INSERT INTO `late_events` (organization_id, seq, at, after_at, after_id, events)
	SELECT organization_id, 1 + coalesce((SELECT max(seq) FROM `late_events` WHERE organization_id = NEW.organization_id), 0),
		NEW.at, at, id, json_array(json_array(NEW.at, NEW.id))
	FROM `events` WHERE organization_id = NEW.organization_id ORDER BY at DESC, id DESC LIMIT 1;
	UPDATE `events` SET is_late = 1 WHERE organization_id = NEW.organization_id AND at = NEW.at AND id = NEW.id;
END;
