CREATE TABLE `deployment` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`written_at` integer NOT NULL
);
