package io.tidegate.shop.reporting;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** An S3-compatible store as the lake's second place. */
public final class S3MirrorClient implements LakeMirror {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration SOCKET_MAX = Duration.ofSeconds(10);

  /** A call may take so long, and longer by what its file takes at this rate. */
  private static final Duration CALL_MAX = Duration.ofSeconds(20);

  private static final long BYTES_PER_SECOND_MIN = 1 << 20;

  private final S3Client client;
  private final String bucket;
  private final String place;
  private final Duration callMax;

  /**
   * Where the store is, and as whom we speak to it.
   *
   * @param endpoint its base
   */
  public record Store(URI endpoint, String region, String bucket, String accessKey, String secret) {
    @Override
    public String toString() {
      return "Store[" + endpoint + "/" + bucket + "]"; // without the secret
    }
  }

  public S3MirrorClient(Store store) {
    this(store, CALL_MAX);
  }

  S3MirrorClient(Store store, Duration callMax) {
    this.bucket = store.bucket();
    this.place = store.endpoint() + "/" + store.bucket();
    this.callMax = callMax;
    this.client =
        S3Client.builder()
            .endpointOverride(store.endpoint())
            .region(Region.of(store.region()))
            .forcePathStyle(true) // most compatible stores know no other
            // One body, signed as a whole: not every store reads signed chunks.
            .serviceConfiguration(options -> options.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(store.accessKey(), store.secret())))
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_MAX)
                    .socketTimeout(SOCKET_MAX)
                    .build())
            .overrideConfiguration(options -> options.apiCallTimeout(callMax))
            .build();
  }

  @Override
  public void put(Path file, String path) throws IOException {
    try {
      Duration most = most(Files.size(file));
      client.putObject(
          request ->
              request
                  .bucket(bucket)
                  .key(path)
                  .overrideConfiguration(options -> options.apiCallTimeout(most)),
          RequestBody.fromFile(file));
    } catch (RuntimeException e) { // the SDK's own, or the file here is gone meanwhile
      throw new IOException("the store took no " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean get(String path, long bytes, Path into) throws IOException {
    try {
      client.getObject(
          request ->
              request
                  .bucket(bucket)
                  .key(path)
                  .overrideConfiguration(options -> options.apiCallTimeout(most(bytes))),
          into);
      return true;
    } catch (NoSuchKeyException _) {
      return false;
    } catch (SdkException e) {
      throw new IOException("the store gave no " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void remove(String path) throws IOException {
    try {
      client.deleteObject(request -> request.bucket(bucket).key(path));
    } catch (SdkException e) {
      throw new IOException("the store removed no " + path + ": " + e.getMessage(), e);
    }
  }

  private Duration most(long bytes) {
    return callMax.plusSeconds(bytes / BYTES_PER_SECOND_MIN);
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public void close() {
    client.close();
  }
}
