ALTER TABLE `api_keys` ADD `disabled_at` integer;--> statement-breakpoint
ALTER TABLE `principals` ADD `disabled_at` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `subject` text GENERATED ALWAYS AS ((record ->> '$.subject.kind') || ':' || (record ->> '$.subject.id')) VIRTUAL;--> statement-breakpoint
ALTER TABLE `events` ADD `request_id` text GENERATED ALWAYS AS (record ->> '$.cause.request.id') VIRTUAL;--> statement-breakpoint
CREATE INDEX `events_by_subject` ON `events` (`organization_id`,`subject`,`at`) WHERE type <> 'agent.enroll' OR is_success = 0;--> statement-breakpoint
CREATE INDEX `events_by_request` ON `events` (`organization_id`,`request_id`) WHERE type <> 'agent.enroll' OR is_success = 0;