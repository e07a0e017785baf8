package io.rollcall.http.page;

import java.util.List;
import java.util.Map;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** A document of {@code docs/} as a page, each heading with an id, so that a link can name it. */
public final class DocumentPage {
  private DocumentPage() {}

  /**
   * The page as HTML.
   *
   * @param markdown in CommonMark, a file of the sidecar itself
   */
  public static String html(String title, String markdown) {
    HtmlRenderer renderer =
        HtmlRenderer.builder()
            .extensions(List.of(HeadingAnchorExtension.create()))
            .escapeHtml(true)
            .build();
    String body = renderer.render(Parser.builder().build().parse(markdown));
    return Templates.render("markdown", Map.of("title", title, "body", body));
  }
}
