package dev.gossamer.data;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal, by which content is known. */
public final class Fingerprint {

    private Fingerprint() {}

    /** That of bytes. */
    public static String of(byte[] content) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(content));
    }

    /** That of a data set: over training images, training labels, test images, test labels. */
    static String of(ImageSet train, ImageSet test) {
        MessageDigest digest = digest("SHA-256");
        add(train, digest);
        add(test, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(ImageSet images, MessageDigest digest) {
        digest.update(images.pixels());
        byte[] labels = new byte[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) images.label(i);
        }
        digest.update(labels);
    }

    /** A digest that every Java platform has to offer. */
    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks " + algorithm, e);
        }
    }
}
