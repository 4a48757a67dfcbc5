using Hpc.Accounts.Dumps;
using Hpc.Accounts.Services;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Dumps that are loaded when a server starts.</summary>
internal static partial class StartupDump
{
    /// <exception cref="ConfigurationException">A dump cannot be read, or there is something wrong in it; nothing of it is loaded.</exception>
    public static async Task LoadAsync(DataProviderSection options, AccountStack accounts, ILoggerFactory loggers, CancellationToken ct)
    {
        ILogger logger = loggers.CreateLogger(typeof(StartupDump).FullName!);
        if (options.Driver == DataProviderDriver.Memory && options.Name.Length > 0)
        {
            await LoadAsync("data_provider.name", options.Name, DumpMode.AddAndUpdate, accounts, logger, ct).ConfigureAwait(false);
        }

        if (options.LoadFrom.Length == 0)
        {
            return;
        }

        await LoadAsync("data_provider.load_from", options.LoadFrom, options.LoadMode == 0 ? DumpMode.AddAndUpdate : DumpMode.AddOnly, accounts, logger, ct).ConfigureAwait(false);
        if (options.LoadClean)
        {
            File.Delete(options.LoadFrom);
        }
    }

    private static async Task LoadAsync(string key, string file, DumpMode mode, AccountStack accounts, ILogger logger, CancellationToken ct)
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
    }

    [LoggerMessage(4045, LogLevel.Information, "loaded {FilePath}: {Added} added, {Updated} updated, {Skipped} left as they are")]
    private static partial void Loaded(ILogger logger, string filePath, int added, int updated, int skipped);

    [LoggerMessage(4046, LogLevel.Warning, "loaded {FilePath}: {Warning}")]
    private static partial void LoadWarning(ILogger logger, string filePath, string warning);
}
