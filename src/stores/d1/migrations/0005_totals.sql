CREATE TABLE `totals` (
	`organization_id` integer NOT NULL,
	`listed` text NOT NULL,
	`dialect` text NOT NULL,
	`rows` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `listed`, `dialect`)
);
--> statement-breakpoint
DROP INDEX `profiles_of_organization`;--> statement-breakpoint
CREATE INDEX `profiles_of_organization` ON `profiles` (`organization_id`,`ledger`,`n`,`dialect`,`name_folded`) WHERE deleted_at IS NULL;--> statement-breakpoint
INSERT INTO `totals` SELECT organization_id, 'profiles', dialect, count(*) FROM profiles WHERE deleted_at IS NULL GROUP BY organization_id, dialect;--> statement-breakpoint
INSERT INTO `totals` SELECT organization_id, 'agents', dialect, count(*) FROM agents WHERE state = 'active' GROUP BY organization_id, dialect;
