package io.tidegate.server.doctor;

import java.util.List;

/**
 * One thing that was looked at.
 *
 * @param area machine, database or broker
 * @param found what is the case
 * @param advice what to do about it; empty where nothing is to be done
 */
public record Check(String area, String name, Verdict verdict, String found, String advice) {

  /** Whether it is as it should be. */
  public enum Verdict {
    OK,
    /** It works, and might be better. */
    NOTE,
    WRONG
  }

  /** The checks of one area, as they are made. */
  record Area(String name, List<Check> checks) {

    void ok(String what, String found) {
      checks.add(new Check(name, what, Verdict.OK, found, ""));
    }

    void note(String what, String found, String advice) {
      checks.add(new Check(name, what, Verdict.NOTE, found, advice));
    }

    void wrong(String what, String found, String advice) {
      checks.add(new Check(name, what, Verdict.WRONG, found, advice));
    }

    /** Well where it holds, else noted with advice. */
    void advise(boolean holds, String what, String found, String advice) {
      if (holds) {
        ok(what, found);
      } else {
        note(what, found, advice);
      }
    }

    /** Well where it holds, else wrong. */
    void demand(boolean holds, String what, String found, String advice) {
      if (holds) {
        ok(what, found);
      } else {
        wrong(what, found, advice);
      }
    }
  }
}
