package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.RowReader;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps templates of coupons, and what is issued of them. Whoever issues holds the template's lock,
 * so its limits are decided one after the other.
 */
public final class TemplateStore {

  private static final String TEMPLATES =
      """
      select t.id, t.title_zh, t.title_en, t.amount_off, t.percent_off, t.off_max, t.spend_min,
        t.currency, t.scope, t.scope_codes, t.position, t.valid_from, t.valid_to, t.valid_days,
        t.total_max, t.per_user_max, t.claim_code, t.active, t.issued, t.version
      from marketing.coupon_template t
      """;

  static final Sql FIND = Sql.of(TEMPLATES + " where t.id = ?");
  static final Sql BY_CODE = Sql.of(TEMPLATES + " where t.claim_code = ?");
  static final Sql LOCK = Sql.of(TEMPLATES + " where t.id = ? for update");
  static final Sql PAGE =
      Sql.of(TEMPLATES + " where t.position < ? order by t.position desc limit ?");
  static final Sql INSERT =
      Sql.of(
          """
          insert into marketing.coupon_template
            (id, title_zh, title_en, amount_off, percent_off, off_max, spend_min, currency, scope,
             scope_codes, valid_from, valid_to, valid_days, total_max, per_user_max, claim_code,
             active)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """);
  static final Sql EDIT =
      Sql.of(
          """
          update marketing.coupon_template
          set title_zh = ?, title_en = ?, valid_from = ?, valid_to = ?, valid_days = ?,
            total_max = ?, per_user_max = ?, claim_code = ?, active = ?, version = version + 1
          where id = ? and version = ? returning 1
          """);
  static final Sql COUNT =
      Sql.of(
          """
          update marketing.coupon_template set issued = issued + ?
          where id = ? and issued = ? returning 1
          """);
  static final Sql HAD =
      Sql.of(
          """
          select u, (
            select max(c.nth) from marketing.coupon c
            where c.template = ? and c.user_id = u and c.nth is not null)
          from unnest(?::bigint[]) u
          """);
  static final Sql ADD =
      Sql.of(
          """
          insert into marketing.coupon
            (template, user_id, state, granted_at, valid_from, valid_to, issue, nth)
          select ?, u, 'granted', ?, ?, ?, ?, nth from unnest(?::bigint[], ?::int[]) as g(u, nth)
          """);
  static final Sql NEXT_ISSUE =
      Sql.of("select nextval(pg_get_serial_sequence('marketing.coupon_issue', 'id'))");
  static final Sql ADD_ISSUE =
      Sql.of(
          """
          insert into marketing.coupon_issue (id, template, actor, asked)
          overriding system value values (?, ?, ?, ?)
          """);
  private static final String ISSUE =
      "select id, template, asked, done, issued, skipped from marketing.coupon_issue where id = ?";
  static final Sql LOCK_ISSUE = Sql.of(ISSUE + " for update");
  static final Sql STEP =
      Sql.of(
          """
          update marketing.coupon_issue
          set done = ?, issued = ?, skipped = skipped || ?::jsonb
          where id = ? and done = ? returning 1
          """);

  private final Database database;

  public TemplateStore(Database database) {
    this.database = database;
  }

  /**
   * A page of templates, newest first.
   *
   * @param before the position of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<CouponTemplate> list(long before, int limit) {
    return database.read(PAGE, TemplateStore::read, before, limit);
  }

  public Optional<CouponTemplate> find(String id) {
    return database.read(FIND, TemplateStore::read, id).stream().findFirst();
  }

  Optional<CouponTemplate> byCode(String claimCode) {
    return database.read(BY_CODE, TemplateStore::read, claimCode).stream().findFirst();
  }

  /** How many of a template a customer has had; as it is now, without a lock. */
  Map<Long, Integer> had(String template, long user) {
    Map<Long, Integer> had = new HashMap<>();
    database.read(HAD, had(had), template, new long[] {user});
    return had;
  }

  static Optional<CouponTemplate> find(Tx tx, String id) {
    return tx.query(FIND, TemplateStore::read, id).stream().findFirst();
  }

  static Optional<CouponTemplate> byCode(Tx tx, String claimCode) {
    return tx.query(BY_CODE, TemplateStore::read, claimCode).stream().findFirst();
  }

  static Optional<CouponTemplate> lock(Tx tx, String id) {
    return tx.lock(LockRank.COUPON, LOCK, TemplateStore::read, id).stream().findFirst();
  }

