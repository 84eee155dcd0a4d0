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
CREATE TABLE `revoked_api_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `revoked_api_tokens_by_expiry` ON `revoked_api_tokens` (`expires_at`);--> statement-breakpoint
ALTER TABLE `agents` ADD `search` text;--> statement-breakpoint
CREATE INDEX `agents_of_profile` ON `agents` (`ledger`,`profile`,`n`) WHERE dialect = 'zpa' AND state = 'active';--> statement-breakpoint
ALTER TABLE `keys` ADD `search` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `search` text;