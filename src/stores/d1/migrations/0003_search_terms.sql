CREATE TABLE `term_progress` (
	`listed` text PRIMARY KEY NOT NULL,
	`indexed_to` integer NOT NULL
);--> statement-breakpoint
INSERT INTO `term_progress` (listed, indexed_to) VALUES ('profiles', 0), ('keys', 0), ('agents', 0);--> statement-breakpoint
CREATE VIRTUAL TABLE `profile_terms` USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii');--> statement-breakpoint
CREATE VIEW `profile_terms_of_rows` AS SELECT rowid AS place, ledger << 27 | n AS document,
	(
		WITH RECURSIVE at (i, name) AS (
			SELECT 1, name_folded UNION ALL SELECT i + 1, name FROM at WHERE i < length(name))
		SELECT group_concat(
			' o' || organization_id || 'n' || hex(substr(name, i, 1)) || ' o' || organization_id || 'n' || hex(substr(name, i, 2))
			|| ' o' || organization_id || 'n' || hex(substr(name, i, 3)), '') FROM at
	) || coalesce((
		SELECT group_concat(' o' || organization_id || 't' || hex(key) || ' o' || organization_id || 't' || hex(key || '=' || value), '')
		FROM json_each(record, '$.tags')), '') AS terms
	FROM `profiles`;--> statement-breakpoint
CREATE TRIGGER `profile_terms_change` AFTER UPDATE OF name_folded, record ON `profiles` WHEN NEW.name_folded <> OLD.name_folded OR NEW.record -> '$.tags' IS NOT OLD.record -> '$.tags'
BEGIN
	INSERT INTO `profile_terms` (rowid, terms) SELECT document, terms FROM `profile_terms_of_rows` WHERE place = NEW.rowid;
END;--> statement-breakpoint
CREATE VIRTUAL TABLE `key_terms` USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii');--> statement-breakpoint
CREATE VIEW `key_terms_of_rows` AS SELECT rowid AS place, ledger << 27 | n AS document,
	(
		WITH RECURSIVE at (i, name) AS (
			SELECT 1, name_folded UNION ALL SELECT i + 1, name FROM at WHERE i < length(name))
		SELECT group_concat(
			' o' || organization_id || 'n' || hex(substr(name, i, 1)) || ' o' || organization_id || 'n' || hex(substr(name, i, 2))
			|| ' o' || organization_id || 'n' || hex(substr(name, i, 3)), '') FROM at
	) || coalesce((
		SELECT group_concat(' o' || organization_id || 't' || hex(key) || ' o' || organization_id || 't' || hex(key || '=' || value), '')
		FROM json_each(record, '$.tags')), '') AS terms
	FROM `keys`;--> statement-breakpoint
CREATE TRIGGER `key_terms_change` AFTER UPDATE OF name_folded, record ON `keys` WHEN NEW.name_folded <> OLD.name_folded OR NEW.record -> '$.tags' IS NOT OLD.record -> '$.tags'
BEGIN
	INSERT INTO `key_terms` (rowid, terms) SELECT document, terms FROM `key_terms_of_rows` WHERE place = NEW.rowid;
END;--> statement-breakpoint
CREATE VIRTUAL TABLE `agent_terms` USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii');--> statement-breakpoint
CREATE VIEW `agent_terms_of_rows` AS SELECT rowid AS place, (ledger << 27 | n) >> 4 AS document,
	(
		WITH RECURSIVE at (i, name) AS (
			SELECT 1, hostname_folded || char(10) || coalesce(record ->> '$.attributes.name_folded', '')
				|| char(10) || coalesce(record ->> '$.attributes.ven_name_folded', '') UNION ALL SELECT i + 1, name FROM at WHERE i < length(name))
		SELECT group_concat(
			' o' || organization_id || 'n' || hex(substr(name, i, 1)) || ' o' || organization_id || 'n' || hex(substr(name, i, 2))
			|| ' o' || organization_id || 'n' || hex(substr(name, i, 3)), '') FROM at
	) || coalesce((
		SELECT group_concat(' o' || organization_id || 't' || hex(key) || ' o' || organization_id || 't' || hex(key || '=' || value), '')
		FROM json_each(record, '$.tags')), '') AS terms
	FROM `agents`;--> statement-breakpoint
CREATE TRIGGER `agent_terms_change` AFTER UPDATE OF hostname_folded, record ON `agents` WHEN NEW.hostname_folded <> OLD.hostname_folded OR NEW.record -> '$.tags' IS NOT OLD.record -> '$.tags'
	OR NEW.record ->> '$.attributes.name_folded' IS NOT OLD.record ->> '$.attributes.name_folded'
	OR NEW.record ->> '$.attributes.ven_name_folded' IS NOT OLD.record ->> '$.attributes.ven_name_folded'
BEGIN
	INSERT INTO `agent_terms` (rowid, terms) SELECT document, terms FROM `agent_terms_of_rows` WHERE place = NEW.rowid;
END;
