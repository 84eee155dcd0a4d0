ALTER TABLE `api_keys` ADD `suspended_at` integer;--> statement-breakpoint
ALTER TABLE `keyring` ADD `used_from` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `ring_version` integer DEFAULT 1 NOT NULL;