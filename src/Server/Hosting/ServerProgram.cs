using Hpc.Accounts;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;
using Hpc.Server.Admin;
using Hpc.Server.Cli;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>The life of <c>hpc serve</c>: from the data directory to the exit code.</summary>
internal static partial class ServerProgram
{
    /// <param name="options">The configuration.</param>
    /// <param name="reload">Reads the configuration again, for SIGHUP.</param>
    /// <param name="console">Where the greeting goes.</param>
    /// <param name="ct">Stops like SIGTERM.</param>
    public static async Task<int> RunAsync(HpcOptions options, Func<HpcOptions> reload, CliConsole console, CancellationToken ct)
    {
        FileSystemCall.ClearUmask();
        var directory = new DataDirectory(options);
        directory.Create();
        using IDisposable held = directory.Lock();
        HpcLoggerProvider logs = LogSetup.Create(options.Log, console.Error, console.IsErrorTerminal, TimeProvider.System);
        await using (logs.ConfigureAwait(false))
        {
            using ILoggerFactory loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
            ILogger logger = loggers.CreateLogger("Hpc.Server");
            using SqliteUserStore users = await SqliteUserStore.OpenAsync(directory.Database, ct).ConfigureAwait(false);
            bool hasUsage = File.Exists(directory.UsageDatabase);
            using SqliteUsageStore usage = await SqliteUsageStore.OpenAsync(directory.UsageDatabase, TimeProvider.System, ct).ConfigureAwait(false);
            if (!hasUsage && await UsageIsNeededAsync(users, ct).ConfigureAwait(false))
            {
                UsageMissing(logger, directory.UsageDatabase);
            }

            using var reloading = new ReloadHook(reload, directory, logs, logger);
            using var signals = new StopSignals(reloading.Run, ct);
            await ServeAsync(options, directory, new HostStores(users, users, usage) { Private = PrivateDirectories.Of(directory) }, reloading, loggers, logs, signals, console).ConfigureAwait(false);
        }

        return ExitCodes.Success;
    }

    private static async Task ServeAsync(
        HpcOptions options, DataDirectory directory, HostStores stores, ReloadHook reloading,
        ILoggerFactory loggers, HpcLoggerProvider logs, StopSignals signals, CliConsole console)
    {
        string token = AdminAccessFile.NewToken();
        ServerHost host = await ServerHost.StartAsync(options, stores, reloading.HostKeys, token, loggers, logs, CancellationToken.None).ConfigureAwait(false);
        await using (host.ConfigureAwait(false))
        {
            reloading.Attach(host);
            if (host.AdminEndPoint is not null)
            {
                AdminAccessFile.Write(directory.Path, new AdminAccess(host.AdminEndPoint.ToString(), token, Environment.ProcessId));
            }

            try
            {
                await console.Out.WriteAsync(Greeting.Of(host, directory, options)).ConfigureAwait(false);
                await console.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                await signals.Stopping.ConfigureAwait(false);
                await StopAsync(host, options, loggers.CreateLogger("Hpc.Server"), signals).ConfigureAwait(false);
            }
            finally
            {
                AdminAccessFile.Delete(directory.Path);
            }
        }
    }

    internal static async Task StopAsync(ServerHost host, HpcOptions options, ILogger logger, StopSignals signals)
    {
        Stopping(logger, options.Drain.GraceSeconds);
        Task drained = host.DrainAsync(TimeSpan.FromSeconds(options.Drain.GraceSeconds));
        if (await Task.WhenAny(drained, signals.AtOnce).ConfigureAwait(false) != drained)
        {
            StoppingNow(logger);
            host.EndNow();
        }

        await drained.ConfigureAwait(false);
    }

    private static async Task<bool> UsageIsNeededAsync(SqliteUserStore users, CancellationToken ct)
    {
        string? after = null;
        while (true)
        {
            IReadOnlyList<StoredUser> page = await users.ListStoredAsync(after, IUserStore.MaxPage, ct).ConfigureAwait(false);
            if (page.Any(user => user.Account is { } account && IsLimited(account)))
            {
                return true;
            }

            if (page.Count < IUserStore.MaxPage)
            {
                return false;
            }

            after = page[^1].UserName;
        }
    }

    private static bool IsLimited(UserAccount user) =>
        user.QuotaBytes > 0 || user.QuotaFiles > 0 || user.UploadTransferBytes > 0 || user.DownloadTransferBytes > 0 || user.TotalTransferBytes > 0
        || user.Folders.Any(mount => mount.QuotaBytes > 0 || mount.QuotaFiles > 0);

    [LoggerMessage(4012, LogLevel.Warning, "{FilePath} was not there, and users have limits: what they moved counts from 0 on; files that were there before count after 'hpc user scan' and 'hpc folder scan'")]
    private static partial void UsageMissing(ILogger logger, string filePath);

    [LoggerMessage(4010, LogLevel.Information, "stopping; running transfers have {GraceSeconds} s, a second signal ends them at once")]
    private static partial void Stopping(ILogger logger, int graceSeconds);

    [LoggerMessage(4011, LogLevel.Warning, "second signal: ending all connections now")]
    private static partial void StoppingNow(ILogger logger);
}
