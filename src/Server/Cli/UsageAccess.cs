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

namespace Hpc.Server.Cli;

/// <summary>What is in use, as the database of the data directory, or of all nodes, has it: a second old at most while a server runs. There is none before the first start of a server.</summary>
internal static class UsageAccess
{
    /// <summary>What is known of each scope that was ever counted; none of it, and a line on standard error, where the database does not work.</summary>
    public static async Task<IReadOnlyDictionary<string, UsageRecord>> FindAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, IEnumerable<string> scopes, CancellationToken ct)
    {
        var records = new Dictionary<string, UsageRecord>(StringComparer.Ordinal);
        await TryWithStoreAsync(flags, parsed, console, "what is in use cannot be told", async store =>
        {
            foreach (string scope in scopes)
            {
                if (await store.FindAsync(scope, ct).ConfigureAwait(false) is { } record)
                {
                    records[scope] = record;
                }
            }
        }, ct).ConfigureAwait(false);
        return records;
    }

    /// <summary>Forgets what was counted for a user or folder that is gone, so that another one of that name does not begin with it. They are gone all the same if that fails, which is a line on standard error.</summary>
    public static Task ForgetAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, string scope, CancellationToken ct) =>
        TryWithStoreAsync(flags, parsed, console, "what was counted is not forgotten, and another one of this name would begin with it: have it scanned", async store => await store.DeleteAsync(scope, ct).ConfigureAwait(false), ct);

    /// <summary>Has the files of scopes counted anew at their first use, because others are meant than before or they changed uncounted. A line on standard error says that it failed.</summary>
    public static Task ForgetCountsAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, IReadOnlyCollection<string> scopes, CancellationToken ct) =>
        scopes.Count == 0 ? Task.CompletedTask : TryWithStoreAsync(flags, parsed, console, "files are not counted anew: have them scanned", async store =>
        {
            foreach (string scope in scopes)
            {
                await store.ForgetCountAsync(scope, ct).ConfigureAwait(false);
            }
        }, ct);

    /// <summary>Begins to count anew what a user moves; false if nothing was ever counted.</summary>
    public static async Task<bool> ResetTransferAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, string scope, CancellationToken ct)
    {
        HpcOptions options = flags.Load(parsed, console);
        if (AdminAccessFile.Read(new DataDirectory(options).Path) is not null)
        {
            try
            {
                // A running server has the counts in memory, too.
                using AdminClient client = AdminAccessPoint.Connect(options);
                return await client.ResetTransferAsync(scope, ct).ConfigureAwait(false);
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                // The file is what a server left behind that did not end in order.
            }
        }

        bool isReset = false;
        await WithStoreAsync(
            flags, parsed, console, async store => isReset = await store.ResetTransferAsync(scope, TimeProvider.System.GetUtcNow(), ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        return isReset;
    }

    private static async Task TryWithStoreAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, string otherwise, Func<IUsageStore, Task> act, CancellationToken ct)
    {
        try
        {
            await WithStoreAsync(flags, parsed, console, act, ct).ConfigureAwait(false);
        }
        catch (CliException e)
        {
            await console.Error.WriteLineAsync($"hpc: {otherwise}. {e.Message}").ConfigureAwait(false);
        }
    }

    private static async Task WithStoreAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, Func<IUsageStore, Task> act, CancellationToken ct)
    {
        HpcOptions options = flags.Load(parsed, console);
        var directory = new DataDirectory(options);
        string database = directory.UsageDatabase;
        bool isShared = DataProviders.KeepsUsage(options.DataProvider.Driver);
        if (!isShared && !File.Exists(database))
        {
            return;
        }

        try
        {
            if (isShared)
            {
                await WithSharedStoreAsync(options, directory, act, ct).ConfigureAwait(false);
                return;
            }

            using SqliteUsageStore store = await SqliteUsageStore.OpenAsync(database, TimeProvider.System, ct).ConfigureAwait(false);
            await act(store).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteStoreException or DbException or DataProviderException)
        {
            throw new CliException(e.Message, e);
        }
    }

    private static async Task WithSharedStoreAsync(HpcOptions options, DataDirectory directory, Func<IUsageStore, Task> act, CancellationToken ct)
    {
        IDataProvider provider = DataProviders.Create(options.DataProvider, directory, TimeProvider.System, NullLoggerFactory.Instance);
        await using (provider.ConfigureAwait(false))
        {
            await provider.OpenAsync(SchemaUpdate.Never, ct).ConfigureAwait(false);
            await act(provider.Usage ?? throw new CliException("The data provider does not keep what is in use.")).ConfigureAwait(false);
        }
    }
}
