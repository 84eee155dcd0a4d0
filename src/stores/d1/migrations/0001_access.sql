CREATE TABLE `access_restrictions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` integer NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`ranges` text NOT NULL,
	`exclusions` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `access_restrictions_by_name` ON `access_restrictions` (`organization_id`,`name`);--> statement-breakpoint
CREATE INDEX `access_restrictions_of_organization` ON `access_restrictions` (`organization_id`,`id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`sort` text NOT NULL,
	`user_id` integer NOT NULL,
	`organization_id` integer,
	`created_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`idle_milliseconds` integer
);
--> statement-breakpoint
CREATE INDEX `sessions_of_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_end` ON `sessions` (`ends_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`organization_id` integer PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text NOT NULL,
	`email_folded` text NOT NULL,
	`full_name` text DEFAULT '' NOT NULL,
	`time_zone` text DEFAULT 'UTC' NOT NULL,
	`password_hash` text,
	`password_salt` text,
	`ring_version` integer,
	`is_password_initial` integer DEFAULT false NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`locked_until` integer,
	`sign_in_count` integer DEFAULT 0 NOT NULL,
	`signed_in_at` integer,
	`signed_in_from` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_folded_unique` ON `users` (`email_folded`);--> statement-breakpoint
-- Who was there before becomes a user, as yet without a password.
INSERT INTO `users` (`email`, `email_folded`, `created_at`, `updated_at`)
	SELECT `name`, lower(`name`), min(`created_at`), min(`created_at`) FROM `principals` GROUP BY lower(`name`) ORDER BY min(`id`);
--> statement-breakpoint
CREATE TABLE `__new_principals` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uuid` text NOT NULL,
	`organization_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`display_name` text DEFAULT '' NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`user_id` integer,
	`access_restriction_id` integer,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_principals` (`id`, `uuid`, `organization_id`, `kind`, `name`, `name_folded`, `user_id`, `created_at`, `created_by`, `updated_at`, `updated_by`)
	SELECT p.`id`, lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))), p.`organization_id`, p.`kind`, p.`name`, lower(p.`name`), u.`id`, p.`created_at`, '{"kind":"system"}', p.`created_at`, '{"kind":"system"}'
	FROM `principals` p JOIN `users` u ON u.`email_folded` = lower(p.`name`);
--> statement-breakpoint
DROP TABLE `principals`;
--> statement-breakpoint
ALTER TABLE `__new_principals` RENAME TO `principals`;
--> statement-breakpoint
CREATE UNIQUE INDEX `principals_uuid_unique` ON `principals` (`uuid`);--> statement-breakpoint
CREATE INDEX `principals_of_organization` ON `principals` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `principals_of_user` ON `principals` (`user_id`);--> statement-breakpoint
CREATE INDEX `principals_restricted` ON `principals` (`access_restriction_id`) WHERE access_restriction_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `principals_by_name` ON `principals` (`organization_id`,`kind`,`name_folded`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` integer NOT NULL,
	`principal_id` integer NOT NULL,
	`role` text NOT NULL,
	`scope` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_grants` (`id`, `organization_id`, `principal_id`, `role`, `scope`, `created_at`)
	SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))), p.`organization_id`, g.`principal_id`, g.`role`, '[]', p.`created_at`
	FROM `grants` g JOIN `principals` p ON p.`id` = g.`principal_id`;
--> statement-breakpoint
DROP TABLE `grants`;--> statement-breakpoint
ALTER TABLE `__new_grants` RENAME TO `grants`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `grants_of_principal` ON `grants` (`principal_id`,`role`,`scope`);--> statement-breakpoint
CREATE INDEX `grants_of_organization` ON `grants` (`organization_id`,`created_at`,`id`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `description` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `created_by` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `expires_at` integer;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `used_at` integer;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `refused_at` integer;--> statement-breakpoint
CREATE INDEX `api_keys_of_principal` ON `api_keys` (`principal_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_of_organization` ON `api_keys` (`organization_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_expiring` ON `api_keys` (`expires_at`) WHERE expires_at IS NOT NULL;