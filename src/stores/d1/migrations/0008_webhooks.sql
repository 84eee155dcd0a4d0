CREATE TABLE `webhook_deliveries` (
	`endpoint_id` text NOT NULL,
	`seq` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`event_at` integer NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`at` integer NOT NULL,
	`outcome` text NOT NULL,
	`status` integer,
	`next_at` integer,
	PRIMARY KEY(`endpoint_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_age` ON `webhook_deliveries` (`at`);--> statement-breakpoint
CREATE TABLE `webhook_endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`url` text NOT NULL,
	`description` text NOT NULL,
	`types` text,
	`is_enabled` integer NOT NULL,
	`disabled_reason` text,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_until` integer,
	`last_seq` integer DEFAULT 0 NOT NULL,
	`queued` integer DEFAULT 0 NOT NULL,
	`skipped` integer DEFAULT 0 NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`failing_since` integer,
	`held_until` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_of_organization` ON `webhook_endpoints` (`organization_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `webhook_queue` (
	`endpoint_id` text NOT NULL,
	`seq` integer NOT NULL,
	`organization_id` integer NOT NULL,
	`event_at` integer NOT NULL,
	`event_id` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`endpoint_id`, `due_at`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `webhook_totals` (
	`outcome` text PRIMARY KEY NOT NULL,
	`n` integer NOT NULL
);--> statement-breakpoint
CREATE TRIGGER `webhook_enqueue` AFTER INSERT ON `events` WHEN NEW.type <> 'webhook.test' AND EXISTS (
	SELECT 1 FROM `webhook_endpoints` WHERE organization_id = NEW.organization_id
)
BEGIN
	INSERT INTO `webhook_queue` (endpoint_id, seq, organization_id, event_at, event_id)
	SELECT id, last_seq + 1, organization_id, NEW.at, NEW.id FROM `webhook_endpoints`
	WHERE organization_id = NEW.organization_id AND is_enabled = 1 AND queued < 100000
		AND (types IS NULL OR EXISTS (SELECT 1 FROM json_each(types) WHERE value = NEW.type));
	UPDATE `webhook_endpoints` SET last_seq = last_seq + 1, queued = queued + (queued < 100000), skipped = skipped + (queued >= 100000)
	WHERE organization_id = NEW.organization_id AND is_enabled = 1
		AND (types IS NULL OR EXISTS (SELECT 1 FROM json_each(types) WHERE value = NEW.type));
END;--> statement-breakpoint
CREATE TRIGGER `webhook_dequeue` AFTER DELETE ON `webhook_queue`
BEGIN
	UPDATE `webhook_endpoints` SET queued = queued - 1 WHERE id = OLD.endpoint_id;
END;
