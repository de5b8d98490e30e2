package io.tidegate.platform.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON object strictly: UTF-8 only, bounded, no name twice, no text that a database
 * refuses.
 */
final class StrictJson {
  static final int DEPTH_MAX = 16;
  static final int NUMBER_CHARS_MAX = 64;
  static final int NAME_CHARS_MAX = 128;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNumberLength(NUMBER_CHARS_MAX)
                  .maxNameLength(NAME_CHARS_MAX)
                  .build())
          .build();

  private final JsonErrors errors = new JsonErrors();

  private StrictJson() {}

  /** The object that the bytes are; everything else is a {@link Problem}. */
  static Fields read(byte[] body) {
    return new StrictJson().root(body);
  }

  private Fields root(byte[] body) {
    try (JsonParser parser = parser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.invalid("", "must be a JSON object");
      }
      Fields fields = object(parser, null, null, 0);
      if (parser.nextToken() != null) {
        throw Problem.invalid("", "has something after its end");
      }
      return fields;
    } catch (JacksonException e) {
      // Its message may quote the body, which is nobody's business.
      throw Problem.invalid("", "is not valid JSON" + place(e));
    }
  }

  private static String place(JacksonException e) {
    var at = e.getLocation();
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /** A parser of the bytes, which are text that JSON may be written in. */
  static JsonParser parser(byte[] body) {
    boolean ascii = true;
    for (byte b : body) {
      if (b <= 0) {
        // A zero byte makes a parser guess UTF-16, which JSON between systems never is.
        if (b == 0) {
          throw Problem.invalid("", "is not valid JSON: zero byte");
        }
        ascii = false;
      }
    }
    if (ascii) {
      return FACTORY.createParser(ObjectReadContext.empty(), body);
    }
    try {
      // Decoded here, because a lenient decoder lets overlong forms and surrogates through.
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
      return FACTORY.createParser(
          ObjectReadContext.empty(), text.array(), text.arrayOffset(), text.remaining());
    } catch (CharacterCodingException e) {
      throw Problem.invalid("", "is not valid UTF-8");
    }
  }

  private Fields object(
      JsonParser parser, @Nullable Fields parent, @Nullable String name, int index) {
    var fields = new Fields(errors, parent, name, index);
    String member = parser.nextName();
    while (member != null) {
      if (!isText(member)) {
        throw Problem.invalid(fields.pointer(), "has a name that is not well-formed text");
      }
      JsonToken token = parser.nextToken();
      if (!fields.add(member, value(parser, token, fields, member, -1))) {
        throw Problem.invalid(
            fields.pointer(member), "comes more than once, or is one name too many");
      }
      member = parser.nextName();
    }
    return fields;
  }

  private Object value(JsonParser parser, JsonToken token, Fields parent, String name, int index) {
    return switch (token) {
      case VALUE_STRING -> text(parser.getString(), parent, name, index);
      case VALUE_NUMBER_INT -> number(parser);
      case VALUE_NUMBER_FLOAT -> Fields.Odd.FRACTION;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Fields.Odd.NULL;
      case START_OBJECT -> object(parser, parent, name, index);
      case START_ARRAY -> array(parser, parent, name);
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw Problem.invalid("", "is not valid JSON");
    };
  }

  private List<Object> array(JsonParser parser, Fields parent, String name) {
    var elements = new ArrayList<Object>();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      if (token == JsonToken.START_ARRAY) {
        throw Problem.invalid(
            parent.pointer(name) + "/" + elements.size(), "must not be an array in an array");
      }
      elements.add(value(parser, token, parent, name, elements.size()));
      token = parser.nextToken();
    }
    return elements;
  }

  private static Object number(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> (Object) parser.getLongValue();
      case BIG_INTEGER -> Fields.Odd.TOO_BIG;
      case FLOAT, DOUBLE, BIG_DECIMAL -> Fields.Odd.FRACTION;
    };
  }

  private Object text(String text, Fields parent, String name, int index) {
    if (!isText(text)) {
      String pointer = parent.pointer(name);
      errors.add(
          index < 0 ? pointer : pointer + "/" + index,
          "must not contain U+0000 or half a surrogate pair");
      return Fields.Odd.BAD_TEXT;
    }
    return text;
  }

  /** Whether PostgreSQL can keep it: no U+0000, no lone surrogate. */
  static boolean isText(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < length
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
