package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.IssueCoupons.Decision;
import io.tidegate.shop.marketing.IssueCoupons.Skip;
import io.tidegate.shop.staff.StaffStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gives coupons out: staff issue them to lists of customers, customers claim them by code. */
public final class CouponService {

  /** More customers than this don't share a transaction, so that a list never stops the shop. */
  static final int STEP_USERS_MAX = 200;

  /** Claims wait for their template one after the other; more don't take sessions meanwhile. */
  private static final int CLAIMS_AT_ONCE_MAX = 4;

  private static final long CLAIM_WAIT_MILLIS_MAX = 2_000;

  private final Database database;
  private final TemplateStore templates;
  private final CouponStore coupons;
  private final InstantSource clock;
  private final Semaphore claims = new Semaphore(CLAIMS_AT_ONCE_MAX);

  /** Why nothing is issued at all. */
  public enum Refusal {
    NO_SUCH_TEMPLATE,
    /** The key was sent with another command. */
    KEY_REUSED,
    NOT_ACTIVE,
    ENDED
  }

  /**
   * @param clock refuses claims of what is over early; what counts is decided by the database's
   */
  public CouponService(
      Database database, TemplateStore templates, CouponStore coupons, InstantSource clock) {
    this.database = database;
    this.templates = templates;
    this.coupons = coupons;
    this.clock = clock;
  }

  /**
   * Issues a template's coupons to a list, a part in each transaction. The same key again goes on
   * where it stopped, or tells what happened.
   *
   * @param users each once
   * @param actor who of the staff acts
   */
  Outcome<CouponIssue, Refusal> issue(Entry key, String template, List<Long> users, String actor) {
    return switch (database.write("coupon-issue", tx -> begin(tx, key, template, users, actor))) {
      case Outcome.Refused<Long, Refusal>(Refusal why) -> Outcome.refused(why);
      case Outcome.Applied<Long, Refusal>(Long issue) ->
          Outcome.applied(goOn(issue, template, users, actor));
      case Outcome.AlreadyApplied<Long, Refusal>(Long issue) ->
          Outcome.alreadyApplied(goOn(issue, template, users, actor));
    };
  }

  private static Outcome<Long, Refusal> begin(
      Tx tx, Entry key, String template, List<Long> users, String actor) {
    String mapKey = IdempotencyTable.mapKey(key.key());
    Entry known = IdempotencyTable.claim(tx, List.of(key)).get(mapKey);
    if (known != null) {
      return known.sameCommand(key.commandHash())
          ? Outcome.alreadyApplied(known.reference())
          : Outcome.refused(Refusal.KEY_REUSED);
    }
    Optional<CouponTemplate> found = TemplateStore.find(tx, template);
    if (found.isEmpty()) {
      return Outcome.refused(Refusal.NO_SUCH_TEMPLATE);
    }
    if (!found.get().active()) {
      return Outcome.refused(Refusal.NOT_ACTIVE);
    }
    if (found.get().validity().span(tx.now()) == null) {
      return Outcome.refused(Refusal.ENDED);
    }
    long issue = TemplateStore.nextIssue(tx);
    IdempotencyTable.refer(tx, Map.of(mapKey, issue));
    TemplateStore.begin(tx, issue, template, actor, users.size());
    return Outcome.applied(issue);
  }

  private CouponIssue goOn(long issue, String template, List<Long> users, String actor) {
    CouponIssue now;
    do {
      now = database.write("coupon-issue", tx -> step(tx, issue, template, users, actor));
    } while (!now.isDone());
    return now;
  }

