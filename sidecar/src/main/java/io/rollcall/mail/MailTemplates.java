package io.rollcall.mail;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

/**
 * The templates of {@code src/main/jte-mail}, compiled with the code. The HTML one escapes each
 * text for its place and loads nothing.
 */
final class MailTemplates {
  private static final TemplateEngine TEXT = engine(ContentType.Plain, "text");
  private static final TemplateEngine HTML = engine(ContentType.Html, "html");

  private MailTemplates() {}

  static String text(MailContent mail) {
    return render(TEXT, mail);
  }

  static String html(MailContent mail) {
    return render(HTML, mail);
  }

  private static TemplateEngine engine(ContentType type, String folder) {
    String room = MailTemplates.class.getPackageName();
    return TemplateEngine.createPrecompiled(null, type, null, room + "." + folder);
  }

  private static String render(TemplateEngine engine, MailContent mail) {
    var output = new StringOutput();
    engine.render("mail.jte", mail, output);
    return output.toString();
  }
}
