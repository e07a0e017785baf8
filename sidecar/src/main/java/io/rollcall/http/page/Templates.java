package io.rollcall.http.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
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

  static String page(PageView page) {
    return render("page", Map.of("page", page));
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