  /** The next part of the list, with its act of staff; nothing where all is done. */
  private static CouponIssue step(
      Tx tx, long issueId, String templateId, List<Long> users, String actor) {
    CouponTemplate template =
        TemplateStore.lock(tx, templateId)
            .orElseThrow(() -> new IllegalStateException("no template " + templateId));
    CouponIssue issue = TemplateStore.lockIssue(tx, issueId);
    if (issue.isDone()) {
      return issue;
    }
    int done = Math.min(issue.done() + STEP_USERS_MAX, issue.asked());
    List<Long> part = users.subList(issue.done(), done);
    Map<Long, Integer> had = TemplateStore.had(tx, templateId, part);
    Instant at = tx.now();
    Decision decision = IssueCoupons.decide(template, part, had, at);
    int issued = issue.issued() + decision.issued().size();
    TemplateStore.add(tx, template, decision, issueId, at);
    TemplateStore.step(tx, issue, done, issued, json(decision.skipped()));
    StaffStore.record(
        tx,
        actor,
        "coupon.issue",
        "coupon-template " + templateId,
        json ->
            json.field("issue", Long.toString(issueId))
                .field("asked", part.size())
                .field("issued", decision.issued().size())
                .field("skipped", decision.skipped().size()));
    return new CouponIssue(
        issueId,
        templateId,
        issue.asked(),
        done,
        issued,
        merged(issue.skipped(), json(decision.skipped())));
  }

  private static String json(Map<Long, Skip> skipped) {
    JsonWriter json = new JsonWriter(2 + 48 * skipped.size()).beginArray();
    skipped.forEach((user, why) ->
        json.beginObject().field("user", Long.toString(user)).field("why", why.code()).endObject());
    return new String(json.endArray().toBytes(), StandardCharsets.UTF_8);
  }

  /** Two JSON arrays as one. */
  private static String merged(String first, String second) {
    if (first.equals("[]")) {
      return second;
    }
    return second.equals("[]")
        ? first
        : first.substring(0, first.length() - 1) + "," + second.substring(1);
  }

  /** How a claim ended: with the customer's nth coupon of the template, or without one. */
  private record Claimed(int nth, @Nullable Skip skip) {}

  /**
   * A customer claims a coupon by its code. Where one may have a single one, the claim again tells
   * of that one.
   *
   * @return nothing where no template has the code
   * @throws Problem 503 while too many claim at once
   */
  Optional<Outcome<Coupon, Skip>> claim(long user, String code) throws InterruptedException {
    Optional<CouponTemplate> found = templates.byCode(code);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    CouponTemplate template = found.get();
    // What is gone stays gone: refused without a lock, so that a flood for it costs two reads each.
    Claimed early = claimed(template, user, templates.had(template.id(), user), clock.instant());
    Claimed claimed = early.skip() != null ? early : claimInTurn(user, template.id());
    Skip skip = claimed.skip();
    Integer perUserMax = template.perUserMax();
    if (skip == null) {
      return Optional.of(Outcome.applied(coupons.nth(template.id(), user, claimed.nth())));
    }
    boolean hasTheOne = skip == Skip.PER_USER_MAX && perUserMax != null && perUserMax == 1;
    return Optional.of(
        hasTheOne
            ? Outcome.alreadyApplied(coupons.nth(template.id(), user, 1))
            : Outcome.refused(skip));
  }

  private Claimed claimInTurn(long user, String template) throws InterruptedException {
    if (!claims.tryAcquire(CLAIM_WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
      throw Problem.overloaded(1);
    }
    try {
      return database.write("coupon-claim", tx -> claim(tx, user, template));
    } finally {
      claims.release();
    }
  }

  private static Claimed claim(Tx tx, long user, String templateId) {
    CouponTemplate template =
        TemplateStore.lock(tx, templateId)
            .orElseThrow(() -> new IllegalStateException("no template " + templateId));
    Map<Long, Integer> had = TemplateStore.had(tx, templateId, List.of(user));
    Instant at = tx.now();
    Decision decision = IssueCoupons.decide(template, List.of(user), had, at);
    TemplateStore.add(tx, template, decision, null, at);
    return claimed(template, user, had, at);
  }

  private static Claimed claimed(
      CouponTemplate template, long user, Map<Long, Integer> had, Instant at) {
    Decision decision = IssueCoupons.decide(template, List.of(user), had, at);
    return new Claimed(had.getOrDefault(user, 0) + 1, decision.skipped().get(user));
  }
}
