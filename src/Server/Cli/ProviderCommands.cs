using System.CommandLine;
using Hpc.Accounts.Data;
using Hpc.Server.Cli.Access;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Provision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Cli;

/// <summary><c>hpc initprovider</c>, <c>resetprovider</c> and <c>revertprovider</c>: the schema of the data provider.</summary>
internal static class ProviderCommands
{
    public static Command Init(CliConsole console)
    {
        var command = new Command("initprovider", "Make the schema of the data provider, or bring it up to date. Needed where data_provider.update_mode is 1; nodes may do it at once.");
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => WithProviderAsync(flags, parsed, console, async provider =>
        {
            int before = await provider.GetSchemaAsync(ct).ConfigureAwait(false);
            await provider.MigrateAsync(provider.NewestSchema, ct).ConfigureAwait(false);
            await console.Out.WriteLineAsync(before == provider.NewestSchema
                ? $"The schema of {provider.Driver} is up to date (version {before})."
                : $"The schema of {provider.Driver} is version {provider.NewestSchema} now; it was {(before == 0 ? "not there" : "version " + before)}.").ConfigureAwait(false);
        }, ct));
        return command;
    }

    public static Command Reset(CliConsole console)
    {
        var force = new Option<bool>("--force") { Description = "Do it." };
        var command = new Command("resetprovider", "Remove everything from the data provider: users, groups, folders, administrators, shares and keys. No server may run on it.") { force };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => WithProviderAsync(flags, parsed, console, async provider =>
        {
            if (!parsed.GetValue(force))
            {
                throw CliException.Usage($"This removes everything from {provider.Driver} and cannot be taken back; say --force. 'hpc dumpdata' makes a copy first.");
            }

            await provider.ResetAsync(ct).ConfigureAwait(false);
            await console.Out.WriteLineAsync("Everything is removed; the next start or 'hpc initprovider' begins anew.").ConfigureAwait(false);
        }, ct));
        return command;
    }

    public static Command Revert(CliConsole console)
    {
        var version = new Option<int>("--to-version") { Description = "Version of the schema, as the older program says it.", HelpName = "N", Required = true };
        var force = new Option<bool>("--force") { Description = "Do it even if something is lost." };
        var command = new Command("revertprovider", "Take the schema of the data provider back to an earlier version, for an older program. Says what that version cannot hold, and then asks for --force. No server may run on it.") { version, force };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => WithProviderAsync(flags, parsed, console, async provider =>
        {
            int before = await provider.GetSchemaAsync(ct).ConfigureAwait(false);
            int wanted = parsed.GetValue(version);
            if (before == 0)
            {
                throw CliException.Usage($"There is no schema of {provider.Driver} yet, so that there is nothing to go back from.");
            }

            if (wanted < 1 || wanted > before)
            {
                throw CliException.Usage($"--to-version: found {wanted}, allowed: 1 to {before}, which is the version that is there.");
            }

            IReadOnlyList<SchemaLoss> losses = await provider.ListLossesAsync(wanted, ct).ConfigureAwait(false);
            string list = string.Concat(losses.Select(static loss => $"  {loss.What}: {loss.Count}{Environment.NewLine}"));
            if (losses.Count > 0 && !parsed.GetValue(force))
            {
                throw CliException.Usage(
                    $"Going back from version {before} to {wanted} loses what version {wanted} cannot hold:{Environment.NewLine}{list}Nothing was changed. Make a copy with 'hpc dumpdata --output FILE', and say --force to go back all the same.");
            }

            await provider.MigrateAsync(wanted, ct).ConfigureAwait(false);
            if (losses.Count > 0)
            {
                await console.Error.WriteAsync($"Lost:{Environment.NewLine}{list}").ConfigureAwait(false);
            }

            await console.Out.WriteLineAsync($"The schema of {provider.Driver} is version {wanted} now.").ConfigureAwait(false);
        }, ct));
        return command;
    }

    private static async Task<int> WithProviderAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, Func<IDataProvider, Task> act, CancellationToken ct)
    {
        HpcOptions options = flags.Load(parsed, console);
        if (options.DataProvider.Driver == DataProviderDriver.Memory)
        {
            throw CliException.Usage("data_provider.driver: found memory, which keeps nothing; allowed here: any other.");
        }

        var directory = new DataDirectory(options);
        directory.Create();
        using IDisposable held = directory.Lock();
        IDataProvider provider = DataProviders.Create(options.DataProvider, directory, TimeProvider.System, NullLoggerFactory.Instance);
        await using (provider.ConfigureAwait(false))
        {
            try
            {
                await act(provider).ConfigureAwait(false);
                return ExitCodes.Success;
            }
            catch (Exception e) when (e is DataProviderException or System.Data.Common.DbException)
            {
                throw new CliException(e.Message, e);
            }
        }
    }
}
