using System.CommandLine;
using Hpc.Accounts;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Opens the user database for one command and turns its outcomes into sentences.</summary>
internal static class UserStoreAccess
{
    public static async Task<int> WithStoreAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, Func<IUserStore, Task<int>> act, CancellationToken ct)
    {
        HpcOptions options = flags.Load(parsed, console);
        var directory = new DataDirectory(options);
        directory.Create();
        try
        {
            using SqliteUserStore store = await SqliteUserStore.OpenAsync(directory.Database, ct).ConfigureAwait(false);
            return await act(store).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteStoreException or System.Data.Common.DbException)
        {
            throw new CliException(e.Message, e);
        }
    }

    public static async Task<UserAccount> RequireAsync(IUserStore store, string name, CancellationToken ct) =>
        await store.FindAsync(name, ct).ConfigureAwait(false) ?? throw NotFound(name);

    public static CliException NotFound(string name) => new($"There is no user {LogEscape.Text(name)}; 'hpc user list' shows who there is.");

    public static UserAccount Require(UserStoreResult result, string name) => result.Outcome switch
    {
        UserStoreOutcome.Done => result.User!,
        UserStoreOutcome.AlreadyExists => throw new CliException($"There is a user {LogEscape.Text(name)} already; 'hpc user set' changes it."),
        UserStoreOutcome.NotFound => throw NotFound(name),
        UserStoreOutcome.VersionConflict => throw new CliException($"The user {LogEscape.Text(name)} was changed by somebody else at the same moment; try again."),
        UserStoreOutcome.Full => throw new CliException("The store holds as many users as it can."),
        _ => throw CliException.Usage(string.Join(Environment.NewLine, result.Errors.Select(error => LogEscape.Text(error.ToString())))),
    };
}
