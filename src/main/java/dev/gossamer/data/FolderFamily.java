package dev.gossamer.data;

import dev.gossamer.text.Numbers;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code folder:DIR}: a folder for each class, with its images as PNG or JPEG. With folders {@code DIR/train} and
 * {@code DIR/test} (or else {@code DIR/val}) of such folders, those are the parts; otherwise the folders of classes
 * are in DIR, and a random fifth of the images are test images. Images are made square by {@link ImageScaling}, of
 * {@code +size=32} pixels; {@code +colour=grey} makes them grey.
 */
public final class FolderFamily extends FileFamily {

    private static final String SIZE = "size";
    private static final String COLOUR = "colour";
    private static final int STANDARD_SIZE = 32;
    private static final int MOST_PIXELS = 1024;
    private static final int MOST_FILES = 10_000_000;

    public FolderFamily() {
        super("folder", "DIR", List.of(SIZE, COLOUR));
    }

    @Override
    void check(Map<String, String> given) {
        int size = size(given);
        if (size < 1 || size > MOST_PIXELS || !given.getOrDefault(COLOUR, "rgb").matches("rgb|grey")) {
            throw new IllegalArgumentException("size has to be in [1, " + MOST_PIXELS
                    + "], and colour rgb or grey");
        }
    }

    private static int size(Map<String, String> given) {
        return Numbers.integer(given.getOrDefault(SIZE, Integer.toString(STANDARD_SIZE)));
    }

    @Override
    DataSet read(String name, Path path, Map<String, String> given) {
        int size = size(given);
        ImageShape shape = new ImageShape("grey".equals(given.get(COLOUR)) ? 1 : 3, size, size);
        ClassNames classes = new ClassNames();
        Part train;
        Part test;
        Optional<Path> tests = Stream.of("test", "val").map(path::resolve).filter(Files::isDirectory).findFirst();
        boolean hasTrain = Files.isDirectory(path.resolve("train"));
        if (hasTrain && tests.isPresent()) {
            train = part(path.resolve("train"), classes);
            test = part(tests.get(), classes);
        } else {
            checkNoPart(path.resolve("train"), hasTrain);
            Part all = part(path, classes);
            int[] chosen = OwnSets.testPart(all.files().size(), path);
            train = all.only(OwnSets.rest(all.files().size(), chosen));
            test = all.only(chosen);
        }
        byte[] pixels = train.pixels(shape, path);
        Normalization normalization = Normalization.of(shape, pixels);
        return OwnSets.of(name, path,
                new ImageSet(shape, pixels, classes.labels(train.classes()), normalization),
                new ImageSet(shape, test.pixels(shape, path), classes.labels(test.classes()), normalization),
                classes.sorted());
    }

    /** A class may have the name, but holds images. */
    private static void checkNoPart(Path train, boolean isThere) {
        if (isThere && content(train).stream().anyMatch(Files::isDirectory)) {
            throw new DataException(train + " holds folders of classes: expected a folder test or val beside it.");
        }
    }

    /**
     * Images that belong together.
     *
     * @param files their files
     * @param classes numbers of their classes
     */
    private record Part(List<Path> files, int[] classes) {

        Part only(int[] chosen) {
            return new Part(Arrays.stream(chosen).mapToObj(files::get).toList(),
                    Arrays.stream(chosen).map(i -> classes[i]).toArray());
        }

        byte[] pixels(ImageShape shape, Path path) {
            byte[] pixels = new byte[Examples.checked(files.size(), shape.size(), Byte.BYTES, path)];
            ImageScaling scaling = new ImageScaling(shape, Runtime.getRuntime().maxMemory() / 2);
            IntStream.range(0, files.size()).parallel().forEach(
                    i -> scaling.read(files.get(i), pixels, i * shape.size()));
            return pixels;
        }
    }

    private static Part part(Path folder, ClassNames names) {
        List<Path> files = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        for (Path inside : content(folder)) {
            if (!Files.isDirectory(inside)) {
                throw new DataException(inside + " must be a folder with the images of a class, found a file.");
            }
            int number = names.find(inside.getFileName().toString());
            if (number < 0) {
                throw DataException.of("%s has more than %,d classes: expected no more.", folder,
                        ImageSet.MOST_CLASSES);
            }
            for (Path file : content(inside)) {
                files.add(checked(file));
                classes.add(number);
            }
        }
        if (files.isEmpty()) {
            throw new DataException(folder + " holds no images: expected folders of PNG or JPEG files, one for each"
                    + " class.");
        }
        return new Part(files, classes.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Path checked(Path file) {
        if (Files.isDirectory(file)) {
            throw new DataException(file + " must be an image, found a folder.");
        }
        if (!file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)")) {
            throw new DataException(file + " must be an image, with a name that ends in .png, .jpg or .jpeg.");
        }
        return file;
    }

    /** What a folder holds, in the order of names; hidden files are passed over. */
    private static List<Path> content(Path folder) {
        List<Path> content = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (content.size() == MOST_FILES) {
                    throw DataException.of("%s holds more than %,d files: expected no more.", folder, MOST_FILES);
                }
                if (!entry.getFileName().toString().startsWith(".")) {
                    content.add(entry);
                }
            }
        } catch (IOException e) {
            throw DataException.unreadable(folder, e);
        } catch (DirectoryIteratorException e) {
            throw DataException.unreadable(folder, e.getCause());
        }
        content.sort(null);
        return content;
    }
}
