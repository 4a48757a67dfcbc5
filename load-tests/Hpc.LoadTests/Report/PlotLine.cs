namespace Hpc.LoadTests.Report;

/// <summary>One curve of a plot.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Points">In the axes' values, from left to right.</param>
internal sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points);
