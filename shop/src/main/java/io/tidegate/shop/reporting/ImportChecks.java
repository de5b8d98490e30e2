package io.tidegate.shop.reporting;

import java.util.List;

/** What must hold of another shop's rows, in DuckDB's SQL. */
final class ImportChecks {

  private ImportChecks() {}

  /** A condition under which a row's column is wrong. */
  record Check(String column, String why, String wrong) {}

  /** An amount as people write it, in minor units; null where it is none. */
  private static String minor(String column) {
    return """
    case when regexp_full_match(%1$s, '[0-9]{1,12}(\\.[0-9]{1,3})?')
        and length(split_part(%1$s, '.', 2)) <= digits
      then cast(cast(%1$s as decimal(18,3)) * unit as bigint) end\
    """
        .formatted(column);
  }

  private static final String WHOLE_NUMBER =
      "case when regexp_full_match(%1$s, '[0-9]{1,4}') then cast(%1$s as integer) end";

  /** Each row as what it means; what can't be read is null beside its text. */
  static final String TYPED =
      """
      create or replace table typed as
      select s.*, coalesce(unit, 0) as unit,
        case when regexp_full_match(s."user", '[1-9][0-9]{0,17}')
          then cast(s."user" as bigint) end as user_id,
        epoch_ms(try_cast(s.created_at as timestamptz)) as created_ms,
        epoch_ms(try_cast(s.paid_at as timestamptz)) as paid_ms,
      """
          + WHOLE_NUMBER.formatted("s.quantity")
          + " as pieces, "
          + WHOLE_NUMBER.formatted("coalesce(s.refunded, '0')")
          + " as returned, "
          + minor("s.unit_price")
          + " as price, "
          + minor("coalesce(s.discount, '0')")
          + " as off, "
          + minor("coalesce(s.freight, '0')")
          + " as carriage, "
          + minor("s.total")
          + " as sum from staged s left join iso on iso.code = s.currency order by s.rowid";

  private static final String PAID = "state in ('completed', 'refunded')";

  /**
   * What must hold of a row alone.
   *
   * @param now later times are in the future
   * @param first earlier times have no order numbers
   */
  static List<Check> rows(long now, long first) {
    return List.of(
        new Check(
            "number",
            "is no number of 1 to 64 printable characters",
            "number is null or not regexp_full_match(number, '[!-~]{1,64}')"),
        new Check("user", "is no customer: 1 to 18 digits", "user_id is null"),
        new Check("created_at", "is no time", "created_ms is null"),
        new Check("created_at", "is in the future", "created_ms > " + now),
        new Check(
            "created_at", "is before 2024: order numbers begin there", "created_ms < " + first),
        new Check(
            "state",
            "is none of completed, refunded, closed, cancelled: only what is at its end can be taken",
            "state is null or state not in ('completed', 'refunded', 'closed', 'cancelled')"),
        new Check("currency", "is no currency", "currency is null or unit = 0"),
        new Check(
            "sku",
            "is no SKU of 1 to 64 printable characters",
            "sku is null or not regexp_full_match(sku, '[!-~]{1,64}')"),
        new Check(
            "title",
            "is no title of 1 to 200 characters",
            "title is null or length(title) > 200 or regexp_matches(title, '[\\x00-\\x1f\\x7f]')"),
        new Check(
            "quantity",
            "is no number from 1 to 999",
            "pieces is null or pieces not between 1 and 999"),
        new Check("unit_price", "is no amount of its currency", "unit > 0 and price is null"),
        new Check("discount", "is no amount of its currency", "unit > 0 and off is null"),
        new Check("discount", "is more than the line costs", "off > price * pieces"),
        new Check("freight", "is no amount of its currency", "unit > 0 and carriage is null"),
        new Check("total", "is no amount of its currency", "unit > 0 and sum is null"),
        new Check("paid_at", "is no time", "paid_at is not null and paid_ms is null"),
        new Check("paid_at", "is in the future", "paid_ms > " + now),
        new Check("paid_at", "is before created_at", "paid_ms < created_ms"),
        new Check("paid_at", "is missing: the order was paid", PAID + " and paid_at is null"),
        new Check(
            "paid_at",
            "is there, and the order was not paid",
            "state in ('closed', 'cancelled') and paid_at is not null"),
        new Check(
            "provider",
            "is none of alipay, wechat, stripe, sandbox",
            "provider is not null and provider not in ('alipay', 'wechat', 'stripe', 'sandbox')"),
        new Check(
            "region",
            "is no code of 6 digits",
            "region is not null and not regexp_full_match(region, '[1-9][0-9]{5}')"),
        new Check(
            "refunded", "is no number from 0 to quantity", "returned is null or returned > pieces"),
        new Check(
            "refunded",
            "is there, and the order was not paid",
            "returned > 0 and state in ('closed', 'cancelled')"));
  }

  /** The first row of each order. */
  static final String HEADS =
      """
      create or replace table heads as
      select number, min(rowid) as row
      from typed where number is not null group by number
      """;

  /** Columns of an order that a later row says otherwise. */
  static final String DIFFERS =
      """
      insert into bad
      select t.file, t.line, '$n', 'is another than in the first row of the order'
      from typed t join heads h using (number) join typed f on f.rowid = h.row
      where t.$c is distinct from f.$c
      """;

  /** What must hold of an order as a whole. */
  static final List<String> WHOLE =
      List.of(
          """
          insert into bad
          select file, line, 'sku', 'is in the order twice' from (
            select file, line, row_number() over (partition by number, sku order by rowid) as n
            from typed where number is not null and sku is not null) where n > 1
          """,
          """
          insert into bad
          select f.file, f.line, 'number', 'has more than 100 lines'
          from heads h join typed f on f.rowid = h.row
          join (select number from typed group by number having count(*) > 100) m on m.number = h.number
          """,
          """
          insert into bad
          select f.file, f.line, 'total',
            'is ' || f.sum || ' in minor units, and lines with freight come to ' || s.lines
          from heads h join typed f on f.rowid = h.row
          join (
            select number, any_value(carriage) + sum(price * pieces - off) as lines, bool_and(price is not null
              and pieces is not null and off is not null and carriage is not null) as known
            from typed group by number) s on s.number = h.number
          where s.known and f.sum is not null and f.sum <> s.lines
          """,
          """
          insert into bad
          select f.file, f.line, 'refunded', 'leaves pieces, and the order is refunded'
          from heads h join typed f on f.rowid = h.row
          join (select number, sum(pieces - returned) as kept, sum(returned) as back
            from typed group by number) s on s.number = h.number
          where f.state = 'refunded' and s.kept > 0 and s.back > 0
          """,
          """
          insert into bad
          select f.file, f.line, 'refunded', 'leaves no piece, and the order is completed'
          from heads h join typed f on f.rowid = h.row
          join (select number, sum(pieces - returned) as kept from typed group by number) s
            on s.number = h.number
          where f.state = 'completed' and s.kept = 0
          """);

  /** Orders of which nothing is wrong. */
  static final String GOOD =
      """
      create or replace table good as
      select h.number, t.user_id, t.created_ms, h.row
      from heads h join typed t on t.rowid = h.row
      where not exists (
        select 1 from bad b join typed w on w.file = b.file and w.line = b.line
        where w.number = h.number)
      """;
}
