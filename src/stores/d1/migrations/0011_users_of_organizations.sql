DROP INDEX `users_email_folded_unique`;--> statement-breakpoint
ALTER TABLE `users` ADD `organization_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_address` ON `users` (`email_folded`,`organization_id`);--> statement-breakpoint
UPDATE `users` SET `organization_id` = (SELECT `organization_id` FROM `principals` WHERE `user_id` = `users`.`id`)
WHERE (SELECT count(*) FROM `principals` WHERE `user_id` = `users`.`id`) = 1
  AND (SELECT `created_by` ->> '$.kind' FROM `principals` WHERE `user_id` = `users`.`id`) <> 'system';
