ALTER TABLE `keys` ADD `held` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `keys_holding` ON `keys` (`organization_id`,`ledger`,`n`) WHERE held > 0;