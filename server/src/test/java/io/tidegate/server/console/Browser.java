package io.tidegate.server.console;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A visitor's browser, as far as the console's pages need one: it keeps cookies. */
final class Browser implements AutoCloseable {
  private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  private final URI base;
  private final HttpClient client = HttpClient.newHttpClient();
  final Map<String, String> cookies = new TreeMap<>();

  Browser(URI base) {
    this.base = base;
    cookies.put("tidegate_language", "en");
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(HttpRequest.newBuilder(base.resolve(path)), headers);
  }

  /** The page that a GET leads to. */
  String page(String path) {
    HttpResponse<String> answer = get(path);
    if (answer.statusCode() != 200) {
      throw new AssertionError(path + " answered " + answer.statusCode() + answer.body());
    }
    return answer.body();
  }

  HttpResponse<String> post(String path, Map<String, String> fields) {
    String form =
        fields.entrySet().stream()
            .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(base.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(form)),
        "Content-Type",
        "application/x-www-form-urlencoded");
  }

  /** Posts with the token that a page gave. */
  HttpResponse<String> submit(String from, String path, Map<String, String> fields) {
    Map<String, String> all = new TreeMap<>(fields);
    all.put("csrf", token(page(from)));
    return post(path, all);
  }

  HttpResponse<String> signIn(String name, String password) {
    return submit(
        "/console/sign-in", "/console/sign-in", Map.of("name", name, "password", password));
  }

  static String token(String page) {
    Matcher token = TOKEN.matcher(page);
    if (!token.find()) {
      throw new AssertionError("no form token in the page");
    }
    return token.group(1);
  }

  /** The lines of an answer as they come; closing them ends it. */
  Stream<String> lines(String path) {
    HttpResponse<Stream<String>> answer =
        send(HttpRequest.newBuilder(base.resolve(path)), HttpResponse.BodyHandlers.ofLines());
    if (answer.statusCode() != 200) {
      throw new AssertionError(path + " answered " + answer.statusCode());
    }
    return answer.body();
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
    String jar =
        cookies.entrySet().stream()
            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
            .collect(Collectors.joining("; "));
    try {
      HttpResponse<T> answer = client.send(request.header("Cookie", jar).build(), body);
      answer.headers().allValues("Set-Cookie").forEach(this::keep);
      return answer;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void keep(String cookie) {
    String pair = cookie.substring(0, cookie.indexOf(';'));
    String name = pair.substring(0, pair.indexOf('='));
    if (cookie.contains("Max-Age=0;")) {
      cookies.remove(name);
    } else {
      cookies.put(name, pair.substring(pair.indexOf('=') + 1));
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
