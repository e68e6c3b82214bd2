-- Up Migration
-- Release 2 shows the VAT that a price contains. Expand only: release 1 neither reads nor writes these columns, and
-- goes on selling beside release 2. A sale that release 1 booked has no VAT on record.
-- `sales` stays as it is, a sale's VAT is that of its lines: to alter a table that long reports read is to wait for
-- them, and with whoever waits for such a lock all who come after wait too.
ALTER TABLE products
  ADD COLUMN vat_percent smallint NOT NULL DEFAULT 11 CHECK (vat_percent BETWEEN 0 AND 100);
ALTER TABLE sale_lines ADD COLUMN vat integer;
