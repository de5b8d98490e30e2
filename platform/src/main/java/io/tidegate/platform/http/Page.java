package io.tidegate.platform.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** One page of a list: {@code {data:[...],next?}} and the {@code Link} to the next. */
public final class Page {
  /** What a page takes beside its elements. */
  private static final int BYTES_BESIDE = 128;

  private static final int BYTES_EACH = 256;

  private Page() {}

  /**
   * A page of what was found.
   *
   * @param rows one more than {@link Request#limit} where there are more
   * @param key the key of the list, by which the query pages
   * @param element writes one element, a whole JSON value
   */
  public static <T> Reply reply(
      Request request,
      Cursors cursors,
      List<T> rows,
      ToLongFunction<T> key,
      BiConsumer<JsonWriter, T> element) {
    return reply(request, cursors, rows, key, element, _ -> {});
  }

  /** The same with members before {@code data}, such as a balance. */
  public static <T> Reply reply(
      Request request,
      Cursors cursors,
      List<T> rows,
      ToLongFunction<T> key,
      BiConsumer<JsonWriter, T> element,
      Consumer<JsonWriter> members) {
    int limit = request.limit();
    boolean more = rows.size() > limit;
    List<T> shown = more ? rows.subList(0, limit) : rows;
    OptionalLong next =
        more ? OptionalLong.of(key.applyAsLong(shown.getLast())) : OptionalLong.empty();
    return reply(request, cursors, shown, next, element, members);
  }

  /**
   * A page that says itself where the list goes on: for a search that stops after so many looks,
   * whatever it has found.
   *
   * @param rows at most {@link Request#limit}
   * @param next the key behind which the list goes on; empty at its end
   */
  public static <T> Reply reply(
      Request request,
      Cursors cursors,
      List<T> rows,
      OptionalLong next,
      BiConsumer<JsonWriter, T> element) {
    return reply(request, cursors, rows, next, element, _ -> {});
  }

  /** The same of elements that are JSON already. */
  public static Reply reply(
      Request request, Cursors cursors, List<byte[]> elements, OptionalLong next) {
    int bytes = BYTES_BESIDE;
    for (byte[] element : elements) {
      bytes += element.length + 1;
    }
    return reply(request, cursors, elements, next, JsonWriter::raw, _ -> {}, bytes);
  }

  private static <T> Reply reply(
      Request request,
      Cursors cursors,
      List<T> shown,
      OptionalLong nextKey,
      BiConsumer<JsonWriter, T> element,
      Consumer<JsonWriter> members) {
    int bytes = BYTES_BESIDE + BYTES_EACH * shown.size();
    return reply(request, cursors, shown, nextKey, element, members, bytes);
  }

  private static <T> Reply reply(
      Request request,
      Cursors cursors,
      List<T> shown,
      OptionalLong nextKey,
      BiConsumer<JsonWriter, T> element,
      Consumer<JsonWriter> members,
      int bytesGuess) {
    var json = new JsonWriter(bytesGuess);
    json.beginObject();
    members.accept(json);
    json.name("data").beginArray();
    shown.forEach(row -> element.accept(json, row));
    json.endArray();
    if (nextKey.isEmpty()) {
      return Reply.json(200, json.endObject().toBytes());
    }
    String next = cursors.after(request, nextKey.getAsLong());
    byte[] body = json.field("next", next).endObject().toBytes();
    return Reply.json(200, body).header("Link", "<" + link(request, next) + ">; rel=\"next\"");
  }

  private static String link(Request request, String next) {
    var link = new StringBuilder(request.path()).append('?');
    for (Map.Entry<String, String> pair : request.queryPairs().entrySet()) {
      if (!pair.getKey().equals("after")) {
        link.append(encode(pair.getKey())).append('=').append(encode(pair.getValue())).append('&');
      }
    }
    return link.append("after=").append(encode(next)).toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
