package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.ResultFolders;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.report.HtmlReport;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.table.RunListing;
import dev.gossamer.report.table.Tables;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;

/** {@code report}: the results of experiments as one page, or as text for other programs. */
public final class ReportCommand extends OptionsCommand {

    private static final String OPEN = "open";
    private static final String FORMAT = "format";

    private final ResultFolders folders;

    /** @param runs the folder that experiments are recorded in */
    public ReportCommand(Path runs, Console console) {
        super(console);
        folders = new ResultFolders(runs);
    }

    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "report [FOLDER...]: the results of experiments as one page with tables and charts";
    }

    @Override
    int mostWords() {
        return Integer.MAX_VALUE;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        String format = line.getOptionValue(FORMAT, "html");
        if (!List.of("html", "table", "json", "csv").contains(format)) {
            throw new UsageException("format must be html, table, json or csv, got " + Shown.value(format));
        }
        if (line.hasOption(OPEN) && !format.equals("html")) {
            throw new UsageException("open shows report.html, and goes with format html alone, got " + format);
        }
        List<Path> given = line.getArgList().isEmpty()
                ? List.of(folders.latest())
                : line.getArgList().stream().map(folders::get).distinct().toList();
        ReportedRuns runs = ReportedRuns.read(given);
        runs.leftOut().forEach(sentence -> console().err().println("warning: left out: " + sentence));
        ResultFolders.requireRuns(runs, given.stream().map(Path::toString).collect(Collectors.joining(", ")));
        if (format.equals("html")) {
            write(runs, given, line.hasOption(OPEN));
        } else {
            console().out().print(text(runs, format));
        }
        return ExitCode.DONE;
    }

    @Override
    CommandLineOptions options() {
        return new CommandLineOptions("report [FOLDER...] [options]",
                "Writes " + HtmlReport.FILE_NAME
                + ", one page that needs no network, into the first FOLDER: a folder of an"
                        + " experiment or a run,\nor its name in " + folders.runs() + ". Without one: the experiment"
                        + " that recorded a result last.")
                .flag(OPEN, "open the page in the browser")
                .value(FORMAT, "FORMAT",
                "html, or table, json or csv: prints the runs with their configurations (html)");
    }

    private void write(ReportedRuns runs, List<Path> given, boolean open) {
        Path html = given.get(0).resolve(HtmlReport.FILE_NAME);
        String title = given.stream().map(folder -> folder.getFileName().toString()).collect(Collectors.joining(", "));
        HtmlReport.write(runs, title, html);
        console().out().println(html);
        if (open) {
            open(html);
        }
    }

    private void open(Path html) {
        List<String> opener = opener(html);
        try {
            new ProcessBuilder(opener).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
        } catch (IOException e) {
            console().err().println("warning: no browser was opened, because there is no " + opener.get(0)
                    + "; open the file yourself");
        }
    }

    private static List<String> opener(Path html) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (system.contains("win")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler", html.toString());
        }
        return List.of(system.contains("mac") ? "open" : "xdg-open", html.toString());
    }

    private static String text(ReportedRuns runs, String format) {
        return switch (format) {
            case "json" -> RunListing.of(runs.runs()).json(runs.runs());
            case "csv" -> RunListing.of(runs.runs()).csv(runs.runs());
            default -> Tables.results(runs.runs());
        };
    }
}
