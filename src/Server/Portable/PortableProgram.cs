using Hpc.Accounts;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Usage;
using Hpc.Crypto.Keys;
using Hpc.Server.Cli;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Hpc.Server.Portable;

/// <summary>The life of <c>hpc portable</c>: one directory, one user, nothing left behind.</summary>
internal static class PortableProgram
{
    private const int ShownLogLines = 6;

    public static async Task<int> RunAsync(PortableSettings settings, CliConsole console, CancellationToken ct)
    {
        FileSystemCall.ClearUmask();
        RecentLinesSink? recent = console.IsRich && settings.Options.Log.File.Length == 0 ? new RecentLinesSink(ShownLogLines) : null;
        HpcLoggerProvider logs = recent is null
            ? LogSetup.Create(settings.Options.Log, console.Error, isTerminal: true, TimeProvider.System)
            : new HpcLoggerProvider(LogFormatter.Text(TimeProvider.System, settings.Options.Log.Utc), recent, LogSetup.LevelOf(settings.Options.Log.Level));
        await using (logs.ConfigureAwait(false))
        {
            using ILoggerFactory loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
            using SshPrivateKey hostKey = SshPrivateKeys.Generate("ssh-ed25519");
            using var signals = new StopSignals(logs.Reopen, ct);
            var users = new MemoryUserStore(capacity: 1);
            UserAccount account = AccountOf(settings);
            UserStoreAccess.Require(await users.AddAsync(account, ct).ConfigureAwait(false), account);
            ServerHost host = await ServerHost.StartAsync(settings.Options, new HostStores(users, users, new MemoryUsageStore(TimeProvider.System)), [hostKey], "", loggers, logs, CancellationToken.None).ConfigureAwait(false);
            await using (host.ConfigureAwait(false))
            {
                await console.Out.WriteAsync(GreetingOf(settings, host)).ConfigureAwait(false);
                await console.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                await ShowUntilStoppedAsync(host, recent, signals).ConfigureAwait(false);
                await ServerProgram.StopAsync(host, settings.Options, loggers.CreateLogger("Hpc.Server"), signals).ConfigureAwait(false);
            }
        }

        return ExitCodes.Success;
    }

    private static UserAccount AccountOf(PortableSettings settings) => new()
    {
        UserName = settings.UserName,
        HomeDirectory = settings.Directory,
        PasswordHash = settings.Password is null ? null : PasswordFlags.HashOf(settings.Password),
        PublicKeys = settings.PublicKeys,
        Permissions = settings.Permissions,
    };

    private static string GreetingOf(PortableSettings settings, ServerHost host)
    {
        SshPublicKey key = host.HostKeys[0].PublicKey;
        string password = settings.Password is null ? "none, the public key opens"
            : settings.IsPasswordGenerated ? settings.Password
            : "as given";
        return $"""
            Listening on {string.Join(", ", host.EndPoints.Concat(host.FtpBindings.Select(static binding => binding.EndPoint)))}
            Sharing:     {LogEscape.Text(settings.Directory)} ({string.Join(", ", settings.Permissions)})
            User:        {settings.UserName}
            Password:    {password}
            Host key:    {key.KeyType} {OpenSshPublicKey.Fingerprint(key.Blob.Span)}
            Connect:     {Greeting.ConnectLine(host.EndPoints[0], settings.UserName)}{string.Concat(host.FtpBindings.Select(binding => $"\nor by FTP:   {Greeting.FtpLine(binding, settings.UserName)}"))}

            """;
    }

    private static async Task ShowUntilStoppedAsync(ServerHost host, RecentLinesSink? recent, StopSignals signals)
    {
        if (recent is null)
        {
            await signals.Stopping.ConfigureAwait(false);
            return;
        }

        using var ended = new CancellationTokenSource();
        Task display = new SessionDisplay(host.Sessions, recent, AnsiConsole.Console).RunAsync(ended.Token);
        await Task.WhenAny(signals.Stopping, display).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await display.ConfigureAwait(false);
    }
}
