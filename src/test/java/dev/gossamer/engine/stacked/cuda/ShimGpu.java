package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.cuda.driver.Product;
import dev.gossamer.engine.stacked.cuda.driver.SeparateKernel;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A process that stands in for a GPU: memory of its own, the engine's kernels on the host, products and grouped
 * convolutions as their definitions read. Reads outside of its memory end it.
 */
class ShimGpu implements Gpu {

    /** Bytes of workspace. */
    static final long WORKSPACE = 100_000;

    private final Process process;
    private final DataOutputStream orders;
    private final InputStream answers;
    private Switches switches;
    private final Choices choices = new Choices();
    private final List<OperationTime> profile = new ArrayList<>();
    private final String broken;
    private final Set<String> launched;
    private Precision precision = Precision.FP32;
    private int blocks = 3;
    private int sharedBytes = 96 << 10;
    private double time;
    private final Map<Long, Long> sizes = new HashMap<>();
    private long allocated;
    private boolean recording;
    private int nodes;

    /** @param ways ways to carry out convolutions, as {@link Switch#ROUTES} has them */
    ShimGpu(Path shim, String ways) {
        this(shim, Switches.STANDARD.with(Switch.ROUTES, ways), null, new HashSet<>());
    }

    /**
     * @param broken a kernel or library function that does nothing, or null
     * @param launched receives the names of those that are launched
     */
    ShimGpu(Path shim, Switches switches, String broken, Set<String> launched) {
        this.switches = switches;
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

    /** Makes it as large as GPUs are. */
    ShimGpu large(Precision precision) {
        this.precision = precision;
        blocks = 200;
        sharedBytes = 227 << 10;
        return this;
    }

    /** Changes the precision. */
    ShimGpu with(Precision value) {
        precision = value;
        return this;
    }

    /** Changes a switch. */
    ShimGpu with(Switch key, String value) {
        switches = switches.with(key, value);
        return this;
    }

    /** Names of the kernels and library functions that were launched. */
    Set<String> launched() {
        return launched;
    }

    @Override
    public long allocated() {
        return allocated;
    }

    @Override
    public long inUse() {
        return allocated;
    }

    /** The ways that won in trials before. */
    Choices choices() {
        return choices;
    }

    /** Who wants to know how long each operation takes. */
    Optional<Consumer<List<OperationTime>>> profile() {
        return Optional.of(profile::addAll);
    }

    /** What is decided for programs; little workspace, so that not all replicas' patches find room at once. */
    Settings settings() {
        return new Settings(switches, WORKSPACE, choices(), profile());
    }

    /** Puts replicas into it, which close it with them. */
    Replicas load(Program training, Program evaluation, int workers, Update rule) {
        return CudaReplicas.on(this, settings(), training, evaluation, workers, rule);
    }

    /** How long operations took, as far as that was asked for. */
    List<OperationTime> times() {
        return profile;
    }

    @Override
    public void enter() {
        // one process
    }

    @Override
    public long allocate(long bytes, String what) {
        checkNotRecording("memory for " + what);
        allocated += bytes;
        order('A', Math.max(bytes, 1));
        long address = Long.reverseBytes(ByteBuffer.wrap(answer(Long.BYTES)).getLong());
        sizes.put(address, bytes);
        return address;
    }

    @Override
    public void free(long address) {
        checkNotRecording("freeing memory");
        allocated -= sizes.remove(address);
        order('F', address);
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
        checkNotRecording("a copy to the host");
        order('D', from, bytes);
        new BytePointer(to).position(to.position() * to.sizeof()).put(answer(Math.toIntExact(bytes)));
    }

    /** Whether something that can be recorded is to be done now. */
    private boolean isDue(String what) {
        if (recording) {
            nodes++;
            return false;
        }
        launched.add(what);
        return !what.equals(broken);
    }

    /** As CUDA has it: what waits for the GPU, or takes memory, ends a recording. */
    private void checkNotRecording(String what) {
        if (recording) {
            throw new CudaException(what + " is not permitted when stream is capturing");
        }
    }

    @Override
    public void launch(String kernel, Grid grid, Object... arguments) {
        if (!isDue(kernel)) {
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
    public void launch(SeparateKernel kernel, Grid grid, Object... arguments) {
        launch(kernel.name(), grid, kernel.after(arguments));
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
    public int processors() {
        return blocks / BLOCKS_PER_PROCESSOR;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public int sharedBytes() {
        return sharedBytes;
    }

    @Override
    public void multiply(Product product) {
        if (!isDue("multiply")) {
            return;
        }
        order('M', product.m(), product.n(), product.k(), product.factors().bytes());
        for (Product.Factor factor : List.of(product.a(), product.b(), product.c())) {
            order(null, factor.transposed() ? 1 : 0, factor.address(), factor.leading(), factor.stride());
        }
        order(null, product.count());
    }

    /** One that fails, and one that works. */
    @Override
    public List<GroupedConvolution> convolutions(GroupedShape shape, long workspace) {
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

    private void convolve(GroupedShape shape, long x, long weights, long y) {
        if (weights % 256 != 0 || x % 64 != 0 || y % 64 != 0) {
            throw new IllegalStateException("vector instructions need aligned arrays");
        }
        if (isDue("convolve")) {
            order('C', shape.pass().ordinal(), shape.batch(), shape.groups(), shape.in(), shape.out(),
                    shape.kernel(), shape.stride(), shape.padding(), shape.height(), shape.width(), shape.rows(),
                    shape.columns(), x, weights, y);
        }
    }

    @Override
    public void await() {
        checkNotRecording("waiting");
        launched.add("await");
        order('D', allocate(1, "a sign"), 1L);
        answer(1);
    }

    /** Nothing is done while it is recorded. */
    @Override
    public Recording record(Runnable work) {
        nodes = 0;
        recording = true;
        try {
            work.run();
        } finally {
            recording = false;
        }
        int recorded = nodes;
        return new Recording() {
            @Override
            public void run() {
                work.run();
            }

            @Override
            public int nodes() {
                return recorded;
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    @Override
    public int replays() {
        return 1;
    }

    /** Each takes a little longer than the one before. */
    @Override
    public double milliseconds(Runnable work) {
        work.run();
        return ++time;
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
