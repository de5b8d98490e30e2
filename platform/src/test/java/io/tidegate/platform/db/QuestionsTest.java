package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several questions in one round trip. */
class QuestionsTest {

  private static final Sql COUNT =
      Sql.of("select n from generate_series(1, ?::int) as n order by n");
  private static final Sql NAMES = Sql.of("select t from unnest(?::text[]) as t where t <> ?");

  /** The start of the transaction: statements of one round trip are one transaction. */
  private static final Sql BEGUN = Sql.of("select now()");

  private final JarDatabase jars =
      new JarDatabase(
          JarDatabase.settings(
              JarDatabase.fresh(),
              2,
              Duration.ofSeconds(5),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5)));

  @AfterEach
  void close() {
    jars.close();
  }

  private static Question<Integer> sumTo(int n) {
    return Question.of(
        COUNT, row -> row.getInt(1), rows -> rows.stream().mapToInt(i -> i).sum(), n);
  }

  @Test
  void eachHasItsOwnAnswer() {
    for (int again = 0; again < 8; again++) { // prepared by the session after the fifth
      Questions questions = new Questions();
      var ten = questions.add(sumTo(10));
      var none = questions.add(sumTo(0));
      var names =
          questions.add(
              Question.of(
                  NAMES,
                  row -> row.getString(1),
                  List::copyOf,
                  new String[] {"a", "b", "c;?"},
                  "b"));
      var hundred = questions.add(sumTo(100 + again));
      jars.database.ask(questions);
      assertThat(ten.get()).isEqualTo(55);
      assertThat(none.get()).isZero();
      assertThat(names.get()).containsExactly("a", "c;?");
      assertThat(hundred.get()).isEqualTo((100 + again) * (101 + again) / 2);
    }
    assertThat(jars.database.ask(sumTo(4))).isEqualTo(10);
  }

  @Test
  void theyAreOneRoundTrip() {
    for (int again = 0; again < 8; again++) { // prepared by the session after the fifth
      Questions questions = new Questions();
      List<Questions.Answer<Instant>> begun = new ArrayList<>();
      for (int i = 0; i < Questions.MAX; i++) {
        begun.add(questions.add(Question.of(BEGUN, row -> row.getInstant(1), List::getFirst)));
      }
      jars.database.ask(questions);
      assertThat(begun.stream().map(Questions.Answer::get).distinct()).hasSize(1);
      assertThatThrownBy(() -> questions.add(sumTo(1))).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatHasANumberIsFoundByIt() {
    Sql squares = Sql.of("select n, n * n from unnest(?::bigint[]) as n where n > 1");
    assertThat(
            jars.database.ask(
                Question.byNumber(squares, row -> row.getLong(2), (Object) new long[] {1, 2, 3})))
        .isEqualTo(Map.of(2L, 4L, 3L, 9L));
  }

  /** Its type is unknown: the driver would have to ask for it, which is a round trip more. */
  @Test
  void aParameterIsNeverNull() {
    String[] none = {null};
    assertThatThrownBy(() -> Question.of(NAMES, row -> 1, List::copyOf, (Object[]) none))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void aRowIsNeverReadAsNothing() {
    Question<?> nothing = Question.of(BEGUN, _ -> null, List::copyOf);
    assertThatThrownBy(() -> jars.database.ask(nothing)).isInstanceOf(NullPointerException.class);
    assertThat(jars.database.ask(sumTo(2))).isEqualTo(3);
  }

  /** A limit of each statement alone is none of their sum. */
  @Test
  void allTogetherAreCutOffAndTheNextOnesHaveASession() {
    Sql limit = Sql.of("select current_setting('transaction_timeout')");
    assertThat(jars.database.read(limit, row -> row.getString(1))).containsExactly("12s");
    jars.database.read(
        Sql.of("select set_config('transaction_timeout', '300ms', false)"), row -> true);
    Questions questions = new Questions();
    for (int i = 0; i < 4; i++) {
      questions.add(
          Question.of(Sql.of("select 1 from pg_sleep(0.2)"), row -> row.getInt(1), List::copyOf));
    }
    assertThatThrownBy(() -> jars.database.ask(questions))
        .isInstanceOf(DatabaseFailure.Transient.class);
    assertThat(jars.database.ask(sumTo(2))).isEqualTo(3);
    assertThat(jars.database.read(limit, row -> row.getString(1))).containsExactly("12s");
  }

  @Test
  void nothingIsKnownBeforeItIsAsked() {
    Questions questions = new Questions();
    var sum = questions.add(sumTo(3));
    assertThatThrownBy(sum::get).isInstanceOf(IllegalStateException.class);
    jars.database.ask(new Questions());
    assertThatThrownBy(sum::get).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneThatFailsFailsAllAndLeavesTheSessionUsable() {
    Questions questions = new Questions();
    var sum = questions.add(sumTo(3));
    questions.add(Question.of(Sql.of("select 1 / 0"), row -> row.getInt(1), List::copyOf));
    assertThatThrownBy(() -> jars.database.ask(questions)).isInstanceOf(DatabaseFailure.class);
    assertThatThrownBy(sum::get).isInstanceOf(IllegalStateException.class);
    assertThat(jars.database.ask(sumTo(2))).isEqualTo(3);
  }

  @Test
  void aSessionThatDiedIsReplaced() {
    jars.database.ask(sumTo(1));
    jars.database.read(
        Sql.of(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and pid <> pg_backend_pid()"),
        row -> true);
    Questions questions = new Questions();
    var sum = questions.add(sumTo(3));
    jars.database.ask(questions);
    assertThat(sum.get()).isEqualTo(6);
  }

  @Test
  void nobodyCanWriteThisWay() {
    Questions questions = new Questions();
    questions.add(
        Question.of(
            Sql.of("insert into jar (id) values (99) returning id"), row -> 1, List::copyOf));
    assertThatThrownBy(() -> jars.database.ask(questions)).isInstanceOf(DatabaseFailure.class);
  }
}
