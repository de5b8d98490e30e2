package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.KeptNotice;
import io.tidegate.shop.payment.NoticeStore;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What providers sent, masked, with what became of it: about one payment, or the last of all,
 * forgeries too.
 */
final class NoticePage implements Routes {
  static final String PATH = "/console/payments";
  static final int ROWS = 50;

  private final Pages pages;
  private final PaymentStore payments;
  private final NoticeStore notices;

  NoticePage(Pages pages, PaymentStore payments, NoticeStore notices) {
    this.pages = pages;
    this.payments = payments;
    this.notices = notices;
  }

  /** Where a payment's notices are. */
  static String of(String payment) {
    return new Href(PATH).under(payment).toString();
  }

  @Override
  public void register(Router router) {
    pages.get(router, PATH, pages.of(Section.PARKED, (_, visitor, _) -> newest(visitor)));
    pages.get(
        router,
        PATH + "/{id}",
        pages.of(Section.PARKED, (request, visitor, _) -> ofPayment(request, visitor)));
  }

  private Reply newest(Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    return reply(
        visitor, PATH, list(t.of("notices.newest"), null, notices.newest(ROWS + 1), true, t));
  }

  private Reply ofPayment(Request request, Visitor visitor) {
    Texts t = Texts.in(visitor.language());
    PaymentId id = PaymentId.parse(request.path("id")).orElseThrow(Problem::notFound);
    List<KeptNotice> found = notices.of(id, ROWS + 1);
    Optional<Attempt> attempt =
        payments.attempts(id.order()).stream().filter(each -> each.id().equals(id)).findFirst();
    if (attempt.isEmpty() && found.isEmpty()) {
      throw Problem.notFound();
    }
    NoticeList.Payment payment = attempt.map(each -> payment(each, t)).orElse(null);
    String title = t.with("notices.title", id);
    return reply(visitor, of(id.toString()), list(title, payment, found, false, t));
  }

  private Reply reply(Visitor visitor, String back, NoticeList list) {
    return pages.page(visitor, Section.PARKED, list.title(), back, "notices", list).as(200);
  }

  private NoticeList list(
      String title,
      NoticeList.@Nullable Payment payment,
      List<KeptNotice> found,
      boolean linked,
      Texts t) {
    return new NoticeList(
        title,
        payment,
        found.stream().limit(ROWS).map(notice -> row(notice, linked, t)).toList(),
        found.size() > ROWS);
  }

  private NoticeList.Payment payment(Attempt attempt, Texts t) {
    String order = attempt.id().order().toString();
    String state = attempt.state().wire();
    return new NoticeList.Payment(
        order,
        "/console/orders/" + order,
        t.named("provider", attempt.provider()),
        new OrderList.State(state, t.of("payment_state." + state)),
        Shown.money(attempt.amount()),
        Shown.moment(attempt.createdAt(), pages.zone()),
        Shown.moment(attempt.capturedAt(), pages.zone()));
  }

  private NoticeList.Row row(KeptNotice notice, boolean linked, Texts t) {
    String verdict = notice.verdict().wire();
    return new NoticeList.Row(
        Shown.moment(notice.at(), pages.zone()),
        new OrderList.State(verdict, t.of("notice_verdict." + verdict)),
        t.named("provider", notice.provider()),
        linked ? notice.payment() : "",
        linked && !notice.payment().isEmpty() ? of(notice.payment()) : "",
        notice.why(),
        NoticeText.of(notice.body()));
  }
}
