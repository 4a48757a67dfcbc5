using System.CommandLine;
using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Provision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Cli.Access;

/// <summary>Finds the objects for one command: those of the server that runs on the data directory, or else those of the data provider.</summary>
internal static class AccountAccess
{
    public static async Task<int> WithClientAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, Func<IAccountClient, Task<int>> act, CancellationToken ct)
    {
        IAccountClient client = await OpenAsync(flags.Load(parsed, console), ct).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            try
            {
                return await act(client).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SqliteStoreException or DbException or DataProviderException)
            {
                throw new CliException(e.Message, e);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                throw new CliException($"The server does not answer: {e.Message}", e);
            }
        }
    }

    /// <summary>The running server, or null if there is none.</summary>
    public static async Task<RestAccountClient?> FindServerAsync(HpcOptions options, CancellationToken ct, TimeSpan? timeout = null)
    {
        if (AdminAccessFile.Read(new DataDirectory(options).Path) is not { } access)
        {
            return null;
        }

        // The file may be what a server left behind that did not end in order.
        var client = new RestAccountClient(access, timeout);
        try
        {
            if (await client.IsThereAsync(ct).ConfigureAwait(false))
            {
                return client;
            }
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await client.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>The data provider itself.</summary>
    public static async Task<DirectAccountClient> OpenProviderAsync(HpcOptions options, CancellationToken ct, bool setsUsage = false)
    {
        var directory = new DataDirectory(options);
        directory.Create();
        SqliteUsageStore? usage = null;
        try
        {
            usage = DataProviders.KeepsUsage(options.DataProvider.Driver) ? null : await OpenUsageAsync(directory, setsUsage, ct).ConfigureAwait(false);
            AccountStack stack = await AccountStack.OpenAsync(
                options, directory, usage ?? (IUsageStore)new MemoryUsageStore(TimeProvider.System), NullLoggerFactory.Instance, ct).ConfigureAwait(false);
            return new DirectAccountClient(stack, usage is null ? null : new Owned(usage));
        }
        catch (Exception e)
        {
            usage?.Dispose();
            if (e is SqliteStoreException or DbException or DataProviderException)
            {
                throw new CliException(e.Message, e);
            }

            throw;
        }
    }

    private static async Task<IAccountClient> OpenAsync(HpcOptions options, CancellationToken ct)
    {
        if (await FindServerAsync(options, ct).ConfigureAwait(false) is { } server)
        {
            return server;
        }

        return options.DataProvider.Driver == DataProviderDriver.Memory
            ? throw new CliException("data_provider.driver is memory, so there is nothing to work on but a running server, and none with an admin port runs on this data directory.")
            : await OpenProviderAsync(options, ct).ConfigureAwait(false);
    }

    // Null where there is none, as the first start of a server makes it unless there is something to put into it; or where it does not work, which holds up no command about accounts.
    private static async Task<SqliteUsageStore?> OpenUsageAsync(DataDirectory directory, bool setsUsage, CancellationToken ct)
    {
        try
        {
            return setsUsage || File.Exists(directory.UsageDatabase)
                ? await SqliteUsageStore.OpenAsync(directory.UsageDatabase, TimeProvider.System, ct).ConfigureAwait(false)
                : null;
        }
        catch (SqliteStoreException) when (!setsUsage)
        {
            return null;
        }
    }

    private sealed class Owned(IDisposable value) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            value.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
