package io.tidegate.harness.simulators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sandbox's signatures are those that another program computes. */
final class SandboxSignatureTest {
  static Stream<List<String>> vectors() throws IOException {
    try (InputStream in = SandboxSignatureTest.class.getResourceAsStream("signatures.tsv")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(l -> !l.startsWith("#")).map(l -> List.of(l.split("\t", -1)));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void agrees_with_openssl(List<String> v) {
    byte[] body = (v.get(4).equals("-") ? "" : v.get(4)).getBytes(StandardCharsets.UTF_8);
    SandboxSignature signature = new SandboxSignature(v.get(5));
    if (v.get(0).equals("notice")) {
      assertThat(signature.ofNotice(v.get(3), body)).isEqualTo(v.get(6));
      return;
    }
    assertThat(signature.ofRequest(v.get(1), v.get(2), v.get(3), body)).isEqualTo(v.get(6));
    assertThat(signature.verifiesRequest(v.get(1), v.get(2), v.get(3), body, v.get(6))).isTrue();
    assertThat(signature.verifiesRequest(v.get(1), v.get(2), v.get(3) + "0", body, v.get(6)))
        .isFalse();
    assertThat(signature.verifiesRequest(v.get(1), v.get(2), v.get(3), body, "00")).isFalse();
  }
}
