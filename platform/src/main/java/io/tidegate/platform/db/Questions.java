package io.tidegate.platform.db;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Questions that go to the database together: one round trip, whatever their number, where each
 * alone would cost one. Each sees what was committed before it is run, as alone; they are not one
 * snapshot.
 *
 * <p>The statements of one kind of page should always be the same ones in the same order: together
 * they are what the session prepares.
 */
public final class Questions {

  /** Questions of one round trip. */
  public static final int MAX = 32;

  /** What is known once the questions were asked ({@link Database#ask(Questions)}). */
  public static final class Answer<T> {
    private final Question<T> question;
    private final @Nullable Rank rank;
    private @Nullable List<?> rows;

    Answer(Question<T> question, @Nullable Rank rank) {
      this.question = question;
      this.rank = rank;
    }

    /** Of the rows that it locks; null where it locks none. */
    @Nullable Rank rank() {
      return rank;
    }

    Question<T> question() {
      return question;
    }

    void is(List<?> found) {
      rows = found;
    }

    /**
     * What the rows mean.
     *
     * @throws IllegalStateException before it was asked
     */
    public T get() {
      List<?> found = rows;
      if (found == null) {
        throw new IllegalStateException("not asked yet: " + question.sql().text());
      }
      return question.answer(found);
    }
  }

  private final List<Answer<?>> answers = new ArrayList<>();

  /**
   * One question more.
   *
   * @throws IllegalStateException when there are {@link #MAX}
   */
  public <T> Answer<T> add(Question<T> question) {
    return add(question, null);
  }

  /**
   * One more, which locks what it finds ({@code for update}): only a transaction can ask it.
   *
   * @throws IllegalStateException when there are {@link #MAX}
   */
  public <T> Answer<T> lock(Rank rank, Question<T> question) {
    return add(question, rank);
  }

  private <T> Answer<T> add(Question<T> question, @Nullable Rank rank) {
    if (answers.size() == MAX) {
      throw new IllegalStateException("more than " + MAX + " questions at once");
    }
    Answer<T> answer = new Answer<>(question, rank);
    answers.add(answer);
    return answer;
  }

  /** In their order; whoever asks more with them puts that into a list of his own. */
  List<Answer<?>> answers() {
    return Collections.unmodifiableList(answers);
  }

  /** The statements of these, as one text. */
  static String text(List<Answer<?>> answers) {
    return answers.stream()
        .map(answer -> answer.question().sql().text())
        .collect(Collectors.joining(";\n"));
  }
}
