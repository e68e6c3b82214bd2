-- Up Migration
-- Release 2 shows the VAT that a price contains. Expand only: release 1 neither reads nor writes these columns, and
-- goes on selling beside release 2. A sale that release 1 booked has no VAT on record.
ALTER TABLE products
  ADD COLUMN vat_percent smallint NOT NULL DEFAULT 11 CHECK (vat_percent BETWEEN 0 AND 100);
ALTER TABLE sale_lines ADD COLUMN vat integer;
ALTER TABLE sales ADD COLUMN vat bigint;
