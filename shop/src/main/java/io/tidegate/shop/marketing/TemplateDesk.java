package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Twins;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.CouponTemplate.Refusal;
import io.tidegate.shop.staff.StaffStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where staff make and edit templates of coupons and issue them, whichever way they come: what they
 * send is checked here, and each act is on record in its own transaction.
 */
public final class TemplateDesk {

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final int USERS_MAX = 1_000;
  private static final int USER_CHARS_MAX = 19;

  private final Database database;
  private final TemplateStore templates;
  private final CouponService service;
  private final Twins twins;

  public TemplateDesk(
      Database database, TemplateStore templates, CouponService service, Twins twins) {
    this.database = database;
    this.templates = templates;
    this.service = service;
    this.twins = twins;
  }

  /** Whether a template could have this id. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /**
   * A page of templates, newest first.
   *
   * @param before the position of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<CouponTemplate> list(long before, int limit) {
    return templates.list(before, limit);
  }

  public Optional<CouponTemplate> find(String id) {
    return templates.find(id);
  }

  /**
   * Makes a template.
   *
   * @throws Problem 400 with everything that is wrong with the body
   */
  public Outcome<CouponTemplate, Refusal> create(Fields body, String actor) {
    String id = body.string("id", 64);
    if (!id.isEmpty() && !isId(id)) {
      body.refuse("id", "must be 1 to 64 of a-z, 0-9 and dash");
    }
    CouponTemplate wanted = TemplateJson.read(body, id);
    return database.write("coupon-template", tx -> create(tx, wanted, actor));
  }

  /** The id is the key: the same template again is there already. */
  private static Outcome<CouponTemplate, Refusal> create(
      Tx tx, CouponTemplate wanted, String actor) {
    Optional<CouponTemplate> known = TemplateStore.find(tx, wanted.id());
    if (known.isPresent()) {
      return known.get().isAsWanted(wanted)
          ? Outcome.alreadyApplied(known.get())
          : Outcome.refused(Refusal.EXISTS);
    }
    if (codeTaken(tx, wanted)) {
      return Outcome.refused(Refusal.CODE_TAKEN);
    }
    TemplateStore.insert(tx, wanted);
    record(tx, actor, "coupon-template.create", wanted);
    return Outcome.applied(wanted);
  }

  /**
   * Edits a template; nothing where there is none.
   *
   * @param expected the version that was seen; null where any will do
   * @throws Problem 400 with everything that is wrong with the body
   */
  public Optional<Outcome<CouponTemplate, Refusal>> edit(
      String id, Fields body, @Nullable Long expected, String actor) {
    CouponTemplate wanted = TemplateJson.read(body, id);
    return database.write("coupon-template", tx -> edit(tx, wanted, expected, actor));
  }

  private static Optional<Outcome<CouponTemplate, Refusal>> edit(
      Tx tx, CouponTemplate wanted, @Nullable Long expected, String actor) {
    Optional<CouponTemplate> known = TemplateStore.lock(tx, wanted.id());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Outcome<CouponTemplate, Refusal> outcome = known.get().edit(wanted, expected);
    if (outcome instanceof Outcome.Applied<CouponTemplate, Refusal>(CouponTemplate edited)) {
      if (codeTaken(tx, wanted)) {
        return Optional.of(Outcome.refused(Refusal.CODE_TAKEN));
      }
      TemplateStore.edit(tx, edited);
      record(tx, actor, "coupon-template.edit", edited);
    }
    return Optional.of(outcome);
  }

  /** Looked up for the answer's sake: against a race the database keeps codes apart. */
  private static boolean codeTaken(Tx tx, CouponTemplate wanted) {
    String code = wanted.claimCode();
    return code != null
        && TemplateStore.byCode(tx, code)
            .filter(other -> !other.id().equals(wanted.id()))
            .isPresent();
  }

  private static void record(Tx tx, String actor, String act, CouponTemplate template) {
    StaffStore.record(
        tx,
        actor,
        act,
        "coupon-template " + template.id(),
        json -> {
          json.field("version", template.version()).field("active", template.active());
          TemplateJson.worth(json, template);
        });
  }

  /**
   * Issues a template's coupons to {@code users}. The same key again tells what happened.
   *
   * @throws Problem 400 with everything that is wrong with the body
   */
  public Outcome<CouponIssue, CouponService.Refusal> issue(
      IdempotencyKey key, String id, Fields body, String actor) throws Exception {
    List<Long> users = users(body);
    StringBuilder canonical = new StringBuilder(id);
    users.forEach(user -> canonical.append('\n').append(user));
    byte[] hash = IdempotencyKey.commandHash(canonical.toString().getBytes(StandardCharsets.UTF_8));
    Entry entry = new Entry(key.hash16(), hash, 0);
    return twins.run(key, () -> service.issue(entry, id, users, actor));
  }

  private static List<Long> users(Fields body) {
    List<String> texts = body.strings("users", 1, USERS_MAX, USER_CHARS_MAX);
    List<Long> users = new ArrayList<>(texts.size());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        body.refuse("users", "has no customer's number at " + i);
      } else if (!seen.add(text)) {
        body.refuse("users", "has one twice, at " + i);
      } else if (!text.isEmpty()) {
        users.add(number(body, text, i));
      }
    }
    body.check();
    return users;
  }

  private static long number(Fields body, String text, int index) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      body.refuse("users", "has no customer's number at " + index);
      return 0;
    }
  }
}
