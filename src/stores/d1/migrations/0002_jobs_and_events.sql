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
CREATE INDEX `jobs_expired` ON `jobs` (`expires_at`);--> statement-breakpoint
ALTER TABLE `events` ADD `actor` text GENERATED ALWAYS AS ((record ->> '$.cause.actor.kind') || ':' || coalesce(
        (record ->> '$.cause.actor.as.kind') || '/' || (record ->> '$.cause.actor.as.id'),
        record ->> '$.cause.actor.id', '')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `events` ADD `is_success` integer GENERATED ALWAYS AS (record ->> '$.isSuccess') VIRTUAL;--> statement-breakpoint
CREATE INDEX `events_by_type` ON `events` (`organization_id`,`type`,`at`) WHERE type <> 'agent.enroll';--> statement-breakpoint
CREATE INDEX `events_by_actor` ON `events` (`organization_id`,`actor`,`at`) WHERE type <> 'agent.enroll';--> statement-breakpoint
CREATE INDEX `events_failed` ON `events` (`organization_id`,`at`) WHERE is_success = 0;