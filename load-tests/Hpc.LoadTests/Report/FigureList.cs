namespace Hpc.LoadTests.Report;

/// <summary>The figures of a process with their names, without those that were not measured.</summary>
internal static class FigureList
{
    public static IReadOnlyList<(string Name, string Value)> Of(ServerFigures? server) => server is null ? [] : Known(
        ("CPU", Show(server.CpuSeconds, Figures.Seconds)),
        ("CPU per GiB", Show(server.CpuSecondsPerGib, Figures.Seconds)),
        ("CPU per login", Show(server.CpuMsPerLogin, Figures.Milliseconds)),
        ("RSS at start", Show(server.RssStartBytes, Figures.Bytes)),
        ("RSS peak", Show(server.RssPeakBytes, Figures.Bytes)),
        ("RSS at end", Show(server.RssEndBytes, Figures.Bytes)),
        ("RSS per session", Show(server.RssPerSessionBytes, Figures.Bytes)),
        ("RSS per further session", Show(server.RssPerFurtherSessionBytes, Figures.Bytes)),
        ("managed heap per session", Show(server.ManagedPerSessionBytes, Figures.Bytes)),
        ("allocated", Show(server.AllocatedBytes, Figures.Bytes)),
        ("GC pauses", Show(server.GcPauseSeconds * 1000, Figures.Milliseconds)),
        ("GC collections", Show(server.GcCollections, Figures.Count)),
        ("sessions left", Show(server.SessionsLeft, Figures.Count)),
        ("connections left", Show(server.ConnectionsLeft, Figures.Count)),
        ("buffers left", Show(server.BuffersLeftBytes, Figures.Bytes)));

    public static IReadOnlyList<(string Name, string Value)> Of(ClientFigures? client) => client is null ? [] : Known(
        ("CPU", Figures.Seconds(client.CpuSeconds)),
        ("RSS peak", Figures.Bytes(client.RssPeakBytes)),
        ("RSS at end", Figures.Bytes(client.RssEndBytes)),
        ("RSS per session", Show(client.RssPerSessionBytes, Figures.Bytes)));

    public static IReadOnlyList<(string Name, string Value)> Of(MachineFacts? machine) => machine is null ? [] : Known(
        ("processor", machine.Processor),
        ("logical processors", Figures.Count(machine.Processors)),
        ("memory", Figures.Bytes(machine.MemoryBytes)),
        ("operating system", machine.OperatingSystem),
        ("kernel", machine.Kernel),
        ("architecture", machine.Architecture),
        ("runtime", machine.Runtime));

    private static (string Name, string Value)[] Known(params (string Name, string? Value)[] figures) =>
        [.. from figure in figures where !string.IsNullOrEmpty(figure.Value) select (figure.Name, figure.Value)];

    private static string? Show(double? value, Func<double, string> show) => value is { } figure ? show(figure) : null;
}
