using System.Xml;
using System.Xml.Linq;
using Hpc.LoadTests.Report;

namespace Hpc.LoadTests.Tests.Report;

public sealed class HtmlReportTests
{
    private static readonly string[] Known =
    [
        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "div", "b", "i", "span", "table", "tr", "th", "td",
        "figure", "figcaption", "svg", "line", "text", "rect", "polyline", "circle",
    ];

    [Fact]
    public void A_report_is_well_formed_and_needs_no_other_file()
    {
        string html = HtmlReport.Write(ReportSamples.Full("many-idle"));
        XDocument page = Parse(html);
        Names(page).Except(Known).ShouldBeEmpty();
        foreach (string reference in (string[])["http:", "https:", "url(", "@import", "src=", "href=", "<script", "javascript:"])
        {
            html.ShouldNotContain(reference, Case.Insensitive);
        }
    }

    [Fact]
    public void Hostile_text_stays_text_wherever_it_stands()
    {
        XDocument page = Parse(HtmlReport.Write(ReportSamples.Full(ReportSamples.Hostile)));
        Names(page).Except(Known).ShouldBeEmpty();
        page.Descendants().SelectMany(static element => element.Attributes()).ShouldAllBe(static attribute => !attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        page.Descendants("h1").Single().Value.ShouldBe(ReportSamples.Hostile);
        page.Descendants("td").Count(static cell => cell.Value == ReportSamples.Hostile).ShouldBeGreaterThanOrEqualTo(9);
    }

    [Fact]
    public void Characters_that_no_document_may_hold_are_replaced()
    {
        // Lone surrogates do not survive as data of a theory.
        ShownDescription("a\0b\u001b[31mc\u0085\uD800d\uFFFE\uFFFF").ShouldBe("a\uFFFDb\uFFFD[31mc\uFFFD\uFFFDd\uFFFD\uFFFD");
        ShownDescription("\uD83D\uDE00 µ").ShouldBe("\uD83D\uDE00 µ");
    }

    [Fact]
    public void Random_text_makes_no_markup()
    {
        var random = new Random(77);
        const string Alphabet = "<>&\"'/=!-[]{};:#x3\0\n\t\r\uD800\uDC00 abc";
        for (int round = 0; round < 50; round++)
        {
            string text = new([.. Enumerable.Range(0, 40).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            Names(Parse(HtmlReport.Write(new LoadReport { Scenario = text, Errors = [new ErrorReport(text, 1, text)] }))).Except(Known).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_course_of_the_run_is_drawn()
    {
        XDocument page = Parse(HtmlReport.Write(ReportSamples.Full("x")));
        string[] plots = [.. page.Descendants("figcaption").Select(static caption => caption.Value)];
        plots.ShouldBe(["Sessions over time", "Throughput", "Operations per second", "Errors per second", "Latency by percentile"]);
        page.Descendants("polyline").Count().ShouldBe(1 + 2 + 2 + 1 + SvgPlot.MaxLines);
        foreach (string points in page.Descendants("polyline").Select(static line => line.Attribute("points")!.Value))
        {
            double[] numbers = [.. points.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(static number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
            numbers.ShouldAllBe(static number => number >= 0 && number <= 860);
        }
    }

    [Fact]
    public void A_run_of_a_day_makes_a_small_page()
    {
        SampleReport[] series = [.. Enumerable.Range(0, 86_400).Select(static second => new SampleReport { StartSeconds = second, DurationSeconds = 1, Sessions = 5, UploadedBytes = 1000 })];
        string html = HtmlReport.Write(new LoadReport { Series = series });
        html.Length.ShouldBeLessThan(100_000);
        Parse(html).Descendants("polyline").Count().ShouldBe(6);
    }

    [Fact]
    public void A_run_in_which_nothing_happened_has_a_page_too() => Parse(HtmlReport.Write(new LoadReport())).Descendants("h1").Count().ShouldBe(1);

    [Fact]
    public void The_style_needs_no_escape() => ReportStyle.Text.IndexOfAny(['<', '&']).ShouldBe(-1);

    private static string ShownDescription(string text) =>
        Parse(HtmlReport.Write(new LoadReport { Description = text })).Descendants("header").Single().Elements("p").First().Value;

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static IEnumerable<string> Names(XDocument page) => page.Descendants().Select(static element => element.Name.LocalName).Distinct();
}
