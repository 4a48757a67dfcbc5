using Hpc.Accounts.Dumps;
using Hpc.Accounts.Services;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Dumps that are loaded when a server starts.</summary>
internal static partial class StartupDump
{
    /// <exception cref="ConfigurationException">A dump cannot be read, or there is something wrong in it; nothing of it is loaded.</exception>
    public static async Task LoadAsync(DataProviderSection options, DataDirectory directory, AccountStack accounts, ILoggerFactory loggers, CancellationToken ct)
    {
        ILogger logger = loggers.CreateLogger(typeof(StartupDump).FullName!);
        if (options.Driver == DataProviderDriver.Memory && options.Name.Length > 0)
        {
            await LoadKeptAsync(directory.Database, accounts, loggers, logger, ct).ConfigureAwait(false);
        }

        if (options.LoadFrom.Length == 0)
        {
            return;
        }

        await LoadAsync("data_provider.load_from", options.LoadFrom, options.LoadMode == 0 ? DumpMode.AddAndUpdate : DumpMode.AddOnly, accounts, logger, ct).ConfigureAwait(false);
        if (options.LoadClean && (accounts.Saver is null || await accounts.Saver.TrySaveAsync().ConfigureAwait(false)))
        {
            File.Delete(options.LoadFrom);
        }
    }

    // What was loaded is what the file holds; what is changed from then on is saved to it.
    private static async Task LoadKeptAsync(string file, AccountStack accounts, ILoggerFactory loggers, ILogger logger, CancellationToken ct)
    {
        bool isWhole = true;
        if (File.Exists(file))
        {
            isWhole = await LoadAsync("data_provider.name", file, DumpMode.AddAndUpdate, accounts, logger, ct).ConfigureAwait(false);
        }
        else
        {
            NothingKept(logger, file);
        }

        long stamp = await accounts.Provider.Objects.GetStampAsync(ct).ConfigureAwait(false);
        accounts.Saver = new MemoryDump(accounts.Provider.Objects, accounts.Dumps, file, new DumpLimits().MaxBytes, TimeProvider.System, loggers.CreateLogger<MemoryDump>());
        accounts.Saver.Start(stamp, keepsFirst: !isWhole);
    }

    // False if something of it was left out or mended.
    private static async Task<bool> LoadAsync(string key, string file, DumpMode mode, AccountStack accounts, ILogger logger, CancellationToken ct)
    {
        DumpLoadResult result;
        try
        {
            FileStream input = File.OpenRead(file);
            await using (input.ConfigureAwait(false))
            {
                result = await accounts.Dumps.LoadAsync(input, new DumpLoadOptions { Mode = mode }, ChangeContext.Operator, ct).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{key}: found \"{file}\", which cannot be read ({e.Message})", e);
        }

        if (!result.IsLoaded)
        {
            IEnumerable<string> reasons = result.Errors.Count > 0 ? result.Errors.Select(static error => error.ToString()) : [result.Message];
            throw new ConfigurationException([.. reasons.Select(reason => $"{key}: nothing of \"{file}\" is loaded: {LogEscape.Text(reason)}")]);
        }

        Loaded(logger, file, result.Added, result.Updated, result.Skipped);
        foreach (string warning in result.Warnings)
        {
            LoadWarning(logger, file, warning);
        }

        return result.Warnings.Count == 0;
    }

    [LoggerMessage(4045, LogLevel.Information, "loaded {FilePath}: {Added} added, {Updated} updated, {Skipped} left as they are")]
    private static partial void Loaded(ILogger logger, string filePath, int added, int updated, int skipped);

    [LoggerMessage(4052, LogLevel.Warning, "{FilePath} is not there, so that there are no accounts yet; it is made with the first change")]
    private static partial void NothingKept(ILogger logger, string filePath);

    [LoggerMessage(4046, LogLevel.Warning, "loaded {FilePath}: {Warning}")]
    private static partial void LoadWarning(ILogger logger, string filePath, string warning);
}
