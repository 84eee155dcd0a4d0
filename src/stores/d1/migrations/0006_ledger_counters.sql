CREATE TABLE `ledger_counters` (
	`ledger` integer PRIMARY KEY NOT NULL,
	`dialect` text NOT NULL,
	`counters` text NOT NULL,
	`version` integer NOT NULL
);