  /** Writes a new template; one whose id or code is taken fails the transaction. */
  static void insert(Tx tx, CouponTemplate template) {
    CouponTerms terms = template.terms();
    Bounds bounds = Bounds.of(template.validity());
    boolean percent = terms.off() instanceof CouponOff.Percent;
    tx.write(
        INSERT,
        template.id(),
        terms.titleZh(),
        terms.titleEn(),
        terms.off() instanceof CouponOff.Amount(long minor) ? minor : null,
        percent ? ((CouponOff.Percent) terms.off()).percent() : null,
        percent ? ((CouponOff.Percent) terms.off()).mostMinor() : null,
        terms.spendMin().amount(),
        terms.currency(),
        CouponTermsText.kind(terms.scope()),
        CouponTermsText.codes(terms.scope()),
        bounds.from(),
        bounds.to(),
        bounds.days(),
        template.totalMax(),
        template.perUserMax(),
        template.claimCode(),
        template.active());
  }

  /** Writes an edited template over the version before it. */
  static void edit(Tx tx, CouponTemplate edited) {
    Bounds bounds = Bounds.of(edited.validity());
    tx.writeExpecting(
        1,
        EDIT,
        edited.terms().titleZh(),
        edited.terms().titleEn(),
        bounds.from(),
        bounds.to(),
        bounds.days(),
        edited.totalMax(),
        edited.perUserMax(),
        edited.claimCode(),
        edited.active(),
        edited.id(),
        edited.version() - 1);
  }

  /** How many of a template customers have had; asked for under the template's lock. */
  static Map<Long, Integer> had(Tx tx, String template, List<Long> users) {
    Map<Long, Integer> had = new HashMap<>();
    tx.query(HAD, had(had), template, users.stream().mapToLong(Long::longValue).toArray());
    return had;
  }

  /**
   * Writes what was decided under the template's lock.
   *
   * @param issue the act of staff it belongs to; null where a customer claimed it
   */
  static void add(
      Tx tx,
      CouponTemplate template,
      IssueCoupons.Decision decision,
      @Nullable Long issue,
      Instant at) {
    CouponValidity.Span span = decision.span();
    if (span == null) {
      return;
    }
    List<IssueCoupons.Issued> sorted =
        decision.issued().stream()
            .sorted(Comparator.comparingLong(IssueCoupons.Issued::userId))
            .toList();
    tx.writeExpecting(1, COUNT, sorted.size(), template.id(), template.issued());
    tx.write(
        ADD,
        template.id(),
        at,
        span.from(),
        span.to(),
        issue,
        sorted.stream().mapToLong(IssueCoupons.Issued::userId).toArray(),
        sorted.stream().mapToInt(IssueCoupons.Issued::nth).toArray());
  }

  static long nextIssue(Tx tx) {
    return tx.query(NEXT_ISSUE, row -> row.getLong(1)).getFirst();
  }

  static void begin(Tx tx, long issue, String template, String actor, int asked) {
    tx.write(ADD_ISSUE, issue, template, actor, asked);
  }

  /** Locks an issue; the template's lock comes before it. */
  static CouponIssue lockIssue(Tx tx, long issue) {
    return tx.lock(
            LockRank.COUPON,
            LOCK_ISSUE,
            row ->
                new CouponIssue(
                    row.getLong(1),
                    row.getString(2),
                    row.getInt(3),
                    row.getInt(4),
                    row.getInt(5),
                    row.getString(6)),
            issue)
        .getFirst();
  }

  /**
   * Writes how far an issue has come.
   *
   * @param skipped a JSON array of who got none in this step
   */
  static void step(Tx tx, CouponIssue before, int done, int issued, String skipped) {
    tx.writeExpecting(1, STEP, done, issued, skipped, before.id(), before.done());
  }

  private static RowReader<Boolean> had(Map<Long, Integer> had) {
    return row -> {
      Long nth = row.getLongOrNull(2);
      if (nth != null) {
        had.put(row.getLong(1), nth.intValue());
      }
      return true;
    };
  }

  /** A validity as columns. */
  private record Bounds(@Nullable Instant from, @Nullable Instant to, @Nullable Integer days) {
    static Bounds of(CouponValidity validity) {
      return switch (validity) {
        case CouponValidity.Until(Instant from, Instant to) -> new Bounds(from, to, null);
        case CouponValidity.Days(int days) -> new Bounds(null, null, days);
      };
    }
  }

  private static CouponTemplate read(Row row) throws SQLException {
    Instant to = row.getInstantOrNull(13);
    Long perUserMax = row.getLongOrNull(16);
    return new CouponTemplate(
        row.getLong(11),
        CouponTermsText.read(row, 1),
        to != null
            ? new CouponValidity.Until(row.getInstantOrNull(12), to)
            : new CouponValidity.Days(row.getInt(14)),
        row.getLongOrNull(15),
        perUserMax == null ? null : perUserMax.intValue(),
        row.getStringOrNull(17),
        row.getBoolean(18),
        row.getLong(19),
        row.getInt(20));
  }
}
