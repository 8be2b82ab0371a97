package dev.gossamer.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array in NumPy's NPY format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a magic
 * string, a version, the length of a header, the header, which is a Python dictionary, and the values, in C order or in
 * Fortran order.
 *
 * @param source where it is from, for messages
 * @param type letter and size of a value: {@code u1}, {@code i8}, {@code f4}
 * @param shape its sizes
 * @param values the bytes of the values in C order, the last index fastest
 */
public record NpyArray(String source, String type, int[] shape, ByteBuffer values) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int PREFIX = 8;
    private static final int MOST_HEADER = 1 << 16;
    private static final Pattern HEADER = Pattern.compile("\\{'descr': '([<>|=])([ui][1248]|f[48])', "
            + "'fortran_order': (True|False), 'shape': \\(((?:\\d{1,10}, ?){0,8}(?:\\d{1,10},?)?)\\), ?\\}\\s*");

    /**
     * Reads an array, and closes where it is from.
     *
     * @throws IllegalArgumentException if it is damaged, or of another kind
     * @throws IOException if it cannot be read
     */
    public static NpyArray read(String source, InputStream stream) throws IOException {
        try (InputStream in = stream) {
            byte[] prefix = in.readNBytes(PREFIX);
            if (prefix.length < PREFIX || !Arrays.equals(Arrays.copyOf(prefix, MAGIC.length), MAGIC)) {
                throw new IllegalArgumentException(source + " is no NumPy array: expected it to start with \\x93NUMPY"
                        + " and a version");
            }
            int version = prefix[MAGIC.length];
            int bytes = version == 1 ? Short.BYTES : Integer.BYTES;
            ByteBuffer length = ByteBuffer.wrap(exactly(in, bytes, source)).order(ByteOrder.LITTLE_ENDIAN);
            long header = version == 1 ? length.getShort() & 0xFFFF : length.getInt() & 0xFFFFFFFFL;
            if (version < 1 || version > 3 || header > MOST_HEADER) {
                throw new IllegalArgumentException(source + " is of version " + version + " with a header of " + header
                        + " bytes: expected version 1, 2 or 3, and at most " + MOST_HEADER + " bytes");
            }
            String text = new String(exactly(in, (int) header, source), StandardCharsets.ISO_8859_1);
            return read(source, text, in);
        }
    }

    private static NpyArray read(String source, String header, InputStream in) throws IOException {
        Matcher parts = HEADER.matcher(header);
        if (!parts.matches()) {
            throw new IllegalArgumentException(source + " has the header " + Shown.value(header.strip())
                    + ": expected whole numbers (u, i) or floats (f4, f8), with their shape");
        }
        int[] shape = Arrays.stream(parts.group(4).split(", ?")).filter(size -> !size.isEmpty())
                .mapToLong(Long::parseLong).mapToInt(size -> (int) Math.min(size, Integer.MAX_VALUE)).toArray();
        int size = parts.group(2).charAt(1) - '0';
        int bytes = bytes(source, shape, size);
        ByteBuffer values = ByteBuffer.wrap(exactly(in, bytes, source));
        if (in.read() >= 0) {
            throw refusal("%s is too long: expected %,d bytes of values, found more", source, bytes);
        }
        ByteBuffer ordered = parts.group(3).equals("True") ? ofColumnMajor(values, shape, size) : values;
        return new NpyArray(source, parts.group(2), shape, ordered.order(
                parts.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
    }

    private static int bytes(String source, int[] shape, int size) {
        long bytes = size;
        for (int length : shape) {
            bytes = Math.min(bytes * length, Integer.MAX_VALUE);
        }
        if (bytes > Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory())) {
            throw refusal("%s is of shape %s: expected at most 2^31 - 9 bytes, and no more than Java's heap of %,d MiB,"
                    + " which GOSSAMER_JAVA_OPTIONS=-Xmx8g makes larger", source, Arrays.toString(shape),
                    Runtime.getRuntime().maxMemory() >> 20);
        }
        return (int) bytes;
    }

    /** The same values with the last index fastest, of those with the first index fastest. */
    private static ByteBuffer ofColumnMajor(ByteBuffer values, int[] shape, int size) {
        ByteBuffer ordered = ByteBuffer.allocate(values.capacity());
        for (int place = 0; place < values.capacity() / size; place++) {
            int from = 0;
            int rest = place;
            int stride = values.capacity() / size;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                stride /= shape[axis];
                from += rest % shape[axis] * stride;
                rest /= shape[axis];
            }
            ordered.put(place * size, values, from * size, size);
        }
        return ordered;
    }

    private static IllegalArgumentException refusal(String format, Object... values) {
        return new IllegalArgumentException(String.format(Locale.ROOT, format, values));
    }

    private static byte[] exactly(InputStream in, int count, String source) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw refusal("%s is truncated: expected %,d bytes, found %,d", source, count, bytes.length);
        }
        return bytes;
    }

    /** Its first size. */
    public int size() {
        return shape.length == 0 ? 0 : shape[0];
    }

    /** Whether values are bytes without sign. */
    public boolean isOfBytes() {
        return type.equals("u1");
    }

    /** Whether values have 32 or 64 bits and a floating point. */
    public boolean isOfFloats() {
        return type.startsWith("f");
    }

    /** Float i. */
    public double real(int i) {
        return type.equals("f8") ? values.getDouble(8 * i) : values.getFloat(4 * i);
    }

    /** The digits of whole number i, all of them. */
    public String whole(int i) {
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
}
