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
	`record` text NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_agents`("ledger", "n", "profile", "key", "organization_id", "dialect", "state", "hostname_folded", "enrolled_at", "record", "version") SELECT "ledger", "n", "profile", "key", "organization_id", "dialect", "state", "hostname_folded", "enrolled_at", "record", "version" FROM `agents`;--> statement-breakpoint
DROP TABLE `agents`;--> statement-breakpoint
ALTER TABLE `__new_agents` RENAME TO `agents`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `agents_of_organization` ON `agents` (`organization_id`,`ledger`,`n`,`dialect`);--> statement-breakpoint
DROP INDEX `profiles_of_organization`;--> statement-breakpoint
CREATE INDEX `profiles_of_organization` ON `profiles` (`organization_id`,`ledger`,`n`,`dialect`) WHERE deleted_at IS NULL;