PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_events` (
	`id` text NOT NULL,
	`organization_id` integer NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`record` text NOT NULL,
	`actor` text GENERATED ALWAYS AS ((record ->> '$.cause.actor.kind') || ':' || coalesce(
        (record ->> '$.cause.actor.as.kind') || '/' || (record ->> '$.cause.actor.as.id'),
        record ->> '$.cause.actor.id', '')) VIRTUAL,
	`is_success` integer GENERATED ALWAYS AS (record ->> '$.isSuccess') VIRTUAL,
	PRIMARY KEY(`organization_id`, `at`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_events`("id", "organization_id", "at", "type", "record") SELECT "id", "organization_id", "at", "type", "record" FROM `events`;--> statement-breakpoint
DROP TABLE `events`;--> statement-breakpoint
ALTER TABLE `__new_events` RENAME TO `events`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `events_untimed` ON `events` (`organization_id`,`id`) WHERE substr(id, 15, 1) <> '7';--> statement-breakpoint
CREATE INDEX `events_by_type` ON `events` (`organization_id`,`type`,`at`) WHERE type <> 'agent.enroll';--> statement-breakpoint
CREATE INDEX `events_by_actor` ON `events` (`organization_id`,`actor`,`at`) WHERE type <> 'agent.enroll';--> statement-breakpoint
CREATE INDEX `events_failed` ON `events` (`organization_id`,`at`) WHERE is_success = 0;