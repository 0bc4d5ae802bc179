import io.trino.sql.parser.SqlParser;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.TestingSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Asks Trino the query in a file, and writes the rows of its answer to another file as JSON. */
public class Ask {
    public static void main(String[] files) throws Exception {
        String query = Files.readString(Path.of(files[0]));
        new SqlParser().createStatement(query);
        try (LocalQueryRunner trino = LocalQueryRunner.create(TestingSession.testSessionBuilder().build())) {
            Files.writeString(Path.of(files[1]), trino.execute(query).getMaterializedRows().stream()
                .map(row -> row.getFields().stream().map(Ask::json).collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",\n", "[", "]")));
        }
        System.exit(0); // its threads would go on
    }

    private static String json(Object value) {
        if (value == null || value instanceof Number) {
            return String.valueOf(value);
        }
        return value.toString().chars()
            .mapToObj(c -> c > 31 && c < 127 && c != '"' && c != '\\' ? String.valueOf((char) c) : String.format("\\u%04x", c))
            .collect(Collectors.joining("", "\"", "\""));
    }
}
