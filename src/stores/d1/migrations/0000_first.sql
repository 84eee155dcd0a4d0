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
	`record` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_of_organization` ON `agents` (`organization_id`,`ledger`,`n`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`principal_id` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`name` text NOT NULL,
	`secret_hash` text NOT NULL,
	`ring_version` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`record` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_of_organization` ON `events` (`organization_id`,`at`);--> statement-breakpoint
CREATE TABLE `grants` (
	`principal_id` integer NOT NULL,
	`role` text NOT NULL,
	PRIMARY KEY(`principal_id`, `role`)
);
--> statement-breakpoint
CREATE TABLE `keyring` (
	`version` integer NOT NULL,
	`purpose` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`version`, `purpose`)
);
--> statement-breakpoint
CREATE TABLE `keys` (
	`ledger` integer NOT NULL,
	`n` integer NOT NULL,
	`profile` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`dialect` text NOT NULL,
	`is_live` integer NOT NULL,
	`expires_at` integer,
	`record` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`ledger`, `n`)
);
--> statement-breakpoint
CREATE INDEX `keys_of_organization` ON `keys` (`organization_id`,`ledger`,`n`);--> statement-breakpoint
CREATE INDEX `keys_live` ON `keys` (`organization_id`,`dialect`,`expires_at`) WHERE is_live = 1;--> statement-breakpoint
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
CREATE TABLE `ledgers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`outbox_oldest_at` integer,
	`outbox_dead` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ledgers_stuck` ON `ledgers` (`outbox_oldest_at`) WHERE outbox_oldest_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `organizations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`customer_id` text NOT NULL,
	`organisation_key` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_name_unique` ON `organizations` (`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_customer_id_unique` ON `organizations` (`customer_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_organisation_key_unique` ON `organizations` (`organisation_key`);--> statement-breakpoint
CREATE TABLE `principals` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `principals_by_name` ON `principals` (`organization_id`,`name`);--> statement-breakpoint
CREATE TABLE `profiles` (
	`ledger` integer NOT NULL,
	`n` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`dialect` text NOT NULL,
	`name_folded` text NOT NULL,
	`description_folded` text NOT NULL,
	`record` text NOT NULL,
	`deleted_at` integer,
	`version` integer NOT NULL,
	PRIMARY KEY(`ledger`, `n`)
);
--> statement-breakpoint
CREATE INDEX `profiles_of_organization` ON `profiles` (`organization_id`,`dialect`,`ledger`,`n`);--> statement-breakpoint
CREATE TABLE `reservations` (
	`organization_id` integer NOT NULL,
	`scope` text NOT NULL,
	`value` text NOT NULL,
	`ledger` integer NOT NULL,
	`reserved_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `scope`, `value`)
);
