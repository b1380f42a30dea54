package nexus;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/** Finds the native module: the property nexus.library (a file), beside the jar, or where System.loadLibrary looks. */
final class NativeLibrary {
  private NativeLibrary() {}

  static void load() {
    String file = System.getProperty("nexus.library");
    Path besideJar = folderOfClasses().resolve(System.mapLibraryName("nexus_java"));
    if (file != null) System.load(Path.of(file).toAbsolutePath().toString());
    else if (Files.exists(besideJar)) System.load(besideJar.toString());
    else System.loadLibrary("nexus_java");
  }

  private static Path folderOfClasses() {
    CodeSource source = NativeLibrary.class.getProtectionDomain().getCodeSource();
    if (source == null) return Path.of("").toAbsolutePath();
    try {
      return Path.of(source.getLocation().toURI()).toAbsolutePath().getParent();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Path.of("").toAbsolutePath();
    }
  }
}
