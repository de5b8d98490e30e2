package io.tidegate.server.audit;

import io.tidegate.server.audit.AuditReport.When;
import java.util.List;
import java.util.Map;

/**
 * A name of what must always be true.
 *
 * @param says it in a few words
 * @param tests {@code package.Class#method} of the tests, and {@code bench WHAT: target} of the
 *     benches, that show it where rows can't; a test of this package fails when one of them is not
 *     there
 */
record Promise(String name, When when, String says, List<String> tests) {

  /** These hold only after faults have stopped and the queues have drained. */
  private static final List<String> AT_REST =
      List.of("S4", "M2", "M11", "P2", "P3", "P4", "E2", "E4", "E7", "L1", "L2");

  private static final List<String> ALL =
      List.of(
          "S1 available + locked + sold = total, none below 0",
          "S2 stock is what orders hold",
          "S3 each line is locked, then sold or released, once",
          "S4 a flash sale gives its pieces, no more and no less",
          "S5 refunded goods come back once",
          "S6 shelves hold what stock says",
          "O1 only declared steps, without a gap",
          "O2 never both paid and closed; an end is not left",
          "O3 totals are the sums of their lines",
          "O4 one order for each key, one key for each order",
          "O5 what was answered is committed, all of it",
          "O6 a refusal leaves no trace; a failure all or nothing",
          "O7 unpaid orders close in time",
          "O8 only paid lines ship, each once",
          "M1 never more back than was captured",
          "M2 no fen astray: on one order, or back once",
          "M3 only the right amount pays",
          "M4 a second capture goes back whole",
          "M5 a late payment goes back, begun within 60 s",
          "M6 a refund has its number before the first call",
          "M7 an unknown outcome is asked for, not repeated",
          "M8 refunded means the provider confirmed it",
          "M9 a refund taken back reopens",
          "M10 the ledger balances, covers all, only grows",
          "M11 our book equals the provider's statement",
          "M12 discounts split to the fen",
          "P1 one grant for each order and kind",
          "P2 a refund reclaims what was granted, once",
          "P3 a grant after its reclaim is nothing",
          "P4 what was spent already is deducted or owed",
          "P5 a coupon backs one open order",
          "P6 balances are sums of entries, none below 0",
          "E1 a change and its event, or neither",
          "E2 every event reaches every consumer",
          "E3 effect and receipt, or neither",
          "E4 any order and repetition ends the same",
          "E5 poison parks, with its error; others flow on",
          "E6 what comes too early is tried again",
          "E7 reports count what orders say",
          "E8 who joins late can replay from the start",
          "C1 only a valid callback changes anything",
          "C2 a repeated callback changes nothing",
          "C3 the provider hears success after the commit",
          "C4 a lost callback is found by asking",
          "C5 nobody reaches what is another's",
          "C6 every staff act is on record",
          "C7 no secret and nobody's data in logs",
          "L1 whatever is open has a next actor",
          "L2 after faults all queues drain within 60 s",
          "L3 ten times the load leaves 90 % of the goodput",
          "L4 after a burst the old speed is back in 10 s",
          "L5 slow providers don't slow down placing",
          "L6 a wrong clock changes no outcome");

  private static final String PLATFORM = "io.tidegate.platform.";
  private static final String SHOP = "io.tidegate.shop.";
  private static final String KILLS =
      "io.tidegate.harness.chaos.KillIT#what_was_acknowledged_survives_a_kill_of_everything";

  private static final String LONG_RUN =
      "io.tidegate.harness.chaos.LongIT#our_book_is_the_providers_after_faults_and_a_kill";

