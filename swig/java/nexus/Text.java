package nexus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Text crosses to the native side as UTF-8. */
final class Text {
  private Text() {}

  static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[][] encode(List<String> texts) {
    return texts.stream().map(Text::encode).toArray(byte[][]::new);
  }

  static String decode(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }

  static List<String> decode(byte[][] texts) {
    return Arrays.stream(texts).map(Text::decode).toList();
  }
}
