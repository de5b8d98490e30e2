package io.tidegate.server.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.ReadyCheck;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Tokens;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.server.audit.AuditDesk;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;

/** The operations console: {@code /console} and the files that its pages load. */
public final class Console implements Routes {
  private final Pages pages;
  private final List<Routes> parts;

  /**
   * Who may come in, and how.
   *
   * @param tokens signs the sessions; they must be our own
   * @param secret of forms, shared by all nodes; at least 16 bytes
   * @param overTlsOnly whether browsers may send cookies over TLS only; false on loopback
   */
  public record Entry(StaffAccounts accounts, Tokens tokens, byte[] secret, boolean overTlsOnly) {}

  /**
   * What the console shows of the machinery.
   *
   * @param database where an act of the staff and its record are written together
   * @param meters where the lanes keep their figures
   * @param ready tells what works just now
   */
  public record Engine(
      Database database,
      DeadLetters deadLetters,
      AuditDesk audits,
      MeterRegistry meters,
      ReadyCheck ready) {}

  /**
   * A console.
   *
   * @param zone in which times are shown
   */
  public Console(
      Entry entry, OrderSources orders, Engine engine, ZoneId zone, InstantSource clock) {
    Assets assets = new Assets();
    Visitors visitors = new Visitors(entry.tokens(), entry.secret(), entry.overTlsOnly());
    this.pages = new Pages(assets, visitors, zone, clock);
    this.parts =
        List.of(
            assets,
            new SignInPages(pages, visitors, entry.accounts(), new SignInTries(clock)),
            new OrderListPage(pages, orders.orders(), new Titles(orders.catalog())),
            new OrderDetailPage(pages, orders),
            new DeadLetterPage(pages, engine.database(), engine.deadLetters()),
            new AuditPage(pages, engine.audits()),
            new HealthPage(pages, engine.meters(), engine.ready()));
  }

  @Override
  public void register(Router router) {
    parts.forEach(part -> part.register(router));
    // Addresses that no page has are answered in the frame, too.
    for (String unknown : List.of("/console/{a}", "/console/{a}/{b}", "/console/{a}/{b}/{c}")) {
      pages.get(
          router,
          unknown,
          pages.open((_, _) -> {
            throw Problem.notFound();
          }));
    }
  }
}