  /** Of what rows can't show. What no test and no bench shows is not here. */
  private static final Map<String, List<String>> TESTS =
      Map.ofEntries(
          Map.entry(
              "O5",
              List.of(
                  SHOP + "ordering.PlacingTest#everythingOfAnOrderIsWrittenInOneTransaction",
                  PLATFORM + "db.KilledDatabaseTest#everyAcknowledgedCommandIsThereOnce",
                  KILLS)),
          Map.entry(
              "O6",
              List.of(
                  SHOP + "ordering.PlacingTest#aRefusalLeavesNoTraceAndFreesItsKey",
                  PLATFORM
                      + "db.UnknownCommitTest"
                      + "#aDatabaseThatStaysAwayLeavesItUnknownAndTheSameCommandSettlesIt",
                  KILLS)),
          Map.entry(
              "M6",
              List.of(
                  SHOP + "ordering.PayingTest#secondAndLateCapturesAreGivenBackOnce",
                  SHOP + "payment.RefundRulesTest#onlySuccessEndsItAndItsNumberNeverChanges",
                  SHOP + "aftersales.RefundDeathsTest#oneRefundWhereverItDies",
                  "io.tidegate.server.cli.OutsideEnginesTest"
                      + "#aPaymentIsCommittedBeforeItsProviderHearsOfIt")),
          Map.entry(
              "M7",
              List.of(
                  SHOP
                      + "payment.RefundWorkerTest#anUnknownOutcomeThatWasDoneIsAskedForAndNotDoneAgain",
                  SHOP
                      + "payment.RefundWorkerTest"
                      + "#anUnknownOutcomeThatWasNotDoneIsDoneUnderTheSameNumber")),
          Map.entry(
              "M8",
              List.of(
                  SHOP + "payment.RefundWorkerTest#whatIsUnderWayIsAskedForUntilItIsThere",
                  SHOP + "payment.RefundWorkerTest#aSuccessIsToldAndPostedOnce",
                  SHOP + "aftersales.RefundsTest#aFullRefundTakesEverythingBack",
                  SHOP + "aftersales.RefundDeathsTest#oneRefundWhereverItDies",
                  LONG_RUN)),
          Map.entry(
              "E4",
              List.of(
                  PLATFORM
                      + "messaging.ConsumerTest#eventsThatComeTwiceAndOutOfOrderEndInTheSameState",
                  SHOP + "effects.EffectsTest#inAnyOrderTheyEndTheSame",
                  SHOP + "ordering.ShippingTest#allOrdersOfTwoParcelsFactsEndDelivered")),
          Map.entry(
              "E6",
              List.of(
                  SHOP + "ordering.ShippingTest#aParcelOfAnOrderThatIsNotVisibleYetIsTriedAgain",
                  PLATFORM + "messaging.ConsumerTest#aPoisonEventParksWhileOthersFlowAndIsReplayed",
                  SHOP + "ordering.PayingTest#aCallbackBeforeTheOpeningsAnswerPays")),
          Map.entry(
              "E8",
              List.of(
                  PLATFORM
                      + "messaging.ConsumerTest"
                      + "#whoJoinsLateHearsEverythingFromTheStartThoughTheBrokerHasNothingOfItAnyMore")),
          Map.entry(
              "C1",
              List.of(
                  SHOP + "ordering.CallbackTest#whatDoesNotFitChangesNoRow",
                  SHOP + "ordering.CallbackTest#theOneThatFitsPaysOnce",
                  SHOP + "ordering.CallbackTest#anotherAmountOrCurrencyIsParkedAndPaysNothing")),
          Map.entry(
              "C2",
              List.of(
                  SHOP + "ordering.PayingTest#theSameCallbackOnTwoNodes",
                  SHOP
                      + "ordering.OrderRulesTest#theSameMoneyIsTakenOnceWhateverTheStateIsByThen")),
          Map.entry(
              "C3",
              List.of(
                  SHOP + "ordering.CallbackTest#successIsToldAfterTheCommit",
                  SHOP
                      + "ordering.CallbackTest"
                      + "#aCommitThatFailsIsToldAsAFailureAndTheSameNoticePaysLater")),
          Map.entry(
              "C4",
              List.of(
                  SHOP + "ordering.PayingTest#aLostCallbackIsFoundByAsking",
                  SHOP + "ordering.AskWorkerTest#aCustomersLookHasTheProviderAskedAtOnceAndOnce",
                  SHOP + "payment.AttemptTest#whateverMayStillTakeMoneyIsAskedAboutWithinAMinute")),
          Map.entry(
              "C5",
              List.of(
                  "io.tidegate.server.ProgramTest"
                      + "#anOrderIsPlacedOnceForItsKeyAndReadByItsOwnerAlone",
                  SHOP + "customer.AddressRoutesTest#anothersAddressIsA404",
                  SHOP + "ordering.OrderRulesTest#anothersOrderIsAsIfItWereNotThere")),
          Map.entry(
              "C7",
              List.of(
                  "io.tidegate.server.cli.PrivateLogsTest"
                      + "#noLogHoldsWhatPeopleAndProvidersTrustItWith")),
          Map.entry("L2", List.of(KILLS)),
          Map.entry("L3", List.of("bench overload: overload_goodput_to_peak")),
          Map.entry("L4", List.of("bench overload: baseline_back_after_burst_seconds")),
          Map.entry(
              "L5",
              List.of(
                  "io.tidegate.server.cli.OutsideEnginesTest#noOrderWaitsForAProviderInTrouble",
                  "bench faults: placing_stalled_to_well_p99",
                  "bench faults: placing_failing_to_well_p99")),
          Map.entry(
              "L6",
              List.of(
                  PLATFORM
                      + "clock.ClockTest#aSystemClockTenMinutesOffIsRightAfterTheFirstMeasurement",
                  SHOP + "ordering.ClocksOffTest#theDatabasesClockDecides",
                  SHOP + "ordering.PayingTest#whatIsNotDueByTheDatabasesClockIsNotClosed")));

  static List<Promise> all() {
    return ALL.stream().map(Promise::of).toList();
  }

  private static Promise of(String line) {
    int at = line.indexOf(' ');
    String name = line.substring(0, at);
    return new Promise(
        name,
        AT_REST.contains(name) ? When.AT_REST : When.ALWAYS,
        line.substring(at + 1),
        TESTS.getOrDefault(name, List.of()));
  }
}
