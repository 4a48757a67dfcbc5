using System.Globalization;
using Hpc.Actors.Sessions;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hpc.Server.Portable;

/// <summary>Sessions with their rates, and the last log lines, redrawn once a second.</summary>
internal sealed class SessionDisplay(ISessionDirectory sessions, RecentLinesSink log, IAnsiConsole console)
{
    private const int MaxRows = 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly RateTable _rates = new();

    /// <summary>Runs until the token is cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => console.Live(new Text("")).AutoClear(true).StartAsync(async context =>
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                IReadOnlyList<SessionInfo> now = await sessions.ListAsync(ct).ConfigureAwait(false);
                context.UpdateTarget(Render(_rates.Measure(now, Environment.TickCount64), log.Lines));
            }
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The end of the display is the end of the server; there is nothing more to draw.
        }
    });

    internal static IRenderable Render(IReadOnlyList<SessionRate> rates, IReadOnlyList<string> lines)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (string heading in new[] { "From", "Client", "Since", "Up", "Up/s", "Down", "Down/s", "File" })
        {
            table.AddColumn(new TableColumn(heading));
        }

        foreach (SessionRate rate in rates.OrderByDescending(rate => rate.ReceivedPerSecond + rate.SentPerSecond).Take(MaxRows))
        {
            table.AddRow(Cells(rate));
        }

        string caption = rates.Count == 0 ? "Nobody is connected. Ctrl-C stops."
            : string.Create(CultureInfo.InvariantCulture, $"{rates.Count} sessions, up {ByteSizeText.Rounded(rates.Sum(r => r.ReceivedPerSecond))}/s, down {ByteSizeText.Rounded(rates.Sum(r => r.SentPerSecond))}/s. Ctrl-C stops.");
        return new Rows([table, new Text(caption), .. lines.Select(line => new Text(line, new Style(decoration: Decoration.Dim)))]);
    }

    private static Text[] Cells(SessionRate rate)
    {
        SessionInfo session = rate.Session;
        TransferInfo? transfer = session.Transfers.Count > 0 ? session.Transfers[0] : null;
        string more = session.Transfers.Count > 1 ? $" (+{session.Transfers.Count - 1})" : "";
        return
        [
            new Text(session.Remote.ToString()),
            new Text(LogEscape.Text(session.ClientVersion)),
            new Text(session.StartedAt.LocalDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)),
            new Text(ByteSizeText.Rounded(session.BytesReceived)),
            new Text(ByteSizeText.Rounded(rate.ReceivedPerSecond)),
            new Text(ByteSizeText.Rounded(session.BytesSent)),
            new Text(ByteSizeText.Rounded(rate.SentPerSecond)),
            new Text(transfer is null ? "" : LogEscape.Text(transfer.VirtualPath) + more),
        ];
    }
}
