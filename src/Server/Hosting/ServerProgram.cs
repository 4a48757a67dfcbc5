using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Hpc.Server.Admin;
using Hpc.Server.Cli;
using Hpc.Server.Clustering;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;
using Hpc.Server.Provision;
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
            if (OldVariables.Describe(console.Environment) is { } variables)
            {
                VariablesNotRead(logger, variables);
            }

            bool isShared = DataProviders.KeepsUsage(options.DataProvider.Driver);
            bool hasUsage = isShared || File.Exists(directory.UsageDatabase);
            using SqliteUsageStore? usage = isShared ? null : await SqliteUsageStore.OpenAsync(directory.UsageDatabase, TimeProvider.System, ct).ConfigureAwait(false);
            AccountStack accounts = await OpenAccountsAsync(options, directory, usage ?? (IUsageStore)new MemoryUsageStore(TimeProvider.System), loggers, ct).ConfigureAwait(false);
            await using (accounts.ConfigureAwait(false))
            {
                if (!hasUsage && await UsageIsNeededAsync(accounts, ct).ConfigureAwait(false))
                {
                    UsageMissing(logger, directory.UsageDatabase);
                }

                string nodeId = isShared ? NodeIdFile.Open(directory.NodeId) : NodeIdFile.Alone;
                nodeId = options.Cluster.Enabled ? OptionMapping.ClusterName(options.Cluster, Environment.MachineName, nodeId) : nodeId;
                if (accounts.UsageStore is ISharedUsageStore shared)
                {
                    await new UsageTakeOver(directory.UsageDatabase, new UsageNode(NodeIdFile.Alone, "taken-over"), nodeId, shared, logger).RunAsync(ct).ConfigureAwait(false);
                }

                accounts.Directory.Start();
                using var reloading = new ReloadHook(reload, directory, logs, logger);
                using var signals = new StopSignals(reloading.Run, ct);
                var stores = new HostStores(accounts.Directory, accounts.Folders, accounts.UsageStore)
                {
                    Private = PrivateDirectories.Of(directory), NodeId = nodeId, Accounts = accounts, DefaultAdmin = DefaultAdmin.Of(console.Environment),
                };
                await ServeInClusterAsync(options, directory, stores, reloading, loggers, logs, signals, console, ct).ConfigureAwait(false);
            }
        }

        return ExitCodes.Success;
    }

    private static async Task ServeInClusterAsync(
        HpcOptions options, DataDirectory directory, HostStores stores, ReloadHook reloading,
        ILoggerFactory loggers, HpcLoggerProvider logs, StopSignals signals, CliConsole console, CancellationToken ct)
    {
        if (await ClusterDatabase.OpenAsync(options, loggers, ct).ConfigureAwait(false) is not { } engine)
        {
            await ServeAsync(options, directory, stores, reloading, loggers, logs, signals, console).ConfigureAwait(false);
            return;
        }

        await using (engine.ConfigureAwait(false))
        {
            HostStores shared = stores with { Cluster = new ClusterStart(engine, stores.NodeId) };
            await ServeAsync(options, directory, shared, reloading, loggers, logs, signals, console).ConfigureAwait(false);
        }
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

    private static async Task<AccountStack> OpenAccountsAsync(HpcOptions options, DataDirectory directory, IUsageStore usage, ILoggerFactory loggers, CancellationToken ct)
    {
        AccountStack accounts;
        try
        {
            accounts = await AccountStack.OpenAsync(options, directory, usage, loggers, ct, ProviderStart.Patience).ConfigureAwait(false);
        }
        catch (DataProviderException e)
        {
            throw new CliException(e.Message, e);
        }

        try
        {
            await StartupDump.LoadAsync(options.DataProvider, directory, accounts, loggers, ct).ConfigureAwait(false);
            return accounts;
        }
        catch
        {
            await accounts.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<bool> UsageIsNeededAsync(AccountStack accounts, CancellationToken ct)
    {
        for (int offset = 0; ; offset += IObjectStore.MaxPage)
        {
            IReadOnlyList<Versioned<User>> page = await accounts.Services.Users.ListAsync(
                new ObjectPage { Offset = offset, Limit = IObjectStore.MaxPage }, ChangeContext.Operator, ct).ConfigureAwait(false);
            if (page.Any(static user => IsLimited(user.Value)))
            {
                return true;
            }

            if (page.Count < IObjectStore.MaxPage)
            {
                return false;
            }
        }
    }

    private static bool IsLimited(User user) =>
        user.QuotaSize > 0 || user.QuotaFiles > 0 || user.UploadDataTransfer > 0 || user.DownloadDataTransfer > 0 || user.TotalDataTransfer > 0
        || user.VirtualFolders.Any(mount => mount.QuotaSize > 0 || mount.QuotaFiles > 0);

    [LoggerMessage(4012, LogLevel.Warning, "{FilePath} was not there, and users have limits: what they moved counts from 0 on; files that were there before count after 'hpc user scan' and 'hpc folder scan'")]
    private static partial void UsageMissing(ILogger logger, string filePath);

    [LoggerMessage(4048, LogLevel.Warning, "these environment variables are not read: {Variables}")]
    private static partial void VariablesNotRead(ILogger logger, string variables);

    [LoggerMessage(4010, LogLevel.Information, "stopping; running transfers have {GraceSeconds} s, a second signal ends them at once")]
    private static partial void Stopping(ILogger logger, int graceSeconds);

    [LoggerMessage(4011, LogLevel.Warning, "second signal: ending all connections now")]
    private static partial void StoppingNow(ILogger logger);
}
