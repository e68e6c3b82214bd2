const tick = '`';

/** A database with what is seldom and easily lost, beside the shop's own kind of table. */
export const rich = String.raw`
CREATE TABLE ${tick}Every ${tick}${tick}type${tick}${tick} "there" is${tick} (
  id bigint AUTO_INCREMENT PRIMARY KEY, a tinyint, b smallint unsigned, c mediumint, d int zerofill, e bigint unsigned,
  f decimal(30,10), g float, h double, i bit(13), j char(7), k varchar(200), l text, m longtext CHARACTER SET latin1, n binary(5), o varbinary(50), p blob,
  q date, r time(6), s datetime(6), t timestamp(6) NULL, u year, v enum('sad','ok','it''s'), w set('a','b','c'), x json, y uuid, z inet6, aa inet4,
  ab geometry, ac point, ad polygon, ae int AS (a + 1) VIRTUAL, af varchar(50) AS (concat(k, '!')) STORED, ag int INVISIBLE DEFAULT 5, ah boolean,
  ai varchar(30) COLLATE utf8mb4_bin, aj mediumblob, UNIQUE (k)
) DEFAULT CHARSET utf8mb4;
INSERT INTO ${tick}Every ${tick}${tick}type${tick}${tick} "there" is${tick} (a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,aa,ab,ac,ad,ag,ah,ai,aj)
 SELECT seq % 100, seq, -seq, seq, 18446744073709551615, seq/7, seq*1.5, 0.1+0.2*seq, seq, 'x ', CONCAT('Kopi "susu" \\ ☕🍵 ', seq), 'tab\tnew\nline', 'é€ü', 'a\0b', '', UNHEX(MD5(seq)),
 '2026-03-29','-838:59:59.123456','2026-03-29 02:30:00.5','2026-03-29 02:30:00.25',2026,'it''s','a,c','{"a": [1, 1.0, "é"]}', UUID(), '::1','10.0.0.1',
 ST_GeomFromText('LINESTRING(0 0,1 1.5)', 4326), POINT(1,-0.1), ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))'), 7, TRUE, 'ß', NULL FROM seq_1_to_500;
INSERT INTO ${tick}Every ${tick}${tick}type${tick}${tick} "there" is${tick} () VALUES ();
CREATE TABLE twice (a int); INSERT INTO twice VALUES (1),(1),(NULL),(NULL);
CREATE TABLE noth (a varchar(5), b varchar(5)); INSERT INTO noth VALUES ('', NULL), (NULL, ''), ('a','b'),('ab','');
CREATE TABLE empty (a int);
CREATE TABLE floats (a float); INSERT INTO floats VALUES (16777217),(0.1),(1/3),(1234567.8);
CREATE TABLE ledger (at date NOT NULL, amount int) PARTITION BY RANGE (YEAR(at)) (PARTITION p26 VALUES LESS THAN (2027), PARTITION rest VALUES LESS THAN MAXVALUE);
INSERT INTO ledger SELECT '2026-01-01' + INTERVAL seq*10 DAY, seq FROM seq_1_to_100;
CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES parent(id)); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1,1);
CREATE TABLE versioned (id int PRIMARY KEY, v int) WITH SYSTEM VERSIONING; INSERT INTO versioned VALUES (1,1); UPDATE versioned SET v=2; DELETE FROM versioned; INSERT INTO versioned VALUES (2,2);
CREATE SEQUENCE up START 5; SELECT NEXTVAL(up); CREATE SEQUENCE backwards INCREMENT -3 START -1 MINVALUE -10000; SELECT NEXTVAL(backwards),NEXTVAL(backwards);
CREATE TABLE sales (id bigint AUTO_INCREMENT PRIMARY KEY, total int, at timestamp(6) DEFAULT CURRENT_TIMESTAMP(6)); INSERT INTO sales (total) SELECT seq FROM seq_1_to_30000;
CREATE TABLE counted (n int); INSERT INTO counted VALUES (0);
CREATE VIEW cheap AS SELECT a FROM twice; CREATE VIEW aview AS SELECT * FROM cheap;
CREATE FUNCTION dbl(x int) RETURNS int DETERMINISTIC RETURN 2*x;
DELIMITER //
CREATE PROCEDURE fill(n int) BEGIN DECLARE i int DEFAULT 0; WHILE i < n DO INSERT INTO empty VALUES (i); SET i = i + 1; END WHILE; END //
CREATE TRIGGER sold AFTER INSERT ON sales FOR EACH ROW BEGIN UPDATE counted SET n = n + 1; END //
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM empty; END //
DELIMITER ;
`;
