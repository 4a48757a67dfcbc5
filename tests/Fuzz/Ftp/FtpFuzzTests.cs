using System.Globalization;

namespace Hpc.Fuzz.Tests.Ftp;

/// <summary>Mutated FTP sessions in memory, with real data connections. HPC_FUZZ_SECONDS says how long, HPC_FUZZ_FTP_SEED replays one case.</summary>
public sealed class FtpFuzzTests(ITestOutputHelper output)
{
    private const int DefaultSeconds = 6;

    [Fact]
    public async Task No_command_breaks_the_server_or_leaves_anything_behind()
    {
        if (Number("HPC_FUZZ_FTP_SEED") is { } single)
        {
            output.WriteLine($"seed {single}: {await FtpFuzzCase.RunAsync(single)}");
            return;
        }

        FuzzRun run = new(Number("HPC_FUZZ_FIRST_SEED") ?? 1, TimeSpan.FromSeconds(Number("HPC_FUZZ_SECONDS") ?? DefaultSeconds));
        await run.GoAsync(FtpFuzzCase.RunAsync);
        run.Report(output.WriteLine);
        run.Logins.ShouldBeGreaterThan(0);
        run.Replies.ShouldBeGreaterThan(0);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
