DROP INDEX `keys_live`;--> statement-breakpoint
ALTER TABLE `keys` ADD `name_folded` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `keys` ADD `created_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `keys_by_name` ON `keys` (`organization_id`,`name_folded`,`ledger`,`n`);--> statement-breakpoint
CREATE INDEX `keys_by_creation` ON `keys` (`organization_id`,`created_at`,`ledger`,`n`);--> statement-breakpoint
CREATE INDEX `keys_by_expiry` ON `keys` (`organization_id`,`expires_at`,`ledger`,`n`);--> statement-breakpoint
CREATE INDEX `keys_live` ON `keys` (`organization_id`,`dialect`,`expires_at`,`ledger`,`n`) WHERE is_live = 1;--> statement-breakpoint
ALTER TABLE `profiles` ADD `created_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `profiles_by_name` ON `profiles` (`organization_id`,`name_folded`,`ledger`,`n`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `profiles_by_creation` ON `profiles` (`organization_id`,`created_at`,`ledger`,`n`) WHERE deleted_at IS NULL;--> statement-breakpoint
UPDATE `profiles` SET created_at = record ->> '$.createdAt';--> statement-breakpoint
UPDATE `keys` SET created_at = record ->> '$.createdAt', name_folded = lower(record ->> '$.name'), expires_at = coalesce(expires_at, 9007199254740991);
