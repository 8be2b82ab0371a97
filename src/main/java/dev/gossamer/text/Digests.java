package dev.gossamer.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
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

    /**
     * SHA-256 of all that can be read from a stream, in hexadecimal.
     *
     * @throws IOException if it cannot be read
     */
    public static String sha256(InputStream in) throws IOException {
        MessageDigest digest = of("SHA-256");
        new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
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
