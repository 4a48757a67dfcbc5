namespace Hpc.LoadTests.Report;

/// <summary>A plot of lines as inline SVG; its colours are those of the page's style.</summary>
internal sealed record SvgPlot(string Title, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotLine> Lines)
{
    /// <summary>The style has so many colours.</summary>
    public const int MaxLines = 8;

    private const int Width = 860;
    private const int Height = 260;
    private const int Left = 80;
    private const int Right = 24;
    private const int Top = 12;
    private const int Bottom = 28;

    /// <summary>Spans of time in the background.</summary>
    public IReadOnlyList<(double Start, double End, string Name)> Bands { get; init; } = [];

    public void AddTo(HtmlBuilder html)
    {
        html.Add($"<figure>\n<figcaption>{Title}</figcaption>\n");
        AddLegend(html);
        html.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Title}\">\n");
        AddBands(html);
        AddMarks(html);
        for (int i = 0; i < Math.Min(Lines.Count, MaxLines); i++)
        {
            AddLine(html, Lines[i], i);
        }

        html.Add($"</svg>\n</figure>\n");
    }

    private void AddLegend(HtmlBuilder html)
    {
        if (Lines.Count < 2)
        {
            return;
        }

        html.Add($"<p class=\"legend\">");
        for (int i = 0; i < Math.Min(Lines.Count, MaxLines); i++)
        {
            html.Add($"<span><i class=\"k{i}\"></i>{Lines[i].Name}</span> ");
        }

        html.Add($"</p>\n");
    }

    private void AddBands(HtmlBuilder html)
    {
        for (int i = 0; i < Bands.Count; i++)
        {
            double from = PlaceX(Bands[i].Start);
            double width = Math.Max(0, PlaceX(Bands[i].End) - from);
            html.Add($"<rect class=\"band{i % 2}\" x=\"{from}\" y=\"{Top}\" width=\"{width}\" height=\"{Height - Top - Bottom}\"><title>{Bands[i].Name}</title></rect>\n");
        }
    }

    private void AddMarks(HtmlBuilder html)
    {
        foreach ((double value, string label) in Y.Marks)
        {
            double y = PlaceY(value);
            html.Add($"<line class=\"grid\" x1=\"{Left}\" y1=\"{y}\" x2=\"{Width - Right}\" y2=\"{y}\"/><text x=\"{Left - 8}\" y=\"{y + 4}\" text-anchor=\"end\">{label}</text>\n");
        }

        foreach ((double value, string label) in X.Marks)
        {
            double x = PlaceX(value);
            html.Add($"<line class=\"tick\" x1=\"{x}\" y1=\"{Height - Bottom}\" x2=\"{x}\" y2=\"{Height - Bottom + 5}\"/><text x=\"{x}\" y=\"{Height - 6}\" text-anchor=\"middle\">{label}</text>\n");
        }
    }

    private void AddLine(HtmlBuilder html, PlotLine line, int index)
    {
        if (line.Points.Count == 1)
        {
            html.Add($"<circle class=\"c{index}\" cx=\"{PlaceX(line.Points[0].X)}\" cy=\"{PlaceY(line.Points[0].Y)}\" r=\"2\"><title>{line.Name}</title></circle>\n");
            return;
        }

        html.Add($"<polyline class=\"c{index}\" points=\"");
        foreach ((double x, double y) in line.Points)
        {
            html.Add($"{PlaceX(x)},{PlaceY(y)} ");
        }

        html.Add($"\"><title>{line.Name}</title></polyline>\n");
    }

    private double PlaceX(double value) => Left + (Math.Clamp(X.Place(value), 0, 1) * (Width - Left - Right));

    private double PlaceY(double value) => Height - Bottom - (Math.Clamp(Y.Place(value), 0, 1) * (Height - Top - Bottom));
}
