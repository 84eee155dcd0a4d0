DROP INDEX `organizations_name_unique`;--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_by_name` ON `organizations` (`name`) WHERE parent_id IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `children_by_name` ON `organizations` (`parent_id`,`name`) WHERE parent_id IS NOT NULL;