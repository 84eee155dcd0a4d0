CREATE TABLE `late_events` (
	`organization_id` integer NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`after_at` integer NOT NULL,
	`after_id` text NOT NULL,
	`events` text NOT NULL,
	PRIMARY KEY(`organization_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `key_pairs` ADD `clock_agrees_at` integer;--> statement-breakpoint
CREATE INDEX `key_pairs_ahead` ON `key_pairs` (`clock_agrees_at`) WHERE clock_agrees_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `ledgers` ADD `clock_agrees_at` integer;--> statement-breakpoint
CREATE INDEX `ledgers_ahead` ON `ledgers` (`clock_agrees_at`) WHERE clock_agrees_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `events` ADD `is_late` integer;--> statement-breakpoint
CREATE TRIGGER `events_late` AFTER INSERT ON `events` WHEN NEW.is_late IS NULL AND EXISTS (
	SELECT 1 FROM `events` WHERE organization_id = NEW.organization_id AND (at, id) > (NEW.at, NEW.id)
)
BEGIN
	INSERT INTO `late_events` (organization_id, seq, at, after_at, after_id, events)
	SELECT organization_id, 1 + coalesce((SELECT max(seq) FROM `late_events` WHERE organization_id = NEW.organization_id), 0),
		NEW.at, at, id, json_array(json_array(NEW.at, NEW.id))
	FROM `events` WHERE organization_id = NEW.organization_id ORDER BY at DESC, id DESC LIMIT 1;
	UPDATE `events` SET is_late = 1 WHERE organization_id = NEW.organization_id AND at = NEW.at AND id = NEW.id;
END;