package io.tidegate.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.aftersales.RefundBook;
import io.tidegate.shop.aftersales.RefundKind;
import io.tidegate.shop.aftersales.ReturnState;
import io.tidegate.shop.aftersales.WayBack;
import io.tidegate.shop.effects.AfterPayment;
import io.tidegate.shop.flashsale.Mode;
import io.tidegate.shop.flashsale.SaleState;
import io.tidegate.shop.fulfilment.ShipmentState;
import io.tidegate.shop.ordering.Status;
import io.tidegate.shop.payment.Attempt;
import io.tidegate.shop.payment.KeptNotice;
import io.tidegate.shop.payment.Refund;
import io.tidegate.shop.payment.RefundChoice;
import io.tidegate.shop.payment.StatementLine;
import io.tidegate.shop.reconciliation.Action;
import io.tidegate.shop.reconciliation.Kind;
import io.tidegate.shop.reporting.Report;
import io.tidegate.shop.reporting.ReportCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every word that a page can ask for is there, in both languages. */
class TextsTest {
  private static final Pattern IN_TEMPLATES = Pattern.compile("t\\(\\)\\.(?:of|with)\\(([^)]*)");
  private static final Pattern IN_JAVA =
      Pattern.compile("\\bt\\.(?:of|with)\\(\\s*\"([a-z_.0-9]+)\"\\s*[,)]");
  private static final Pattern LITERAL = Pattern.compile("\"([a-z_.0-9]+)\"");

  @Test
  void bothLanguagesHaveTheSameKeys() {
    assertThat(Texts.in(Language.ZH).keys()).isEqualTo(Texts.in(Language.EN).keys());
    assertThat(Texts.in(Language.ZH).keys()).hasSizeGreaterThan(100);
  }

  @Test
  void placesForValuesAreTheSame() {
    for (String key : Texts.in(Language.ZH).keys()) {
      assertThat(Texts.in(Language.ZH).of(key).contains("{0}"))
          .as(key)
          .isEqualTo(Texts.in(Language.EN).of(key).contains("{0}"));
    }
  }

  @Test
  void templatesUseOnlyKeysThatExist() throws IOException {
    Set<String> used = keys("src/main/jte", ".jte", IN_TEMPLATES);
    used.addAll(keys("src/main/java/io/tidegate/server/console", ".java", IN_JAVA));
    assertThat(used).contains("orders.title", "order.timeline", "sign_in.title", "dead.replayed");
    // Keys that end in a dot are prefixes; what follows them is in the tests below.
    used.removeIf(key -> key.endsWith("."));
    assertThat(Texts.in(Language.EN).keys()).containsAll(used);
  }

  @Test
  void everyStateHasAName() {
    var wanted = new TreeSet<String>();
    Arrays.stream(Status.values()).forEach(state -> wanted.add("state." + state.wire()));
    Arrays.stream(AfterPayment.values()).forEach(effect -> wanted.add("effect." + effect.wire()));
    Arrays.stream(ShipmentState.values())
        .forEach(state -> wanted.add("parcel_state." + state.code()));
    Arrays.stream(Attempt.State.values())
        .forEach(state -> wanted.add("payment_state." + state.wire()));
    Arrays.stream(KeptNotice.Verdict.values())
        .forEach(verdict -> wanted.add("notice_verdict." + verdict.wire()));
    Arrays.stream(Refund.State.values())
        .forEach(state -> wanted.add("refund_state." + state.wire()));
    Arrays.stream(Refund.Reason.values())
        .forEach(reason -> wanted.add("refund_reason." + reason.name().toLowerCase(Locale.ROOT)));
    for (String state : RefundBook.STATES) {
      wanted.add("refund_state." + state);
    }
    Arrays.stream(RefundKind.values()).forEach(kind -> wanted.add("refunds.kind." + kind.wire()));
    for (WayBack step : WayBack.values()) {
      wanted.add("way_back." + step.wire());
      wanted.add("way_back_does." + step.wire());
      wanted.add("way_back_undo." + step.wire());
    }
    for (RefundChoice choice : RefundChoice.values()) {
      wanted.add("refund_choice." + choice.wire());
    }
    Arrays.stream(Refund.How.values()).forEach(how -> wanted.add("refund_end." + how.wire()));
    Arrays.stream(ReturnState.values())
        .forEach(state -> wanted.add("return_state." + state.wire()));
    for (String far : Set.of("done", "undone", "open")) {
      wanted.add("refund_step." + far);
    }
    for (String far : Set.of("done", "pending", "outdated")) {
      wanted.add("refund_decision." + far);
    }
    Arrays.stream(Kind.values())
        .forEach(kind ->
            wanted.addAll(Set.of("difference." + kind.wire(), "difference_help." + kind.wire())));
    Arrays.stream(Action.values())
        .forEach(action ->
            wanted.addAll(
                Set.of("difference_action." + action.wire(), "difference_does." + action.wire())));
    Arrays.stream(StatementLine.Type.values())
        .forEach(type -> wanted.add("statement_type." + type.wire()));
    Arrays.stream(Mode.values()).forEach(mode -> wanted.add("sales.mode." + mode.word()));
    Arrays.stream(SaleState.values()).forEach(state -> wanted.add("sale_state." + state.word()));
    for (String code :
        Set.of(
            "not_started",
            "ended",
            "sold_out",
            "limit_reached",
            "token_invalid",
            "rate_limited",
            "overloaded",
            "refused")) {
      wanted.add("sale_refused." + code);
    }
    for (String act : Set.of("warm", "start", "stop")) {
      wanted.addAll(Set.of("sales.do." + act, "sales.do_help." + act, "sales.do_now." + act));
    }
    Arrays.stream(Section.values()).forEach(section -> wanted.add("nav." + section.code()));
    for (Report report : Report.values()) {
      String code = ReportsPage.code(report);
      wanted.addAll(Set.of("report." + code, "report_help." + code));
      for (ReportCut cut : report.cuts()) {
        wanted.add("report_by." + cut.name());
        cut.columns().forEach(column -> wanted.add("report_column." + column.name()));
      }
    }
    for (Fault fault : Fault.values()) {
      wanted.addAll(Set.of("fault." + fault.code(), "fault_do." + fault.code()));
      wanted.add("fault_weight." + fault.weight().code());
    }
    for (String step : Set.of("searched", "viewed", "clicked", "reviewed", "carted")) {
      wanted.add("report_step." + step);
    }
    for (String lane : Set.of("place", "order", "refund", "flash", "draw")) {
      wanted.add("lane." + lane);
    }
    for (String state : Set.of("pending", "done", "retrying", "dead", "reversed", "discarded")) {
      wanted.add("effect_state." + state);
    }
    for (Theme theme : Theme.values()) {
      wanted.add("frame.theme." + theme.code());
    }
    assertThat(Texts.in(Language.EN).keys()).containsAll(wanted);
  }

  private static Set<String> keys(String folder, String suffix, Pattern use) throws IOException {
    Set<String> keys = new TreeSet<>();
    Path root = Path.of(System.getProperty("tidegate.root", ".."), "server", folder);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith(suffix)).toList()) {
        Matcher found = use.matcher(Files.readString(file));
        while (found.find()) {
          Matcher literal =
              LITERAL.matcher(found.group().substring(found.group().indexOf('(') + 1));
          while (literal.find()) {
            keys.add(literal.group(1));
          }
        }
      }
    }
    return keys;
  }
}
