package dev.gossamer.data;

import dev.gossamer.text.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 in hexadecimal, by which data sets are known. */
final class Fingerprint {

    private Fingerprint() {}

    /** That of a data set: over training images, training labels, test images, test labels. */
    static String of(ImageSet train, ImageSet test) {
        MessageDigest digest = Digests.of("SHA-256");
        add(train, digest);
        add(test, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** That of a data set whose shape its name does not tell: over the shape, and then as above. */
    static String ofAnyShape(ImageSet train, ImageSet test) {
        MessageDigest digest = Digests.of("SHA-256");
        digest.update(train.shape().toString().getBytes(StandardCharsets.UTF_8));
        add(train, digest);
        add(test, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Groups where there are any, and labels of a byte each, or where there are larger ones, of two. */
    private static void add(ImageSet images, MessageDigest digest) {
        images.values().addTo(digest);
        images.groups().ifPresent(groups -> groups.addTo(digest));
        int largest = 0;
        for (int i = 0; i < images.size(); i++) {
            largest = Math.max(largest, images.label(i));
        }
        ByteBuffer labels = ByteBuffer.allocate(images.size() * (largest < 256 ? Byte.BYTES : Short.BYTES));
        for (int i = 0; i < images.size(); i++) {
            if (largest < 256) {
                labels.put((byte) images.label(i));
            } else {
                labels.putShort((short) images.label(i));
            }
        }
        digest.update(labels.array());
    }
}
