package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.model.Filter;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A process that stands in for a GPU: memory of its own, the engine's kernels on the host, products and grouped
 * convolutions as their definitions read. Reads outside of its memory end it.
 */
final class ShimGpu implements Gpu {

    private final Process process;
    private final DataOutputStream orders;
    private final InputStream answers;
    private final boolean grouped;
    private final String broken;
    private final Set<String> launched;
    private final Precision precision;
    private final int blocks;
    private final int sharedBytes;
    private double time = 1000;
    private long allocated;

    /** @param grouped whether grouped convolutions shall seem faster than patches, or slower */
    ShimGpu(Path shim, boolean grouped) {
        this(shim, grouped, null, new HashSet<>());
    }

    /** One with as much as a large GPU has. */
    ShimGpu(Path shim, Precision precision) {
        this(shim, false, null, new HashSet<>(), precision, 200, 227 << 10);
    }

    /**
     * @param broken a kernel or library function that does nothing, or null
     * @param launched receives the names of those that are launched
     */
    ShimGpu(Path shim, boolean grouped, String broken, Set<String> launched) {
        this(shim, grouped, broken, launched, Precision.FP32, 3, 96 << 10);
    }

    private ShimGpu(
            Path shim, boolean grouped, String broken, Set<String> launched, Precision precision, int blocks,
            int sharedBytes) {
        this.precision = precision;
        this.blocks = blocks;
        this.sharedBytes = sharedBytes;
        this.grouped = grouped;
        this.broken = broken;
        this.launched = launched;
        ProcessBuilder builder = new ProcessBuilder(shim.toString());
        builder.environment().put("ASAN_OPTIONS", "detect_leaks=0");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        orders = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        answers = process.getInputStream();
    }

    /** Names of the kernels and library functions that were launched. */
    Set<String> launched() {
        return launched;
    }

    /** Bytes that were allocated. */
    long allocated() {
        return allocated;
    }

    @Override
    public void enter() {
        // one process
    }

    @Override
    public long allocate(long bytes, String what) {
        allocated += bytes;
        order('A', Math.max(bytes, 1));
        byte[] address = answer(Long.BYTES);
        return Long.reverseBytes(ByteBuffer.wrap(address).getLong());
    }

    @Override
    public Pointer staging(long bytes) {
        return new BytePointer(Math.max(bytes, 1));
    }

    @Override
    public void upload(long to, Pointer from, long bytes) {
        order('U', to, bytes);
        byte[] values = new byte[Math.toIntExact(bytes)];
        new BytePointer(from).position(from.position() * from.sizeof()).get(values);
        write(values);
    }

    @Override
    public void download(Pointer to, long from, long bytes) {
        order('D', from, bytes);
        new BytePointer(to).position(to.position() * to.sizeof()).put(answer(Math.toIntExact(bytes)));
    }

    @Override
    public void launch(String kernel, Grid grid, Object... arguments) {
        launched.add(kernel);
        if (kernel.equals(broken)) {
            return;
        }
        order('L', kernel.length());
        write(kernel.getBytes(StandardCharsets.US_ASCII));
        order(null, grid.blocks(), 1, 1, grid.columns(), grid.lanes(), 1, grid.sharedBytes(), arguments.length);
        for (Object argument : arguments) {
            if (argument instanceof Integer value) {
                order('i', value, 0);
            } else if (argument instanceof Float value) {
                order('f', Float.floatToRawIntBits(value), 0);
            } else {
                order('l', argument);
            }
        }
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public int capability() {
        return 90;
    }

    @Override
    public int threads() {
        return 64;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public int sharedBytes() {
        return sharedBytes;
    }

    /** Little, so that not all replicas' patches find room at once. */
    @Override
    public long workspaceBytes() {
        return 100_000;
    }

    @Override
    public void multiply(Product product) {
        launched.add("multiply");
        if ("multiply".equals(broken)) {
            return;
        }
        order('M', product.m(), product.n(), product.k());
        for (Product.Factor factor : List.of(product.a(), product.b(), product.c())) {
            order(null, factor.transposed() ? 1 : 0, factor.address(), factor.leading(), factor.stride());
        }
        order(null, product.count());
    }

    /** One that fails, and one that works. */
    @Override
    public List<GroupedConvolution> convolutions(ConvolutionShape shape, long workspace) {
        return List.of(convolution("failure", (x, weights, y) -> {
            throw new CudaException("not for this shape");
        }), convolution("definition", (x, weights, y) -> convolve(shape, x, weights, y)));
    }

    private interface Pass {
        void run(long x, long weights, long y);
    }

    private static GroupedConvolution convolution(String name, Pass pass) {
        return new GroupedConvolution() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void run(long x, long weights, long y, long workspace) {
                pass.run(x, weights, y);
            }
        };
    }

    private void convolve(ConvolutionShape shape, long x, long weights, long y) {
        launched.add("convolve");
        if (weights % 256 != 0 || x % 64 != 0 || y % 64 != 0) {
            throw new IllegalStateException("vector instructions need aligned arrays");
        }
        if (!"convolve".equals(broken)) {
            Filter filter = shape.filter();
            order('C', shape.pass().ordinal(), shape.batch(), shape.workers(), filter.in(), filter.out(),
                    filter.kernel(), filter.stride(), filter.padding(), shape.height(), shape.width(), shape.rows(),
                    shape.columns(), x, weights, y);
        }
    }

    @Override
    public void await() {
        launched.add("await");
        order('D', allocate(1, "a sign"), 1L);
        answer(1);
    }

    @Override
    public Runnable record(Runnable work) {
        work.run();
        return work;
    }

    @Override
    public double milliseconds(Runnable work) {
        work.run();
        time += grouped ? -1 : 1;
        return time;
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Sends a letter, where there is one, and numbers as they lie in this machine's memory. */
    private void order(Character letter, Object... numbers) {
        try {
            if (letter != null) {
                orders.writeByte(letter);
            }
            for (Object number : numbers) {
                if (number instanceof Integer value) {
                    orders.writeInt(Integer.reverseBytes(value));
                } else {
                    orders.writeLong(Long.reverseBytes((Long) number));
                }
            }
        } catch (IOException e) {
            throw failed();
        }
    }

    private void write(byte[] bytes) {
        try {
            orders.write(bytes);
        } catch (IOException e) {
            throw failed();
        }
    }

    private byte[] answer(int bytes) {
        try {
            orders.flush();
            byte[] answer = new byte[bytes];
            new DataInputStream(answers).readFully(answer);
            return answer;
        } catch (IOException e) {
            throw failed();
        }
    }

    private IllegalStateException failed() {
        try {
            return new IllegalStateException("the shim ended: "
                    + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new IllegalStateException("the shim ended", e);
        }
    }
}
