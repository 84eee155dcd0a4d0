ALTER TABLE `jobs` ADD `asked` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `position` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_running` ON `jobs` (`organization_id`,`requested_at`,`id`) WHERE state = 'running';