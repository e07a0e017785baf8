package io.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.rollcall.config.YamlNode.Fields;
import io.rollcall.config.YamlNode.Items;
import io.rollcall.config.YamlNode.Text;
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
        new Fields(
            Map.of(
                "a", new Text("off"),
                "b", new Text("0123"),
                "c", new Items(List.of(new Text("1_000"), new Text(""), new Text("yes"))),
                "d", new Text("off"))),
        YamlNode.parse("a: off\nb: 0123\nc: [1_000, ~, yes]\nd: 'off'\n"));
  }

  @Property(tries = 300)
  void readsBackAnyTexts(@ForAll("lists") Map<String, List<String>> lists) throws IOException {
    var yaml = new YAMLMapper().writeValueAsString(lists);
    var fields = (Fields) YamlNode.parse(yaml);
    assertEquals(lists.keySet(), fields.nodes().keySet());
    lists.forEach((name, texts) ->
        assertEquals(
            new Items(texts.stream().<YamlNode>map(Text::new).toList()), fields.nodes().get(name)));
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
