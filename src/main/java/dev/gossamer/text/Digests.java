package dev.gossamer.text;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests, by which content is known. */
public final class Digests {

    private Digests() {}

    /** SHA-256 of bytes, in hexadecimal. */
    public static String sha256(byte[] content) {
        return HexFormat.of().formatHex(of("SHA-256").digest(content));
    }

    /** An empty digest of an algorithm that every Java platform has to offer. */
    public static MessageDigest of(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks " + algorithm, e);
        }
    }
}
