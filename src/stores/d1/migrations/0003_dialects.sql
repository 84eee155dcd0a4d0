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
	`outbox_dead` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `key_pairs_of_organization` ON `key_pairs` (`organization_id`,`created_at`,`access_key`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `key_pairs_of_role` ON `key_pairs` (`organization_id`,`role_key`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `key_pairs_stuck` ON `key_pairs` (`outbox_oldest_at`) WHERE outbox_oldest_at IS NOT NULL OR outbox_dead > 0;--> statement-breakpoint
CREATE TABLE `revoked_api_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `revoked_api_tokens_by_expiry` ON `revoked_api_tokens` (`expires_at`);--> statement-breakpoint
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
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_agents` (
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
INSERT INTO `__new_agents`("ledger", "n", "profile", "key", "organization_id", "dialect", "state", "hostname_folded", "enrolled_at", "search", "record", "version") SELECT "ledger", "n", "profile", "key", "organization_id", "dialect", "state", "hostname_folded", "enrolled_at", NULL, json_set("record", '$.attributes', json('{}'), '$.updatedAt', NULL, '$.updatedBy', NULL, '$.certificate', NULL), "version" FROM `agents`;--> statement-breakpoint
DROP TABLE `agents`;--> statement-breakpoint
ALTER TABLE `__new_agents` RENAME TO `agents`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `agents_of_organization` ON `agents` (`organization_id`,`ledger`,`n`,`dialect`);--> statement-breakpoint
CREATE INDEX `agents_of_profile` ON `agents` (`ledger`,`profile`,`n`) WHERE dialect = 'zpa' AND state = 'active';--> statement-breakpoint
DROP INDEX `ledgers_stuck`;--> statement-breakpoint
CREATE INDEX `ledgers_stuck` ON `ledgers` (`outbox_oldest_at`) WHERE outbox_oldest_at IS NOT NULL OR outbox_dead > 0;--> statement-breakpoint
DROP INDEX `profiles_of_organization`;--> statement-breakpoint
ALTER TABLE `profiles` ADD `search` text;--> statement-breakpoint
CREATE INDEX `profiles_of_organization` ON `profiles` (`organization_id`,`ledger`,`n`,`dialect`) WHERE deleted_at IS NULL;--> statement-breakpoint
ALTER TABLE `keys` ADD `search` text;--> statement-breakpoint
-- Members that records of before do not have.
UPDATE `keys` SET `record` = json_set(`record`, '$.attributes', json('{}'), '$.issuer', NULL, '$.sealed', NULL, '$.uniqueName', NULL, '$.updatedBy', json(`record` -> '$.createdBy'));--> statement-breakpoint
ALTER TABLE `organizations` ADD `parent_id` integer;--> statement-breakpoint
ALTER TABLE `organizations` ADD `time_zone` text DEFAULT 'UTC' NOT NULL;--> statement-breakpoint
ALTER TABLE `organizations` ADD `is_unsigned_read_allowed` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `organizations_of_parent` ON `organizations` (`parent_id`) WHERE parent_id IS NOT NULL;