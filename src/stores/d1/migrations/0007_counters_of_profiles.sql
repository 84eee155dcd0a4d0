ALTER TABLE `profiles` ADD `counters` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `counted` integer;--> statement-breakpoint
UPDATE profiles SET counters = was.counters, counted = was.version FROM ledger_counters AS was
  WHERE was.ledger = profiles.ledger
    AND profiles.n = (SELECT min(n) FROM profiles AS first WHERE first.ledger = was.ledger);--> statement-breakpoint
DROP TABLE `ledger_counters`;
