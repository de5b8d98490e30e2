package io.tidegate.platform.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, taken out by name and type.
 *
 * <p>A getter that finds something wrong notes it and returns a placeholder, so that all errors of
 * a body are told at once: call {@link #check} on the outermost object before anything is used.
 * Members that nobody asked for are errors as well.
 */
public final class Fields {
  /** More members than any object of ours has. */
  static final int MEMBERS_MAX = 64;

  /** Values that no getter takes. */
  enum Odd {
    NULL("must not be null: leave it out"),
    FRACTION("must be an integer"),
    TOO_BIG("is too large"),
    BAD_TEXT("");

    private final String detail;

    Odd(String detail) {
      this.detail = detail;
    }
  }

  /** An amount of money as it came: minor units and an ISO 4217 code. */
  public record Amount(long amount, String currency) {}

  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private final JsonErrors errors;
  private final @Nullable Fields parent;
  private final @Nullable String name;
  private final int index;
  private String[] names = new String[8];
  private Object[] values = new Object[8];
  private int count;
  private long taken;
  private long refused;
  private final boolean absent;
  private boolean settled;

  Fields(JsonErrors errors, @Nullable Fields parent, @Nullable String name, int index) {
    this(errors, parent, name, index, false);
  }

  private Fields(
      JsonErrors errors,
      @Nullable Fields parent,
      @Nullable String name,
      int index,
      boolean absent) {
    this.errors = errors;
    this.parent = parent;
    this.name = name;
    this.index = index;
    this.absent = absent;
  }

  /** The members of an object that did not come as a body: it is read as strictly as one. */
  public static Fields of(byte[] json) {
    return StrictJson.read(json);
  }

  /** Adds a member; false when it is there already or there are too many. */
  boolean add(String member, Object value) {
    if (count == MEMBERS_MAX || find(member) >= 0) {
      return false;
    }
    if (count == names.length) {
      names = Arrays.copyOf(names, count * 2);
      values = Arrays.copyOf(values, count * 2);
    }
    names[count] = member;
    values[count++] = value;
    return true;
  }

  /** Whether the object has this member. */
  public boolean has(String member) {
    return find(member) >= 0;
  }

  /** Whether this member is an array: some members may be an array or something else. */
  public boolean isArray(String member) {
    int at = find(member);
    return at >= 0 && values[at] instanceof List<?>;
  }

  /** A text of 1 to {@code charsMax} characters (UTF-16 units). */
  public String string(String member, int charsMax) {
    String text = optionalString(member, charsMax);
    return text == null ? missing(member, "") : text;
  }

  /** A text of 1 to {@code charsMax} characters; null when it is not there. */
  public @Nullable String optionalString(String member, int charsMax) {
    return switch (take(member)) {
      case null -> null;
      case String text -> checkText(text, charsMax, pointer(member));
      case Object other -> wrong(member, other, "must be a string", "");
    };
  }

  /** A text of one line that people read: not only blanks, and without control characters. */
  public String line(String member, int charsMax) {
    return checkLine(member, string(member, charsMax));
  }

  /** The same; null when it is not there. */
  public @Nullable String optionalLine(String member, int charsMax) {
    String text = optionalString(member, charsMax);
    return text == null ? null : checkLine(member, text);
  }

  /** Whether a text has no control characters (C0, C1) and no separators of lines. */
  private static boolean isOneLine(String text) {
    return text.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
  }

  private String checkLine(String member, String text) {
    if (!text.isEmpty() && text.isBlank()) {
      return error(member, "must not be blank", "");
    }
    return isOneLine(text) ? text : error(member, "must not have control characters", "");
  }

  /** One of the given words. */
  public String choice(String member, Set<String> words) {
    String text = optionalChoice(member, words);
    return text == null ? missing(member, "") : text;
  }

  /** One of the given words; null when it is not there. */
  public @Nullable String optionalChoice(String member, Set<String> words) {
    return switch (take(member)) {
      case null -> null;
      case String text when words.contains(text) -> text;
      case Object other ->
          wrong(
              member,
              other instanceof String ? "" : other,
              "must be one of " + String.join(", ", words.stream().sorted().toList()),
              "");
    };
  }

  /** An integer from {@code min} to {@code max}. */
  public long integer(String member, long min, long max) {
    Long number = optionalInteger(member, min, max);
    return number == null ? missing(member, min) : number;
  }

  /** An integer from {@code min} to {@code max}; null when it is not there. */
  public @Nullable Long optionalInteger(String member, long min, long max) {
    return switch (take(member)) {
      case null -> null;
      case Long number when number >= min && number <= max -> number;
      case Long _ -> error(member, "must be from " + min + " to " + max, min);
      case Object other -> wrong(member, other, "must be an integer", min);
    };
  }

  /** True or false. */
  public boolean bool(String member) {
    Boolean truth = optionalBool(member);
    return truth == null ? missing(member, false) : truth;
  }

  /** True or false; null when it is not there. */
  public @Nullable Boolean optionalBool(String member) {
    return switch (take(member)) {
      case null -> null;
      case Boolean truth -> truth;
      case Object other -> wrong(member, other, "must be true or false", false);
    };
  }

  /** An object inside this one. */
  public Fields object(String member) {
    Fields fields = optionalObject(member);
    return fields == null ? missing(member, absent(member)) : fields;
  }

  /** An object inside this one; null when it is not there. */
  public @Nullable Fields optionalObject(String member) {
    return switch (take(member)) {
      case null -> null;
      case Fields fields -> fields;
      case Object other -> wrong(member, other, "must be an object", absent(member));
    };
  }

  /** An array of {@code min} to {@code max} objects. */
  public List<Fields> array(String member, int min, int max) {
    List<Fields> list = optionalArray(member, min, max);
    return list == null ? missing(member, List.of()) : list;
  }

  /** An array of {@code min} to {@code max} objects; null when it is not there. */
  public @Nullable List<Fields> optionalArray(String member, int min, int max) {
    List<?> elements = elements(member, min, max);
    if (elements == null) {
      return null;
    }
    var list = new ArrayList<Fields>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof Fields fields) {
        list.add(fields);
      } else {
        errors.add(pointer(member) + "/" + i, "must be an object");
      }
    }
    return list;
  }

  /** An array of {@code min} to {@code max} texts. */
  public List<String> strings(String member, int min, int max, int charsMax) {
    List<String> list = optionalStrings(member, min, max, charsMax);
    return list == null ? missing(member, List.of()) : list;
  }

  /** An array of {@code min} to {@code max} texts; null when it is not there. */
  public @Nullable List<String> optionalStrings(String member, int min, int max, int charsMax) {
    List<?> elements = elements(member, min, max);
    if (elements == null) {
      return null;
    }
    var list = new ArrayList<String>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      String pointer = pointer(member) + "/" + i;
      switch (elements.get(i)) {
        case String text -> list.add(checkText(text, charsMax, pointer));
        case Odd odd when odd == Odd.BAD_TEXT -> {} // told while reading
        case Object _ -> errors.add(pointer, "must be a string");
      }
    }
    return list;
  }

  /** An amount of money that is not negative. */
  public Amount money(String member) {
    Amount money = optionalMoney(member);
    return money == null ? missing(member, new Amount(0, "")) : money;
  }

  /** An amount of money that is not negative; null when it is not there. */
  public @Nullable Amount optionalMoney(String member) {
    Fields fields = optionalObject(member);
    if (fields == null) {
      return null;
    }
    long amount = fields.integer("amount", 0, Long.MAX_VALUE);
    String currency = fields.string("currency", 3);
    if (!currency.isEmpty() && !CURRENCIES.contains(currency)) {
      errors.add(fields.pointer("currency"), "must be an ISO 4217 code");
    }
    return new Amount(amount, currency);
  }

  /** Notes that a member is wrong in a way that only the caller knows. */
  public void refuse(String member, String detail) {
    error(member, detail, "");
  }

  /** Notes that this object as a whole is wrong. */
  public void refuse(String detail) {
    errors.add(pointer(), detail);
  }

  /** Throws the {@link Problem} that tells all errors, unknown members included. */
  public void check() {
    noteUnknown();
    errors.throwIfAny();
  }

  /**
   * What is wrong inside this object, unknown members included, once all of it was read. {@link
   * #check} doesn't tell it any more, so that one element need not spoil a whole body.
   */
  public List<Problem.FieldError> takeErrors() {
    noteUnknown();
    settled = true;
    return errors.take(pointer());
  }

  private void noteUnknown() {
    if (settled) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if ((taken & 1L << i) == 0) {
        errors.add(pointer(names[i]), "is not known here");
      } else if ((refused & 1L << i) != 0) {
        continue; // nobody has looked into it
      } else if (values[i] instanceof Fields inner) {
        inner.noteUnknown();
      } else if (values[i] instanceof List<?> list) {
        for (Object element : list) {
          if (element instanceof Fields inner) {
            inner.noteUnknown();
          }
        }
      }
    }
  }

  private int find(String member) {
    for (int i = 0; i < count; i++) {
      if (names[i].equals(member)) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable Object take(String member) {
    int at = find(member);
    if (at < 0) {
      return null;
    }
    taken |= 1L << at;
    return values[at];
  }

  private @Nullable List<?> elements(String member, int min, int max) {
    return switch (take(member)) {
      case null -> null;
      case List<?> list when list.size() >= min && list.size() <= max -> list;
      case List<?> _ -> error(member, "must have " + min + " to " + max + " elements", List.of());
      case Object other -> wrong(member, other, "must be an array", List.of());
    };
  }

  private String checkText(String text, int charsMax, String pointer) {
    if (text.isEmpty()) {
      errors.add(pointer, "must not be empty");
    } else if (text.length() > charsMax) {
      errors.add(pointer, "must have at most " + charsMax + " characters");
      return ""; // a placeholder, so that nobody reads on in it
    }
    return text;
  }

  private Fields absent(String member) {
    return new Fields(errors, this, member, -1, true);
  }

  private <T> T missing(String member, T placeholder) {
    // What is missing inside something missing is no error of its own.
    if (!absent) {
      errors.add(pointer(member), "is required");
    }
    return placeholder;
  }

  private <T> T error(String member, String detail, T placeholder) {
    int at = find(member);
    if (at >= 0) {
      refused |= 1L << at;
    }
    errors.add(pointer(member), detail);
    return placeholder;
  }

  private <T> T wrong(String member, Object value, String detail, T placeholder) {
    if (value instanceof Odd odd) {
      boolean says = odd == Odd.NULL || detail.equals("must be an integer");
      if (odd != Odd.BAD_TEXT) {
        errors.add(pointer(member), says ? odd.detail : detail);
      }
      return placeholder;
    }
    return error(member, detail, placeholder);
  }

  /** The JSON pointer of this object; empty for the outermost. */
  public String pointer() {
    if (parent == null || name == null) {
      return "";
    }
    String inParent = parent.pointer(name);
    return index < 0 ? inParent : inParent + "/" + index;
  }

  /** The JSON pointer of a member. */
  public String pointer(String member) {
    return pointer() + "/" + member.replace("~", "~0").replace("/", "~1");
  }
}
