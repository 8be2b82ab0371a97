package dev.gossamer.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import dev.gossamer.text.Decimal;
import dev.gossamer.text.ParserFailure;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Maps and lists as JSON and YAML text, numbers as {@link Decimal} writes them. */
final class Mappers {

    /** What some editors put at the start of a text. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final SimpleModule DECIMALS =
            new SimpleModule().addSerializer(Double.class, new DecimalSerializer());

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .addModule(DECIMALS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .stringQuotingChecker(new Quoting())
                    .build())
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .addModule(DECIMALS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<LinkedHashMap<String, Object>> VALUES = new TypeReference<>() {};

    private Mappers() {}

    static String json(Object value) {
        return text(JSON, value) + "\n";
    }

    static String yaml(Object value) {
        return text(YAML, value);
    }

    private static String text(ObjectMapper mapper, Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a record holds maps, lists, strings, numbers and booleans only", e);
        }
    }

    /**
     * The values of an object in a file as they are written, empty for null.
     *
     * @throws RecordException if it cannot be read, or holds something else
     */
    static Map<String, String> jsonTexts(Path file) {
        return texts(JSON, text(file), file);
    }

    /** Those of a flat mapping in YAML, otherwise as above. */
    static Map<String, String> yamlTexts(Path file) {
        return yamlTexts(text(file), file);
    }

    /** The values of a mapping in YAML, which may be lists and mappings; otherwise as above. */
    static Map<String, Object> yamlValues(Path file) {
        return read(YAML, text(file), file, VALUES);
    }

    private static String text(Path file) {
        try {
            ByteBuffer content = ByteBuffer.wrap(RecordBytes.read(file, RecordBytes.MOST_OF_VALUES));
            String text = StandardCharsets.UTF_8.newDecoder().decode(content).toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw RecordException.reading(file, e);
        }
    }

    /** The values of a flat mapping as they are written, empty for null. */
    static Map<String, String> yamlTexts(String yaml, Path file) {
        return texts(YAML, yaml, file);
    }

    private static Map<String, String> texts(ObjectMapper mapper, String content, Path file) {
        Map<String, String> texts = read(mapper, content, file, TEXTS);
        texts.replaceAll((name, text) -> text == null ? "" : text);
        return texts;
    }

    private static <T> Map<String, T> read(
            ObjectMapper mapper, String content, Path file, TypeReference<LinkedHashMap<String, T>> type) {
        try {
            Map<String, T> values = mapper.readValue(content, type);
            if (values == null) {
                throw new RecordException(file + " is no record of names and values: it is empty");
            }
            return values;
        } catch (JsonProcessingException e) {
            throw new RecordException(
                    file + " is no record of names and values: " + ParserFailure.words(e, content));
        }
    }

    /** Quotes every string that some reader of YAML could take for something else, such as 1e3 or 12:30. */
    private static final class Quoting extends StringQuotingChecker.Default {

        private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][\\w./-]*( [\\w./-]+)*");

        @Override
        public boolean needToQuoteValue(String value) {
            return super.needToQuoteValue(value) || !PLAIN.matcher(value).matches();
        }
    }

    /** Shortest digits, and a decimal point where the value is whole, so that it stays a floating-point number. */
    private static final class DecimalSerializer extends JsonSerializer<Double> {

        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (value.isInfinite() || value.isNaN()) {
                out.writeNumber(value);
                return;
            }
            BigDecimal shortest = Decimal.shortest(value);
            out.writeNumber(shortest.scale() < 1 ? shortest.setScale(1) : shortest);
        }
    }
}
