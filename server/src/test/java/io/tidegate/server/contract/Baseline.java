package io.tidegate.server.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A contract as it was published: a file of facts, one a line, which a person reads in a diff. */
record Baseline(Path file) {

  /** One of this module's. */
  static Baseline of(String name) {
    return new Baseline(
        Path.of(
            System.getProperty("tidegate.root"),
            "server/src/test/resources/io/tidegate/server/contract",
            name));
  }

  /**
   * What was published.
   *
   * @throws IllegalStateException if that is nothing: a record that was emptied would let every
   *     break pass
   */
  SortedMap<String, Fact> read() throws IOException {
    SortedMap<String, Fact> facts = new TreeMap<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      if (!line.isBlank()) {
        Fact fact = Fact.read(line);
        facts.put(fact.at(), fact);
      }
    }
    if (facts.isEmpty()) {
      throw new IllegalStateException(file + " has nothing on record: bring it back");
    }
    return facts;
  }

  /**
   * What is wrong with what is served now: breaks, and news that nothing would hold from now on.
   */
  List<String> findings(SortedMap<String, Fact> now) throws IOException {
    Growth growth = Growth.of(read(), now);
    List<String> findings = new ArrayList<>(growth.breaks());
    growth.news().forEach(news -> findings.add(news + ", and not on record"));
    return findings;
  }

  /**
   * Records what is served now, unless it breaks what is recorded; says what came of it.
   *
   * @throws java.nio.file.NoSuchFileException if there is no record: begun anew, it would have any
   *     break in it
   */
  Growth record(SortedMap<String, Fact> now) throws IOException {
    Growth growth = Growth.of(read(), now);
    if (growth.breaks().isEmpty()) {
      write(now.values());
    }
    return growth;
  }

  void write(Collection<Fact> facts) throws IOException {
    String text = facts.stream().map(Fact::line).collect(Collectors.joining("\n", "", "\n"));
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
