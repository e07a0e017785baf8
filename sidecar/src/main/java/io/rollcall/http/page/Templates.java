package io.rollcall.http.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import gg.jte.output.Utf8ByteOutput;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * The templates of {@code src/main/jte}. They are compiled with the code: a wrong name or type
 * breaks the build, and every text is escaped for its place in the HTML.
 */
final class Templates {
  private static final TemplateEngine ENGINE =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, null, Templates.class.getPackageName());

  private Templates() {}

  /** As bytes: a page of 1,000 members is large, and a string would be copied and encoded whole. */
  static Buffer page(PageView page) {
    var output = new Utf8ByteOutput();
    ENGINE.render("page.jte", Map.of("page", page), output);
    return Buffer.buffer(output.toByteArray());
  }

  /** A part that replaces the part with the same id in a page that is already shown. */
  static String part(String template, String name, Object model) {
    return render(template, Map.of(name, model, "oob", true));
  }

  static String render(String template, Map<String, Object> parameters) {
    var output = new StringOutput();
    ENGINE.render(template + ".jte", parameters, output);
    return output.toString();
  }
}
