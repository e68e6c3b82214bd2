-- Up Migration
-- Prices are whole rupiah: the currency has no smaller coin in use.
CREATE TABLE products (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku text NOT NULL UNIQUE,
  name text NOT NULL,
  price integer NOT NULL CHECK (price >= 0),
  -- The last guard against overselling: whatever the app does, the database never books stock below zero.
  stock integer NOT NULL CHECK (stock >= 0)
);

CREATE TABLE sales (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- One row for a key, whichever worker the till reaches: this is what keeps a repeated sale from being booked twice.
  idempotency_key text NOT NULL UNIQUE,
  request_hash text NOT NULL,
  total bigint NOT NULL DEFAULT 0,
  release text NOT NULL,
  sold_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sales_sold_at ON sales (sold_at);

-- A line keeps the name and price of that moment: a receipt must not change when the menu does.
CREATE TABLE sale_lines (
  sale_id bigint NOT NULL REFERENCES sales,
  product_id integer NOT NULL REFERENCES products,
  name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  price integer NOT NULL,
  PRIMARY KEY (sale_id, product_id)
);

INSERT INTO products (sku, name, price, stock) VALUES
  ('KOPI-SUSU', 'Kopi susu', 18000, 100000),
  ('KOPI-TUBRUK', 'Kopi tubruk', 12000, 100000),
  ('TEH-TARIK', 'Teh tarik', 14000, 100000),
  ('ES-JERUK', 'Es jeruk', 13000, 100000),
  ('NASI-GORENG', 'Nasi goreng', 32000, 100000),
  ('MIE-AYAM', 'Mie ayam', 28000, 100000),
  ('SATE-AYAM', 'Sate ayam', 35000, 100000),
  ('GADO-GADO', 'Gado-gado', 26000, 100000),
  ('SOTO-BETAWI', 'Soto Betawi', 38000, 100000),
  ('PISANG-GORENG', 'Pisang goreng', 15000, 100000),
  ('KLEPON', 'Klepon', 10000, 100000),
  ('KERUPUK', 'Kerupuk', 5000, 100000);
