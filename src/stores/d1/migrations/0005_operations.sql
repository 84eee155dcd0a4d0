ALTER TABLE `api_keys` ADD `suspended_at` integer;--> statement-breakpoint
ALTER TABLE `keyring` ADD `used_from` integer DEFAULT 0 NOT NULL;