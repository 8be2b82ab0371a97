package dev.gossamer.data;

import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array in NumPy's NPY format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a magic
 * string, a version, the length of a header, the header, which is a Python dictionary, and the values in C order.
 *
 * @param source where it is from, for messages
 * @param type letter and size of a value: {@code u1}, {@code i8}, {@code f4}
 * @param shape its sizes
 * @param values the bytes of the values
 */
record NpyArray(String source, String type, int[] shape, ByteBuffer values) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int PREFIX = 8;
    private static final int MOST_HEADER = 1 << 16;
    private static final Pattern HEADER = Pattern.compile("\\{'descr': '([<>|=])([ui][1248]|f[48])', "
            + "'fortran_order': (True|False), 'shape': \\(((?:\\d{1,10}, ?){0,8}(?:\\d{1,10},?)?)\\), ?\\}\\s*");

    /**
     * Reads an array, and closes where it is from.
     *
     * @throws DataException if it is damaged, or of another kind
     * @throws IOException if it cannot be read
     */
    static NpyArray read(String source, InputStream stream) throws IOException {
        try (InputStream in = stream) {
            byte[] prefix = in.readNBytes(PREFIX);
            if (prefix.length < PREFIX || !Arrays.equals(Arrays.copyOf(prefix, MAGIC.length), MAGIC)) {
                throw new DataException(source + " is no NumPy array: expected it to start with \\x93NUMPY and a"
                        + " version.");
            }
            int version = prefix[MAGIC.length];
            int bytes = version == 1 ? Short.BYTES : Integer.BYTES;
            ByteBuffer length = ByteBuffer.wrap(exactly(in, bytes, source)).order(ByteOrder.LITTLE_ENDIAN);
            long header = version == 1 ? length.getShort() & 0xFFFF : length.getInt() & 0xFFFFFFFFL;
            if (version < 1 || version > 3 || header > MOST_HEADER) {
                throw new DataException(source + " is of version " + version + " with a header of " + header
                        + " bytes: expected version 1, 2 or 3, and at most " + MOST_HEADER + " bytes.");
            }
            String text = new String(exactly(in, (int) header, source), StandardCharsets.ISO_8859_1);
            return read(source, text, in);
        }
    }

    private static NpyArray read(String source, String header, InputStream in) throws IOException {
        Matcher parts = HEADER.matcher(header);
        if (!parts.matches() || parts.group(3).equals("True")) {
            throw new DataException(source + " has the header " + Shown.value(header.strip())
                    + ": expected whole numbers (u, i) or floats (f4, f8) in C order, with their shape.");
        }
        int[] shape = Arrays.stream(parts.group(4).split(", ?")).filter(size -> !size.isEmpty())
                .mapToLong(Long::parseLong).mapToInt(size -> (int) Math.min(size, Integer.MAX_VALUE)).toArray();
        int size = parts.group(2).charAt(1) - '0';
        long others = 1;
        for (int i = 1; i < shape.length; i++) {
            others = Math.min(others * shape[i], Integer.MAX_VALUE);
        }
        int bytes = Examples.checked(shape.length == 0 ? 1 : shape[0], others * size, Byte.BYTES, source);
        ByteBuffer values = ByteBuffer.wrap(exactly(in, bytes, source))
                .order(parts.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (in.read() >= 0) {
            throw DataException.of("%s is too long: expected %,d bytes of values, found more.", source, bytes);
        }
        return new NpyArray(source, parts.group(2), shape, values);
    }

    private static byte[] exactly(InputStream in, int count, String source) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw DataException.of("%s is truncated: expected %,d bytes, found %,d.", source, count, bytes.length);
        }
        return bytes;
    }

    /** Its first size. */
    int size() {
        return shape.length == 0 ? 0 : shape[0];
    }

    boolean isOfBytes() {
        return type.equals("u1");
    }

    boolean isOfFloats() {
        return type.startsWith("f");
    }

    /** The digits of whole number i, all of them. */
    String whole(int i) {
        return type.equals("u8") ? Long.toUnsignedString(values.getLong(8 * i)) : Long.toString(signed(i));
    }

    private long signed(int i) {
        return switch (type) {
            case "u1" -> values.get(i) & 0xFF;
            case "i1" -> values.get(i);
            case "u2" -> values.getShort(2 * i) & 0xFFFF;
            case "i2" -> values.getShort(2 * i);
            case "u4" -> values.getInt(4 * i) & 0xFFFFFFFFL;
            case "i4" -> values.getInt(4 * i);
            default -> values.getLong(8 * i);
        };
    }

    /** Bytes of images, channels first [N, c, h, w]. */
    byte[] bytes(ImageShape images) {
        if (images.channels() == 1) {
            return values.array();
        }
        byte[] bytes = new byte[values.capacity()];
        for (int k = 0; k < bytes.length; k++) {
            bytes[k] = values.get(channelsLast(k, images));
        }
        return bytes;
    }

    /**
     * Floats of examples, channels first [N, c, h, w].
     *
     * @throws DataException if one is infinite or not a number
     */
    float[] floats(ImageShape images) {
        boolean isDouble = type.equals("f8");
        float[] floats = new float[Examples.checked(size(), images.size(), Float.BYTES, source)];
        for (int k = 0; k < floats.length; k++) {
            int at = channelsLast(k, images);
            floats[k] = isDouble ? (float) values.getDouble(8 * at) : values.getFloat(4 * at);
            if (!Float.isFinite(floats[k])) {
                throw DataException.of("%s holds %s in example %,d, counted from 0: expected finite numbers of 32 bits.",
                        source, floats[k], k / images.size());
            }
        }
        return floats;
    }

    /** Place in [N, h, w, c] of a value by its place in [N, c, h, w]. */
    private static int channelsLast(int place, ImageShape images) {
        int plane = images.height() * images.width();
        int image = place / images.size();
        int within = place - image * images.size();
        return image * images.size() + within % plane * images.channels() + within / plane;
    }
}
