package io.tidegate.server.console;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/**
 * The files that pages load, all from the program itself. A file's address holds its hash, so a
 * browser may keep it for ever.
 */
final class Assets implements Routes {
  private static final int HASH_CHARS = 16;
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private static final List<String> FILES =
      List.of(
          "vendor/tabler-1.4.0/tabler.min.css",
          "vendor/htmx-2.0.10/htmx.min.js",
          "vendor/echarts-6.1.0/echarts.min.js",
          "console/console.css",
          "console/console.js",
          "console/charts.js",
          "console/icons.svg",
          "console/logo.svg");

  /** Where each file is, by its name. */
  private final Map<String, String> files = new HashMap<>();

  /** Those that somebody asked for: packing a million characters is no part of a start. */
  private final Map<String, Asset> byName = new ConcurrentHashMap<>();

  private record Asset(String hash, String type, byte[] plain, byte[] zipped) {
    String path(String name) {
      return "/assets/" + hash + "/" + name;
    }

    String tag() {
      return "\"" + hash + "\"";
    }
  }

  Assets() {
    for (String file : FILES) {
      files.put(file.substring(file.lastIndexOf('/') + 1), file);
    }
  }

  /** Where a page finds a file. */
  public String path(String name) {
    return asset(name).path(name);
  }

  @Override
  public void register(Router router) {
    router.get("/assets/{hash}/{name}", Access.open(), this::file);
  }

  private Reply file(Request request) {
    String name = request.path("name");
    Asset asset = files.containsKey(name) ? asset(name) : null;
    if (asset == null || !asset.hash().equals(request.path("hash"))) {
      throw Problem.notFound();
    }
    if (asset.tag().equals(request.header("If-None-Match"))) {
      return headers(Reply.empty(304), asset);
    }
    String accepted = request.header("Accept-Encoding");
    return accepted != null && accepted.contains("gzip")
        ? headers(Reply.bytes(200, asset.type(), asset.zipped()), asset)
            .header("Content-Encoding", "gzip")
        : headers(Reply.bytes(200, asset.type(), asset.plain()), asset);
  }

  private static Reply headers(Reply reply, Asset asset) {
    return reply
        .header("ETag", asset.tag())
        .header("Cache-Control", FOR_EVER)
        .header("Vary", "Accept-Encoding")
        .header("X-Content-Type-Options", "nosniff");
  }

  private Asset asset(String name) {
    String file = Objects.requireNonNull(files.get(name), name);
    return byName.computeIfAbsent(name, _ -> load(file));
  }

  private static Asset load(String file) {
    try (InputStream in =
        Objects.requireNonNull(Assets.class.getResourceAsStream("/web/" + file), file)) {
      byte[] plain = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(plain);
      String hash = HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
      return new Asset(hash, type(file), plain, zip(plain));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String type(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException(file);
    };
  }

  private static byte[] zip(byte[] plain) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream(plain.length / 4);
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    }
    return zipped.toByteArray();
  }
}
