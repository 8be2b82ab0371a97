package dev.gossamer.model.file;

/** {@code file:FILE}: a network as DL4J's {@code toJson()} or {@code toYaml()} writes it. */
public final class NetworkFiles extends NetworkFamily {

    /** As its service file needs it. */
    public NetworkFiles() {
        super("file:", NetworkText::read);
    }
}
