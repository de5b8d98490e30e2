package io.tidegate.harness.chaos;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One customer's way with one order, and what each request was answered. For one thread at a time;
 * whoever goes on with it has joined the one before.
 */
final class Journey {
  /** One request. */
  enum Step {
    PLACE,
    START_PAYMENT,
    PAY,
    CANCEL
  }

  /** Where the customer means to go. */
  enum Plan {
    LEAVE(Step.PLACE),
    CANCEL(Step.PLACE, Step.CANCEL),
    START_AND_CANCEL(Step.PLACE, Step.START_PAYMENT, Step.CANCEL),
    PAY(Step.PLACE, Step.START_PAYMENT, Step.PAY),
    PAY_AND_CANCEL(Step.PLACE, Step.START_PAYMENT, Step.PAY, Step.CANCEL);

    private final List<Step> steps;

    Plan(Step... steps) {
      this.steps = List.of(steps);
    }

    List<Step> steps() {
      return steps;
    }
  }

  /**
   * What is ordered.
   *
   * @param key unique among all journeys of a run
   * @param lines pieces by SKU
   * @param expectedTotal in fen; null where any will do
   */
  record Wish(String key, String token, Map<String, Integer> lines, @Nullable Long expectedTotal) {}

  private final Plan plan;
  private final Wish wish;
  private final Map<Step, Answer> answers = new EnumMap<>(Step.class);
  private int paymentTries = 1;
  private Provider provider = Provider.SANDBOX;

  Journey(Plan plan, Wish wish) {
    this.plan = plan;
    this.wish = wish;
  }

  Plan plan() {
    return plan;
  }

  Wish wish() {
    return wish;
  }

  @Nullable Answer answer(Step step) {
    return answers.get(step);
  }

  boolean done(Step step) {
    return answers.get(step) instanceof Answer.Done;
  }

  void note(Step step, Answer answer) {
    answers.put(step, answer);
  }

  /** The order's number, once the customer knows it. */
  @Nullable String number() {
    return text(Step.PLACE, "number");
  }

  /** The payment's id, once the customer knows it. */
  @Nullable String payment() {
    return text(Step.START_PAYMENT, "id");
  }

  /** Where the customer's next payment is started. */
  Provider provider() {
    return provider;
  }

  void payAt(Provider other) {
    provider = other;
  }

  /** How many payments the customer has started, each under a key of its own. */
  int paymentTries() {
    return paymentTries;
  }

  /** The payment cannot be paid any more: the customer starts another. */
  void startAnotherPayment() {
    paymentTries++;
    answers.remove(Step.START_PAYMENT);
  }

  private @Nullable String text(Step step, String field) {
    if (answers.get(step) instanceof Answer.Done(int _, JsonNode body, boolean _)) {
      return body.path(field).stringValue(null);
    }
    return null;
  }

  @Override
  public String toString() {
    String number = number();
    return "order " + (number == null ? "" : number + " ") + "of key " + wish.key();
  }
}
