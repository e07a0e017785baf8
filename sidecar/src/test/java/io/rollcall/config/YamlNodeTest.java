package io.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.rollcall.config.YamlNode.Mapping;
import io.rollcall.config.YamlNode.Scalar;
import io.rollcall.config.YamlNode.Sequence;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class YamlNodeTest {
  @Test
  void keepsEveryScalarAsItWasWritten() throws IOException {
    assertEquals(
        new Mapping(
            Map.of(
                "a", new Scalar("off"),
                "b", new Scalar("0123"),
                "c", new Sequence(List.of(new Scalar("1_000"), new Scalar(""), new Scalar("yes"))),
                "d", new Scalar("off"))),
        YamlNode.parse("a: off\nb: 0123\nc: [1_000, ~, yes]\nd: 'off'\n"));
  }

  @Property(tries = 300)
  void readsBackAnyTexts(@ForAll("lists") Map<String, List<String>> lists) throws IOException {
    var yaml = new YAMLMapper().writeValueAsString(lists);
    var fields = (Mapping) YamlNode.parse(yaml);
    assertEquals(lists.keySet(), fields.nodes().keySet());
    lists.forEach((name, texts) ->
        assertEquals(
            new Sequence(texts.stream().<YamlNode>map(Scalar::new).toList()),
            fields.nodes().get(name)));
  }

  @Property
  void givesANodeOrAnIoExceptionForAnyText(@ForAll("yamlish") String text) {
    try {
      assertNotNull(YamlNode.parse(text));
    } catch (IOException e) {
      assertNotNull(e.getMessage());
    }
  }

  @Provide
  Arbitrary<Map<String, List<String>>> lists() {
    var texts = Arbitraries.strings().withCharRange(' ', '~').withChars("äλ→").ofMaxLength(12);
    return Arbitraries.maps(texts, texts.list().ofMaxSize(3)).ofMaxSize(4);
  }

  @Provide
  Arbitrary<String> yamlish() {
    return Arbitraries.strings().withChars("ab1:-?[]{},#&*!|>'\"%@`~<=. \t\n\\x").ofMaxLength(30);
  }
}
