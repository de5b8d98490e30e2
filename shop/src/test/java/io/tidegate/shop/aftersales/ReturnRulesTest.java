package io.tidegate.shop.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.aftersales.ReturnCommand.Approve;
import io.tidegate.shop.aftersales.ReturnCommand.Inspect;
import io.tidegate.shop.aftersales.ReturnCommand.Receive;
import io.tidegate.shop.aftersales.ReturnCommand.Reject;
import io.tidegate.shop.aftersales.ReturnCommand.SendBack;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every command in every state of a return. */
class ReturnRulesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final ReturnId ID = new ReturnId(new OrderNumber(7_000_000), 2);
  private static final List<ReturnLine> LINES = List.of(new ReturnLine(1, 2), new ReturnLine(3, 1));

  /** + applied, = already applied, - refused; a column for each state, in the order of codes. */
  @ParameterizedTest
  @CsvSource({
    //                        requested approved rejected in_transit received inspected done
    "approve,                 +, =, -, =, =, =, =",
    "reject,                  +, +, =, +, -, -, -",
    "the waybill,             -, +, =, =, =, =, =",
    "another waybill,         -, +, -, +, -, -, -",
    "receive,                 -, +, -, +, =, =, =",
    "receive there,           -, +, -, +, =, =, =",
    "receive elsewhere,       -, +, -, +, -, -, -",
    "accept all,              -, -, -, -, +, -, -",
    "accept one,              -, -, -, -, +, =, =",
    "accept none,             -, -, -, -, +, -, -",
    "refunded,                -, -, -, -, -, +, =",
    "refund refused,          -, -, =, -, -, +, =",
  })
  void everyCommandInEveryState(
      String command,
      String requested,
      String approved,
      String rejected,
      String inTransit,
      String received,
      String inspected,
      String done) {
    List<String> wanted =
        List.of(requested, approved, rejected, inTransit, received, inspected, done);
    for (ReturnState state : ReturnState.values()) {
      ReturnCase before = in(state);
      Outcome<ReturnCase, ReturnRefusal> outcome = run(before, command);
      String got =
          switch (outcome) {
            case Outcome.Applied<ReturnCase, ReturnRefusal>(ReturnCase after) -> {
              assertThat(after.version()).isEqualTo(before.version() + 1);
              assertThat(after.history()).hasSize(after.version());
              assertThat(after.history().getLast().to()).isEqualTo(after.state());
              yield "+";
            }
            case Outcome.AlreadyApplied<ReturnCase, ReturnRefusal>(ReturnCase same) -> {
              assertThat(same).isEqualTo(before);
              yield "=";
            }
            case Outcome.Refused<ReturnCase, ReturnRefusal> _ -> "-";
          };
      assertThat(got)
          .as("%s of one that is %s", command, state.wire())
          .isEqualTo(wanted.get(state.code() - 1));
    }
  }

  @Test
  void anothersWaybillIsNotFound() {
    assertThat(ReturnRules.decide(in(ReturnState.APPROVED), new SendBack(ID, 43, "SF", "1"), NOW))
        .isEqualTo(Outcome.refused(new ReturnRefusal.NotFound())); // C5
  }

  @Test
  void noMoreIsAcceptedThanCame() {
    for (List<ReturnLine> accepted :
        List.of(
            List.of(new ReturnLine(1, 3)),
            List.of(new ReturnLine(2, 1)),
            List.of(new ReturnLine(1, 1), new ReturnLine(1, 1)))) {
      assertThat(ReturnRules.decide(in(ReturnState.RECEIVED), inspect(accepted, null), NOW))
          .isEqualTo(Outcome.refused(new ReturnRefusal.NotReturned(accepted.getFirst().line())));
    }
  }

  @Test
  void whatIsAcceptedIsToldByLine() {
    assertThat(applied(run(in(ReturnState.RECEIVED), "accept all")).accepted()).isEqualTo(LINES);
    ReturnCase partly =
        applied(
            ReturnRules.decide(
                in(ReturnState.RECEIVED),
                inspect(List.of(new ReturnLine(1, 1), new ReturnLine(3, 0)), "scratched"),
                NOW));
    assertThat(partly.state()).isEqualTo(ReturnState.INSPECTED);
    assertThat(partly.accepted()).containsExactly(new ReturnLine(1, 1));
    assertThat(partly.taken()).containsExactly(new ReturnLine(1, 1));
    assertThat(partly.note()).isEqualTo("scratched");
  }

  @Test
  void nothingAcceptedIsRejectedWithWords() {
    ReturnCase silent = applied(run(in(ReturnState.RECEIVED), "accept none"));
    assertThat(silent.state()).isEqualTo(ReturnState.REJECTED);
    assertThat(silent.why()).isEqualTo(ReturnCase.NOT_ACCEPTED);
    assertThat(silent.taken()).isEmpty();
    ReturnCase told =
        applied(ReturnRules.decide(in(ReturnState.RECEIVED), inspect(List.of(), "worn out"), NOW));
    assertThat(told.why()).isEqualTo("worn out");
    assertThat(ReturnRules.decide(silent, inspect(List.of(), null), NOW))
        .isEqualTo(Outcome.alreadyApplied(silent));
  }

  @Test
  void aWaybillIsNotCorrectedForEver() {
    ReturnCase known = in(ReturnState.APPROVED);
    int corrected = 0;
    for (int i = 0; ; i++) {
      Outcome<ReturnCase, ReturnRefusal> next =
          ReturnRules.decide(known, new SendBack(ID, 42, "SF", "W" + i), NOW);
      if (!(next instanceof Outcome.Applied<ReturnCase, ReturnRefusal>(ReturnCase sent))) {
        break;
      }
      known = sent;
      corrected++;
    }
    assertThat(corrected).isEqualTo(ReturnCase.CORRECTED_VERSION_MAX - 2);
    assertThat(applied(run(known, "receive")).state()).isEqualTo(ReturnState.RECEIVED);
  }

  @Test
  void itsReceiptStaysAsItWas() {
    assertThat(in(ReturnState.DONE).atFirst()).isEqualTo(in(ReturnState.REQUESTED));
  }

  /** A return that has come to a state by the rules. */
  static ReturnCase in(ReturnState state) {
    ReturnCase requested =
        ReturnCase.requested(
            ID, 42, LINES, "too small", List.of("https://pictures/1"), "customer:42", NOW);
    return switch (state) {
      case REQUESTED -> requested;
      case APPROVED -> applied(run(requested, "approve"));
      case REJECTED -> applied(run(in(ReturnState.IN_TRANSIT), "reject"));
      case IN_TRANSIT -> applied(run(in(ReturnState.APPROVED), "the waybill"));
      case RECEIVED -> applied(run(in(ReturnState.IN_TRANSIT), "receive there"));
      case INSPECTED -> applied(run(in(ReturnState.RECEIVED), "accept one")).refundedBy(3);
      case DONE -> applied(run(in(ReturnState.INSPECTED), "refunded"));
    };
  }

  private static Outcome<ReturnCase, ReturnRefusal> run(ReturnCase known, String command) {
    return switch (command) {
      case "refunded" -> ReturnRules.refunded(known, NOW);
      case "refund refused" -> ReturnRules.refundRefused(known, NOW);
      default -> ReturnRules.decide(known, command(command), NOW);
    };
  }

  private static ReturnCommand command(String name) {
    return switch (name) {
      case "approve" -> new Approve(ID, "eve");
      case "reject" -> new Reject(ID, "never came", "eve");
      case "the waybill" -> new SendBack(ID, 42, "SF", "SF1");
      case "another waybill" -> new SendBack(ID, 42, "SF", "SF2");
      case "receive" -> new Receive(ID, null, "sha", "eve");
      case "receive there" -> new Receive(ID, "sha", "can", "eve");
      case "receive elsewhere" -> new Receive(ID, "pek", "sha", "eve");
      case "accept all" -> inspect(null, null);
      case "accept one" -> inspect(List.of(new ReturnLine(1, 1)), null);
      case "accept none" -> inspect(List.of(), null);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Inspect inspect(@Nullable List<ReturnLine> accepted, @Nullable String note) {
    return new Inspect(ID, accepted, note, "eve");
  }

  static ReturnCase applied(Outcome<ReturnCase, ReturnRefusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return Objects.requireNonNull(((Outcome.Applied<ReturnCase, ReturnRefusal>) outcome).value());
  }
}
