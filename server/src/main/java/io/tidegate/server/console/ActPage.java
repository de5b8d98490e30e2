package io.tidegate.server.console;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.staff.StaffAct;
import io.tidegate.shop.staff.StaffStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who of the staff did what: the audit log, newest first, of everybody or of one. */
final class ActPage implements Routes {
  static final int ROWS = 25;
  private static final String PATH = "/console/audit-log";
  private static final int FILTER_CHARS_MAX = 64;

  private final Pages pages;
  private final Database database;

  ActPage(Pages pages, Database database) {
    this.pages = pages;
    this.database = database;
  }

  /**
   * What the page shows.
   *
   * @param actor whose acts; empty for everybody's
   * @param kinds the choices of the filter
   * @param newest where the list begins again; empty on its first page
   * @param older where it goes on; empty at its end
   */
  record Acts(
      List<Row> rows,
      String actor,
      List<OrderList.Choice> kinds,
      boolean filtered,
      String newest,
      String older) {}

  /**
   * An act.
   *
   * @param whose where the acts of the same person are
   * @param kind its name in the record
   * @param subject the kind of thing it was done to, in words
   * @param thing which one
   * @param href where that one is; empty where it has no page
   */
  record Row(
      long id,
      Shown.Moment at,
      String actor,
      String whose,
      String what,
      String kind,
      String subject,
      String thing,
      String href,
      List<ActDetail.Member> detail) {}

  @Override
  public void register(Router router) {
    pages
        .get(
            router,
            PATH,
            pages.of(Section.AUDIT_LOG, (request, visitor, _) -> list(request, visitor)))
        .query("actor", "kind", "after");
  }

  private Reply list(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    String actor = filter(request, "actor");
    String kind = filter(request, "kind");
    String after = value(request, "after");
    List<StaffAct> found =
        StaffStore.list(database, orNull(actor), orNull(kind), before(after), ROWS + 1);
    List<StaffAct> shown = found.subList(0, Math.min(ROWS, found.size()));
    String back = href(actor, kind, after);
    Acts acts =
        new Acts(
            shown.stream().map(act -> row(act, t)).toList(),
            actor,
            kinds(kind, t),
            !actor.isEmpty() || !kind.isEmpty(),
            after.isEmpty() ? "" : href(actor, kind, ""),
            found.size() > ROWS ? href(actor, kind, Long.toString(shown.getLast().id())) : "");
    return pages.page(visitor, Section.AUDIT_LOG, t.of("acts.title"), back, "acts", acts).as(200);
  }

  private static String filter(Request request, String name) {
    String text = value(request, name).strip();
    if (text.length() > FILTER_CHARS_MAX) {
      throw Problem.invalid("?" + name, "is too long");
    }
    return text;
  }

  private static String value(Request request, String name) {
    String value = request.query(name);
    return value == null ? "" : value;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static long before(String after) {
    if (after.isEmpty()) {
      return Long.MAX_VALUE;
    }
    try {
      return Long.parseLong(after);
    } catch (NumberFormatException _) {
      throw Problem.invalid("?after", "is no id");
    }
  }

  private static String href(String actor, String kind, String after) {
    return new Href(PATH).with("actor", actor).with("kind", kind).with("after", after).toString();
  }

  /** The kinds that are on record; the chosen one stays a choice where nothing is found of it. */
  private List<OrderList.Choice> kinds(String chosen, Texts t) {
    List<String> kinds = new ArrayList<>(StaffStore.kinds(database));
    if (!chosen.isEmpty() && !kinds.contains(chosen)) {
      kinds.add(chosen);
    }
    List<OrderList.Choice> choices = new ArrayList<>();
    choices.add(new OrderList.Choice("", t.of("acts.any_kind"), chosen.isEmpty()));
    kinds.forEach(
        kind -> choices.add(new OrderList.Choice(kind, name(kind, t), kind.equals(chosen))));
    return List.copyOf(choices);
  }

  private static String name(String kind, Texts t) {
    return t.named("act", kind);
  }

  private Row row(StaffAct act, Texts t) {
    int space = act.subject().indexOf(' ');
    String subject = space < 0 ? act.subject() : act.subject().substring(0, space);
    String thing = space < 0 ? "" : act.subject().substring(space + 1);
    return new Row(
        act.id(),
        Shown.moment(act.at(), pages.zone()),
        act.actor(),
        href(act.actor(), "", ""),
        name(act.act(), t),
        act.act(),
        t.named("act_subject", subject.replace('-', '_').toLowerCase(Locale.ROOT)),
        thing,
        thing.isEmpty() ? "" : page(subject, thing),
        ActDetail.of(act.detail(), t));
  }

  /** Where the thing can be seen; empty where it has no page of its own. */
  private static String page(String subject, String thing) {
    return switch (subject) {
      case "shipment" ->
          new Href("/console/orders").under(thing.replaceFirst("S.*", "")).toString();
      case "order" -> new Href("/console/orders").under(thing).toString();
      case "customer" -> new Href("/console/orders").with("q", thing).toString();
      case "sku" -> new Href("/console/goods").with("q", thing).toString();
      case "refund" -> new Href("/console/refunds").under(thing).toString();
      case "return" -> new Href("/console/returns").under(thing).toString();
      case "coupon-template" -> new Href("/console/coupons").under(thing).toString();
      case "sale" -> new Href("/console/flash-sales").under(thing).toString();
      case "courier" -> "/console/freight";
      case "price-list", "promotion" -> "/console/promotions";
      case "webhook" -> new Href(WebhookPage.PATH).under(thing).toString();
      case "dead-letter" -> "/console/dead-letters";
      default -> "";
    };
  }
}
