CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`requester` integer NOT NULL,
	`requested_by` text NOT NULL,
	`subject` text NOT NULL,
	`permission` text,
	`state` text NOT NULL,
	`requested_at` integer NOT NULL,
	`ended_at` integer,
	`expires_at` integer NOT NULL,
	`pages` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `jobs_of_requester` ON `jobs` (`organization_id`,`requester`,`requested_at`);--> statement-breakpoint
CREATE INDEX `jobs_expired` ON `jobs` (`expires_at`);