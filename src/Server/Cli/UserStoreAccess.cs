using System.CommandLine;
using Hpc.Accounts;
using Hpc.Accounts.Stores;
using Hpc.Server.Cli.Access;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Finds users and folders for one command and turns its outcomes into sentences.</summary>
internal static class UserStoreAccess
{
    public static Task<int> WithStoreAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, Func<CliStore, Task<int>> act, CancellationToken ct) =>
        AccountAccess.WithClientAsync(flags, parsed, console, client => act(new CliStore(client)), ct);

    public static async Task<UserAccount> RequireAsync(CliStore store, string name, CancellationToken ct) =>
        await store.FindAsync(name, ct).ConfigureAwait(false) ?? throw NotFound(name);

    public static CliException NotFound(string name) => new($"There is no user {LogEscape.Text(name)}; 'hpc user list' shows who there is.");

    public static UserAccount Require(UserStoreResult result, UserAccount given) => result.Outcome switch
    {
        UserStoreOutcome.Done => result.User!,
        UserStoreOutcome.AlreadyExists => throw new CliException($"There is a user {LogEscape.Text(given.UserName)} already; 'hpc user set' changes it."),
        UserStoreOutcome.NotFound => throw NotFound(given.UserName),
        UserStoreOutcome.VersionConflict => throw new CliException($"The user {LogEscape.Text(given.UserName)} was changed by somebody else at the same moment; try again."),
        UserStoreOutcome.Full => throw new CliException("The store holds as many users as it can."),
        _ => throw Invalid(result.Errors.Select(error => FieldNames.OnCommandLine(error, given))),
    };

    public static async Task<VirtualFolder> RequireFolderAsync(CliStore store, string name, CancellationToken ct) =>
        await store.FindFolderAsync(name, ct).ConfigureAwait(false) ?? throw FolderNotFound(name);

    public static CliException FolderNotFound(string name) => new($"There is no folder {LogEscape.Text(name)}; 'hpc folder list' shows which there are.");

    public static VirtualFolder Require(FolderStoreResult result, string name) => result.Outcome switch
    {
        UserStoreOutcome.Done => result.Folder!,
        UserStoreOutcome.AlreadyExists => throw new CliException($"There is a folder {LogEscape.Text(name)} already; 'hpc folder set' changes it."),
        UserStoreOutcome.NotFound => throw FolderNotFound(name),
        UserStoreOutcome.VersionConflict => throw new CliException($"The folder {LogEscape.Text(name)} was changed by somebody else at the same moment; try again."),
        UserStoreOutcome.Full => throw new CliException("The store holds as many folders as it can."),
        _ => throw Invalid(result.Errors.Select(FieldNames.OnCommandLine)),
    };

    private static CliException Invalid(IEnumerable<UserAccountError> errors) =>
        CliException.Usage(string.Join(Environment.NewLine, errors.Select(error => LogEscape.Text(error.ToString()))));
}
