using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hpc.LoadTests.Sessions;

/// <summary>
/// What was measured. Memory per session is given twice: from the warmed-up server without sessions to all of them, which leaves out what earlier sessions
/// had left for reuse, and from half of the sessions to all of them, which is what one more session costs.
/// </summary>
internal sealed record SessionsReport
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public int Sessions { get; init; }

    public double LoginsPerSecond { get; init; }

    public double ServerCpuMillisecondsPerLogin { get; init; }

    public MemoryFigures Before { get; init; } = new();

    public MemoryFigures HalfIdle { get; init; } = new();

    public MemoryFigures Idle { get; init; } = new();

    public MemoryFigures AfterActivity { get; init; } = new();

    public MemoryFigures AfterClose { get; init; } = new();

    public double ResidentKibPerSession => PerSession(Idle.ResidentKib - Before.ResidentKib);

    public double AnonymousKibPerSession => PerSession(Idle.AnonymousKib - Before.AnonymousKib);

    public double ManagedKibPerSession => PerSession(Idle.ManagedKib - Before.ManagedKib);

    public double ResidentKibPerFurtherSession => PerFurtherSession(Idle.ResidentKib - HalfIdle.ResidentKib);

    public double AnonymousKibPerFurtherSession => PerFurtherSession(Idle.AnonymousKib - HalfIdle.AnonymousKib);

    public double ManagedKibPerFurtherSession => PerFurtherSession(Idle.ManagedKib - HalfIdle.ManagedKib);

    public double ActiveSeconds { get; init; }

    public double ActiveServerCpuSeconds { get; init; }

    public int LoginFailures { get; init; }

    public int LostWhileIdle { get; init; }

    public int TransferFailures { get; init; }

    public double SessionsLeft { get; init; }

    public double ConnectionsLeft { get; init; }

    public double BufferBytesLeft { get; init; }

    public IReadOnlyList<string> FirstFailures { get; init; } = [];

    /// <summary>Bytes per session in the server's managed heap by type, largest first.</summary>
    public IReadOnlyList<TypeFigures>? Types { get; init; }

    [JsonPropertyOrder(-1)]
    public bool IsSuccess => LoginFailures + LostWhileIdle + TransferFailures == 0 && SessionsLeft == 0 && ConnectionsLeft == 0 && BufferBytesLeft == 0;

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToText()
    {
        var text = new StringBuilder();
        Line(text, "logged in", $"{Sessions - LoginFailures} of {Sessions} sessions, {LoginsPerSecond:F0} logins/s, {ServerCpuMillisecondsPerLogin:F2} ms server CPU each");
        Line(text, "memory before", Show(Before));
        Line(text, "memory at half", Show(HalfIdle));
        Line(text, "memory idle", Show(Idle));
        Line(text, "per idle session", $"{ResidentKibPerSession:F1} KiB RSS ({AnonymousKibPerSession:F1} KiB anonymous, {ManagedKibPerSession:F1} KiB managed)");
        Line(text, "one more session", $"{ResidentKibPerFurtherSession:F1} KiB RSS ({AnonymousKibPerFurtherSession:F1} KiB anonymous, {ManagedKibPerFurtherSession:F1} KiB managed)");
        Line(text, "lost while idle", $"{LostWhileIdle}");
        Line(text, "all active", $"{TransferFailures} failures, {ActiveSeconds:F2} s, {ActiveServerCpuSeconds:F2} s server CPU");
        Line(text, "after activity", Show(AfterActivity));
        Line(text, "after close", $"{SessionsLeft:F0} sessions, {ConnectionsLeft:F0} connections, {BufferBytesLeft:F0} buffer bytes left; {Show(AfterClose)}");
        foreach (string failure in FirstFailures)
        {
            Line(text, "failure", $"{failure}");
        }

        foreach (TypeFigures type in Types ?? [])
        {
            Line(text, "heap per session", $"{type.BytesPerSession,8:F1} B  {type.ObjectsPerSession,6:F2} x  {type.Name}");
        }

        Line(text, "result", IsSuccess ? $"no failure" : $"FAILED");
        return text.ToString().TrimEnd();
    }

    private static string Show(MemoryFigures figures) =>
        string.Create(CultureInfo.InvariantCulture, $"{figures.ResidentKib / 1024.0:F1} MiB RSS, {figures.AnonymousKib / 1024.0:F1} anonymous, {figures.ManagedKib / 1024.0:F1} managed");

    private static void Line(StringBuilder text, string name, FormattableString value) => Line(text, name, value.ToString(CultureInfo.InvariantCulture));

    private static void Line(StringBuilder text, string name, string value) => text.Append(name.PadRight(18)).Append(value).Append('\n');

    private double PerFurtherSession(double kib) => kib / Math.Max(1, Sessions - (Sessions / 2));

    private double PerSession(double kib) => kib / Math.Max(1, Sessions - LoginFailures);
}

/// <summary>Memory of the server at one moment.</summary>
internal sealed record MemoryFigures
{
    public long ResidentKib { get; init; }

    public long AnonymousKib { get; init; }

    public double ManagedKib { get; init; }
}

/// <summary>What one type takes per session.</summary>
internal sealed record TypeFigures(string Name, double BytesPerSession, double ObjectsPerSession);
